import type { ActorRefFrom } from 'xstate';
import type { supervisorMachine } from '../../machines/supervisor.js';
import { isTenureError, reasonOf, TenureError } from '../errors.js';
import { Backpressure } from './backpressure.js';

export type SupervisorActor = ActorRefFrom<typeof supervisorMachine>;

/** Whether anything can be taken in now, and why not: the supervisor runs, and not too much is waiting. */
export class Admission {
  private readonly pending: Backpressure;
  /** One for all that is refused until there is room again: it must cost next to nothing. */
  private overload: TenureError | undefined;
  private isClosed = false;

  /** @param maxPending events that may wait to become durable */
  constructor(
    private readonly supervisor: SupervisorActor,
    private readonly maxPending: number,
  ) {
    this.pending = new Backpressure(maxPending);
  }

  /** `undefined` while there is room for another event, else resolves once there is. */
  room(): Promise<void> | undefined {
    return this.pending.isFull ? this.pending.room() : undefined;
  }

  /** Nothing is taken in any more: the supervisor may hear of it later, when it is asked to close while it tells somebody. */
  close(): void {
    this.isClosed = true;
  }

  /** Counts an event in. */
  add(): void {
    this.pending.add();
  }

  /** Counts events out that are durable, or refused. */
  leave(count: number): void {
    this.pending.leave(count);
  }

  /** Why no event can be recorded now, if so. */
  refusal(): TenureError | undefined {
    if (!this.pending.isFull) {
      this.overload = undefined;
      return this.refusalOfState();
    }
    const message = `${this.maxPending} events are waiting to become durable already (option \`maxPending\`)`;
    this.overload ??= new TenureError('TENURE_OVERLOADED', message);
    return this.overload;
  }

  /** Why nothing at all can be asked for now, if so. */
  refusalOfState(): TenureError | undefined {
    const snapshot = this.supervisor.getSnapshot();
    if (snapshot.value === 'running' && !this.isClosed) return undefined;
    if (this.isClosed || !snapshot.matches('failed'))
      return new TenureError('TENURE_CLOSED', 'The tracker is closed');
    const { error } = snapshot.context;
    const reason = isTenureError(error) ? error.message : reasonOf(error);
    const message = `The tracker failed and accepts nothing until it is opened again: ${reason}`;
    return new TenureError('TENURE_STORAGE', message, { cause: error });
  }
}
