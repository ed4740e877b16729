import { filter, type Observable, Subject } from 'rxjs';
import type {
  AgentFailed,
  Recommendation,
  StandingChanged,
  TrackerOutput,
  TrendChanged,
  TrustChanged,
} from '../agent/outputs.js';
import type { HiringSignal } from '../department/outputs.js';
import { pause } from '../store/breathe.js';
import type { Store } from '../store/types.js';
import { GuardedObservable } from './guarded-observable.js';
import type { Report } from './host.js';

type OutputOf<Type extends TrackerOutput['type']> = Extract<TrackerOutput, { type: Type }>;

/**
 * Makes outputs durable, then tells the live subscribers: what a subscriber sees is in the log. What recovery makes
 * again is stored if it is not yet, and never told a second time.
 */
export class Announcer {
  private readonly outputs = new Subject<TrackerOutput>();

  readonly transitions$: Observable<TrendChanged>;
  readonly standings$: Observable<StandingChanged>;
  readonly recommendations$: Observable<Recommendation>;
  readonly trust$: Observable<TrustChanged>;
  readonly failures$: Observable<AgentFailed>;
  readonly hiring$: Observable<HiringSignal>;

  constructor(
    private readonly store: Store,
    report: Report,
  ) {
    const only = <Type extends TrackerOutput['type']>(name: string, ...types: Type[]) => {
      const isOfType = (output: TrackerOutput): output is OutputOf<Type> =>
        (types as TrackerOutput['type'][]).includes(output.type);
      return new GuardedObservable<OutputOf<Type>>(this.outputs.pipe(filter(isOfType)), (thrown) =>
        report(`A subscriber of ${name}`, thrown),
      );
    };
    this.transitions$ = only('transitions$', 'trend.changed');
    this.standings$ = only('standings$', 'standing.changed');
    this.recommendations$ = only('recommendations$', 'recommendation.made');
    this.trust$ = only('trust$', 'trust.changed');
    this.failures$ = only('failures$', 'agent.failed');
    this.hiring$ = only('hiring$', 'hiring.recommended', 'surplus.noticed');
  }

  async announce(outputs: readonly TrackerOutput[]): Promise<void> {
    if (outputs.length === 0) return;
    await this.store.appendOutputs(outputs);
    for (const output of outputs) {
      this.outputs.next(output);
      const due = pause();
      if (due) await due;
    }
  }

  /** Stores what a replay made of records after one, as far as a crash kept it from being stored. */
  async restore(outputs: readonly TrackerOutput[], after: number): Promise<void> {
    const last = Math.max(this.store.lastOutput?.seq ?? 0, after);
    const missing = outputs.filter(({ seq }) => seq > last);
    if (missing.length > 0) await this.store.appendOutputs(missing);
  }

  complete(): void {
    this.outputs.complete();
  }
}
