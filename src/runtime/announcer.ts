import { filter, type Observable, Subject } from 'rxjs';
import type {
  AgentFailed,
  Recommendation,
  StandingChanged,
  TrackerOutput,
  TrendChanged,
} from '../agent/outputs.js';
import type { Store } from '../store/types.js';

/**
 * Makes outputs durable, then tells the live subscribers: what a subscriber sees is in the log. What recovery makes
 * again is stored if it is not yet, and never told a second time.
 */
export class Announcer {
  private readonly outputs = new Subject<TrackerOutput>();

  constructor(private readonly store: Store) {}

  get transitions$(): Observable<TrendChanged> {
    return this.outputs.pipe(filter((output) => output.type === 'trend.changed'));
  }

  get standings$(): Observable<StandingChanged> {
    return this.outputs.pipe(filter((output) => output.type === 'standing.changed'));
  }

  get recommendations$(): Observable<Recommendation> {
    return this.outputs.pipe(filter((output) => output.type === 'recommendation.made'));
  }

  get failures$(): Observable<AgentFailed> {
    return this.outputs.pipe(filter((output) => output.type === 'agent.failed'));
  }

  async announce(outputs: readonly TrackerOutput[]): Promise<void> {
    if (outputs.length === 0) return;
    await this.store.appendOutputs(outputs);
    for (const output of outputs) this.outputs.next(output);
  }

  /** Stores what a replay made, as far as a crash kept it from being stored. */
  async restore(outputs: readonly TrackerOutput[]): Promise<void> {
    const last = this.store.lastOutput?.seq ?? 0;
    const missing = outputs.filter(({ seq }) => seq > last);
    if (missing.length > 0) await this.store.appendOutputs(missing);
  }

  /** What is stored after a sequence number, in order. */
  log(after: number): AsyncIterable<TrackerOutput> {
    return this.store.outputs(after) as AsyncIterable<TrackerOutput>;
  }

  complete(): void {
    this.outputs.complete();
  }
}
