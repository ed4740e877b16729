import { departmentStepper } from '../../machines/department.js';
import { decodeCompany, encodeCompany } from '../department/codec.js';
import { DepartmentModel } from '../department/model.js';
import { type HiringRules, hiringLayout } from '../department/options.js';
import type { HiringSignal } from '../department/outputs.js';
import type { CompanyState } from '../department/state.js';
import { isTenureError } from '../errors.js';
import type { JournalledEvent } from '../events/schema.js';
import type { Queue } from '../store/queue.js';
import type { RetryRecord, Store, TickRecord } from '../store/types.js';

export interface DepartmentsOptions {
  readonly store: Store;
  readonly rules: HiringRules;
  /** Taking a snapshot runs here, so that none is past an output that a crash could still lose. */
  readonly steps: Queue;
}

/** A record of the journal, as far as departments need it. */
type DepartmentRecord =
  | TickRecord
  | RetryRecord
  | { readonly kind: 'event'; readonly seq: number; readonly event: JournalledEvent };

/** Under which the store keeps the snapshot. */
const NAME = 'departments';

/**
 * The departments, brought up to the journal beside the agents, record by record. Their snapshot says which record
 * it reflects; after a crash only the records after it are applied again, and make the very same outputs.
 */
export class Departments {
  private readonly model: DepartmentModel;
  private readonly layout: string;
  private state: CompanyState;
  private savedSeq = 0;

  constructor(private readonly options: DepartmentsOptions) {
    const { rules } = options;
    this.model = new DepartmentModel({ rules, step: departmentStepper(rules) });
    this.layout = hiringLayout(rules);
    this.state = this.model.start();
  }

  /** When time alone makes something to be judged, epoch milliseconds; `Infinity` for never. */
  get dueAt(): number {
    return this.model.dueAt(this.state);
  }

  /** Takes a record, unless it was taken before, and answers with what it made the departments say. */
  apply(record: DepartmentRecord, position: number): readonly HiringSignal[] {
    if (record.seq <= this.state.seq) return [];
    const step =
      record.kind === 'event'
        ? this.model.apply(this.state, record.event, position)
        : this.model.advance(this.state, record.now, record.seq, position);
    this.state = step.state;
    return step.outputs;
  }

  /**
   * Goes on from the snapshot. Without one that can be trusted, the records up to the checkpoint are applied here:
   * what they make the departments say was said when they were new.
   */
  async recover(checkpoint: number): Promise<void> {
    const { store } = this.options;
    const saved = await store.loadProjection(NAME);
    this.state = this.decoded(saved?.state) ?? this.model.start();
    this.savedSeq = this.state.seq;
    if (this.state.seq >= checkpoint) return;
    for await (const record of store.replay(this.state.seq)) {
      if (record.seq > checkpoint) break;
      this.apply(record, 0);
    }
  }

  /** Writes a snapshot if anything happened since the last one. */
  async save(): Promise<void> {
    const { store, steps } = this.options;
    const { seq, state } = await steps.run(async () => ({
      seq: this.state.seq,
      state: this.state.seq > this.savedSeq ? encodeCompany(this.state, this.layout) : undefined,
    }));
    if (state === undefined) return;
    await store.saveProjection(NAME, { seq, state });
    this.savedSeq = seq;
  }

  private decoded(state: unknown): CompanyState | undefined {
    if (state === undefined) return undefined;
    try {
      return decodeCompany(state, this.layout);
    } catch (error) {
      if (isTenureError(error, 'TENURE_CORRUPT')) return undefined;
      throw error;
    }
  }
}
