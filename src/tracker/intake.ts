import { Observable, Subject, Subscription } from 'rxjs';
import { isTenureError, type TenureError } from '../errors.js';
import { type ParseOptions, parseEvent } from '../events/parse.js';
import type { PerformanceEvent, PerformanceEventInput } from '../events/schema.js';
import { argument, eventsArgument, streamArgument } from '../query/arguments.js';
import { Backpressure } from '../runtime/backpressure.js';
import { GuardedObservable } from '../runtime/guarded-observable.js';
import { harmless, type Report } from '../runtime/host.js';
import type { Receipt, Sender } from '../runtime/requests.js';
import type { Runtime } from '../runtime/runtime.js';
import { pause } from '../store/breathe.js';

/** What became of a stream of events. */
export interface IngestSummary {
  readonly accepted: number;
  readonly duplicates: number;
  /** By position in the input, from 0. */
  readonly rejected: readonly { readonly index: number; readonly error: TenureError }[];
}

/** An event of a connected stream that was refused, and why. */
export interface EventRejected {
  readonly input: unknown;
  readonly error: TenureError;
}

interface IntakeOptions extends ParseOptions {
  readonly maxPending: number;
  readonly report: Report;
}

/** Events under way at once in `recordAll`: those of a commit, and those of the next one. More only fill the memory. */
const RECORD_ALL_WINDOW = 2_000;

/** Where a host's events come in: one at a time, many, or as a stream. */
export class Intake {
  readonly rejections$: Observable<EventRejected>;
  private readonly rejected = new Subject<EventRejected>();
  private readonly connections = new Subscription();
  private refusal: { readonly error: TenureError; readonly answer: Promise<never> } | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly options: IntakeOptions,
  ) {
    this.rejections$ = new GuardedObservable(this.rejected, (thrown) =>
      options.report('A subscriber of rejections$', thrown),
    );
  }

  record(event: PerformanceEventInput): Promise<Receipt> {
    const refusal = this.runtime.admission.refusal();
    if (refusal) return this.refused(refusal);
    return new Promise((resolve, refused) => {
      const taken = (seq: number, duplicate: boolean) => resolve({ seq, duplicate });
      this.take(event, { taken, refused }, undefined);
    });
  }

  /** Whoever brings a million too many at once gets one answer for all of them: a million would not fit into memory. */
  private refused(error: TenureError): Promise<never> {
    if (this.refusal?.error !== error) this.refusal = { error, answer: Promise.reject(error) };
    return this.refusal.answer;
  }

  async recordAll(
    events: Iterable<PerformanceEventInput> | AsyncIterable<PerformanceEventInput>,
  ): Promise<IngestSummary> {
    argument(eventsArgument, events, 'events');
    const { admission } = this.runtime;
    const tally = new Tally();
    const window = new Backpressure(Math.min(RECORD_ALL_WINDOW, this.options.maxPending));
    const sender: Sender<number> = {
      taken(_seq, duplicate) {
        tally.settle(duplicate);
        window.leave();
      },
      refused(error, index) {
        tally.refuse(index, error);
        window.leave();
      },
    };
    const take = (event: PerformanceEventInput): Promise<void> | undefined => {
      const index = tally.begin();
      const free = window.enter() ?? pause();
      this.submit(event, sender, index);
      return free;
    };
    // Others record too, and may have taken what became free: it is looked for again until the very moment of taking.
    try {
      if (Symbol.asyncIterator in events) {
        for await (const event of events) {
          for (let room = admission.room(); room; room = admission.room()) await room;
          await take(event);
          if (tally.failure) break;
        }
      } else {
        for (const event of events) {
          for (let room = admission.room(); room; room = admission.room()) await room;
          // Awaiting what is there already would cost as much as taking the event.
          const free = take(event);
          if (free) await free;
          if (tally.failure) break;
        }
      }
    } finally {
      await window.empty();
    }
    return tally.summary();
  }

  connect(events$: Observable<PerformanceEventInput>): Subscription {
    argument(streamArgument, events$, 'events$');
    const sender: Sender = {
      taken: () => undefined,
      refused: (error, input) => this.rejected.next({ input, error }),
    };
    const subscription = hosted(events$).subscribe({
      next: (input) => this.submit(input, sender, input),
      error: (thrown) => this.options.report('A connected stream', thrown),
    });
    this.connections.add(subscription);
    return subscription;
  }

  /** Takes nothing more from connected streams. */
  disconnect(): void {
    this.connections.unsubscribe();
  }

  /** Nothing is refused any more. */
  complete(): void {
    this.rejected.complete();
  }

  /** Takes an event; tells its sender what became of it, later or at once. */
  private submit<Mark>(input: PerformanceEventInput, sender: Sender<Mark>, mark: Mark): void {
    // First of all: who brings too much must not make us look at it.
    const refusal = this.runtime.admission.refusal();
    if (refusal) sender.refused(refusal, mark);
    else this.take(input, sender, mark);
  }

  /** Takes an event that there is room for. */
  private take<Mark>(input: PerformanceEventInput, sender: Sender<Mark>, mark: Mark): void {
    let event: PerformanceEvent;
    try {
      event = parseEvent(input, this.runtime.now(), this.options);
    } catch (error) {
      // Whatever parsing throws is about the event.
      sender.refused(error as TenureError, mark);
      return;
    }
    // Not the time from before: what the host's getters record on being read comes first.
    this.runtime.record({ kind: 'record', event, now: this.runtime.now(), sender, mark });
  }
}

/** Counts what becomes of many events. */
class Tally {
  /** What is wrong with the storage or the tracker, and so with no one event. */
  failure: { readonly error: unknown } | undefined;
  private readonly rejected: { readonly index: number; readonly error: TenureError }[] = [];
  private begun = 0;
  private accepted = 0;
  private duplicates = 0;

  /** The next event's position in the input. */
  begin(): number {
    return this.begun++;
  }

  settle(duplicate: boolean): void {
    if (duplicate) this.duplicates++;
    else this.accepted++;
  }

  refuse(index: number, error: unknown): void {
    if (isRefusal(error)) this.rejected.push({ index, error });
    else this.failure ??= { error };
  }

  summary(): IngestSummary {
    if (this.failure) throw this.failure.error;
    const { accepted, duplicates, rejected } = this;
    return { accepted, duplicates, rejected: rejected.sort((a, b) => a.index - b.index) };
  }
}

/** Whether an event was refused for what it is, certainly not stored. */
function isRefusal(error: unknown): error is TenureError {
  return isTenureError(error) && !['TENURE_STORAGE', 'TENURE_CLOSED', 'TENURE_CORRUPT'].includes(error.code);
}

/** A host's stream, which may be anything with a `subscribe`, as one that errs rather than throws. */
function hosted<Value>(stream: Observable<Value>): Observable<Value> {
  return new Observable<Value>((subscriber) => {
    const subscription: unknown = stream.subscribe(subscriber);
    return harmless(
      () => (subscription as Partial<Subscription> | undefined)?.unsubscribe?.(),
      () => undefined,
    );
  });
}
