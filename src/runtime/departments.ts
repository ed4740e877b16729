import { departmentStepper } from '../../machines/department.js';
import { decodingAnyCompany, decodingCompany, encodingCompany } from '../department/codec.js';
import { CompanyDraft } from '../department/draft.js';
import { DepartmentModel, type DepartmentStep } from '../department/model.js';
import { type HiringRules, hiringLayout } from '../department/options.js';
import type { HiringSignal } from '../department/outputs.js';
import type { CompanyState } from '../department/state.js';
import { isTenureError } from '../errors.js';
import type { JournalledEvent } from '../events/schema.js';
import { paced, pause } from '../store/breathe.js';
import type { Projection, RetryRecord, Store, TickRecord } from '../store/types.js';
import type { Steps } from './steps.js';

export interface DepartmentsOptions {
  readonly store: Store;
  readonly rules: HiringRules;
  /** Taking a snapshot runs here, so that none is past an output that a crash could still lose. */
  readonly steps: Steps;
}

/** A record of the journal, as far as departments need it. */
type DepartmentRecord =
  | TickRecord
  | RetryRecord
  | { readonly kind: 'event'; readonly seq: number; readonly event: JournalledEvent };

const NOTHING: readonly HiringSignal[] = [];

/** Under which the store keeps the snapshot. */
export const DEPARTMENTS = 'departments';

/**
 * The departments, brought up to the journal beside the agents, record by record. Their snapshot says which record
 * it reflects; after a crash only the records after it are applied again, and make the very same outputs.
 */
export class Departments {
  private readonly model: DepartmentModel;
  /** The rules that they go by. */
  readonly layout: string;
  private settled: CompanyState;
  /** Events that were taken in since: there is no state of each of them, for nobody asks for it. */
  private draft: CompanyDraft | undefined;
  private savedSeq = 0;

  constructor(private readonly options: DepartmentsOptions) {
    const { rules } = options;
    this.model = new DepartmentModel({ rules, step: departmentStepper(rules) });
    this.layout = hiringLayout(rules);
    this.settled = this.model.start();
  }

  /** As of the last record that was taken. */
  private get state(): CompanyState {
    if (this.draft) this.state = this.draft.state();
    return this.settled;
  }

  private set state(state: CompanyState) {
    this.settled = state;
    this.draft = undefined;
  }

  /** When time alone makes something to be judged, epoch milliseconds; `Infinity` for never. */
  get dueAt(): number {
    return this.model.dueAt(this.state);
  }

  /**
   * Takes a record, unless it was taken before, and answers with what it made the departments say: hardly any takes
   * long, and only those are waited for. One at a time.
   */
  apply(
    record: DepartmentRecord,
    position: number,
  ): readonly HiringSignal[] | Promise<readonly HiringSignal[]> {
    const { model, draft = new CompanyDraft(this.settled) } = this;
    if (record.seq <= draft.seq) return NOTHING;
    if (record.kind === 'event' && !model.isLong(draft, record.event)) {
      model.takeIn(draft, record.event);
      this.draft = draft;
      return NOTHING;
    }
    const step = this.step(this.state, record, position);
    return step instanceof Promise ? this.taking(step) : this.take(step);
  }

  private async taking(step: Promise<DepartmentStep>): Promise<readonly HiringSignal[]> {
    return this.take(await step);
  }

  private take({ state, outputs }: DepartmentStep): readonly HiringSignal[] {
    this.state = state;
    return outputs;
  }

  /**
   * Goes on from the snapshot. Without one that can be trusted, the records up to the checkpoint are applied here:
   * what they make the departments say was said when they were new.
   */
  async recover(checkpoint: number): Promise<void> {
    const { store } = this.options;
    const saved = await store.loadProjection(DEPARTMENTS);
    this.state = (await this.decoded(saved?.state)) ?? (await this.ground());
    this.savedSeq = this.state.seq;
    this.state = await this.brought(this.state, checkpoint);
  }

  /**
   * The departments as of a record, from what stands in for the records that were dropped on; of no use once it is
   * stopped.
   */
  async foundation(upTo: number, isStopped: () => boolean): Promise<Projection> {
    const state = await this.brought(await this.ground(), upTo, isStopped);
    return { seq: upTo, state: await paced(encodingCompany(state, this.layout)) };
  }

  /** The departments as of the last record that was dropped. */
  private async ground(): Promise<CompanyState> {
    const { seq, state } = (await this.options.store.foundations.projection()) ?? {};
    return state === undefined
      ? this.model.start()
      : { ...(await paced(decodingAnyCompany(state, this.layout))), seq: seq ?? 0 };
  }

  private async brought(from: CompanyState, upTo: number, isStopped = () => false): Promise<CompanyState> {
    let state = from;
    if (state.seq >= upTo) return state;
    for await (const record of this.options.store.replay(state.seq)) {
      if (record.seq > upTo || isStopped()) break;
      const due = pause();
      if (due) await due;
      const step = this.step(state, record, 0);
      state = (step instanceof Promise ? await step : step).state;
    }
    return state;
  }

  /**
   * What the records that are kept, up to one, made the departments say, made again.
   *
   * @param placeOf the first free place among a record's outputs
   */
  async *said(
    upTo: number,
    placeOf: (seq: number) => number,
  ): AsyncGenerator<readonly HiringSignal[], void, undefined> {
    let state = await this.ground();
    for await (const record of this.options.store.replay(state.seq)) {
      if (record.seq > upTo) return;
      const due = pause();
      if (due) await due;
      const made = this.step(state, record, placeOf(record.seq));
      const step = made instanceof Promise ? await made : made;
      if (step.outputs.length > 0) yield step.outputs;
      ({ state } = step);
    }
  }

  private step(
    state: CompanyState,
    record: DepartmentRecord,
    position: number,
  ): DepartmentStep | Promise<DepartmentStep> {
    const { model } = this;
    if (record.kind !== 'event') return paced(model.advancing(state, record.now, record.seq, position));
    const { event } = record;
    return model.isLong(state, event)
      ? paced(model.applying(state, event, position))
      : model.apply(state, event, position);
  }

  /** Writes a snapshot if anything happened since the last one. */
  async save(): Promise<void> {
    const { store, steps } = this.options;
    const state = await steps.capture(async () => this.state);
    const { seq } = state;
    if (seq <= this.savedSeq) return;
    await store.saveProjection(DEPARTMENTS, { seq, state: await paced(encodingCompany(state, this.layout)) });
    this.savedSeq = seq;
  }

  private async decoded(state: unknown): Promise<CompanyState | undefined> {
    if (state === undefined) return undefined;
    try {
      return await paced(decodingCompany(state, this.layout));
    } catch (error) {
      if (isTenureError(error, 'TENURE_CORRUPT')) return undefined;
      throw error;
    }
  }
}
