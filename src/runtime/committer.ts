import { departmentOf } from '../agent/profile.js';
import type { AgentState } from '../agent/state.js';
import { isTenureError, reasonOf, TenureError } from '../errors.js';
import type { Decided, JournalledEvent, PerformanceEvent } from '../events/schema.js';
import { pauseAmong } from '../store/breathe.js';
import type { Store } from '../store/types.js';
import type { AgentEntry } from './agent-entry.js';
import type { Announcer } from './announcer.js';
import { type Answers, answersTo, refusals, told } from './answers.js';
import { decidedBy } from './decisions.js';
import type { Departments } from './departments.js';
import { retriedEvent } from './kept-event.js';
import type { Draft, Known, Plan, PlannedEvent } from './plan.js';
import type { AgentRegistry } from './registry.js';
import type { Replica } from './replica.js';
import type { RecordRequest, Request, RetryRequest, TickRequest } from './requests.js';
import { segments } from './segments.js';
import { type Company, Stamps } from './stamp.js';
import type { Steps } from './steps.js';

export interface CommitterParts {
  readonly store: Store;
  readonly registry: AgentRegistry;
  readonly departments: Departments;
  readonly replica: Replica;
  readonly announcer: Announcer;
  /** See {@link RegistryOptions.steps}. */
  readonly steps: Steps;
  /** Events of times before are refused, epoch milliseconds. */
  readonly horizon: () => number;
  /** Told of each commit before anybody who waits for it is. */
  readonly onCommitted: (committed: Committed) => void;
  /** Told once, when nothing can be committed any more. */
  readonly onFailure: (error: TenureError) => void;
}

/** What a commit changed. */
export interface Committed {
  /** Events that waited for it, refused ones too. */
  readonly events: number;
  /** Agents that got an event or a tick. */
  readonly touched: ReadonlyMap<number, AgentState>;
}

const NOBODY: ReadonlyMap<number, AgentState> = new Map();

/**
 * Takes a group of requests all the way: duplicates told from conflicts, sequence numbers given, departments
 * stamped, one atomic write into the journal; only then the actors, the outputs, and the acknowledgements.
 */
export class Committer {
  private failure: TenureError | undefined;

  constructor(private readonly parts: CommitterParts) {}

  /**
   * Never throws: what a single request did wrong rejects that request; a failure of the storage rejects every
   * request of the group and of all groups to come, for it is not known any more what the disk holds.
   */
  async commit(group: readonly Request[]): Promise<void> {
    for (const part of segments(group)) await this.commitSegment(part);
  }

  private async commitSegment(group: readonly Request[]): Promise<void> {
    const { committed, answers } = await this.taken(group);
    this.parts.onCommitted(committed);
    await told(answers);
  }

  /** Takes a part of a group as far as to the answers that those who wait are to get. */
  private async taken(group: readonly Request[]): Promise<{ committed: Committed; answers: Answers }> {
    const { registry, onFailure } = this.parts;
    try {
      if (this.failure) throw this.failure;
      const plan = await this.plan(group);
      const touched = await this.write(plan);
      await registry.trim();
      return { committed: { events: countEvents(group), touched }, answers: answersTo(plan) };
    } catch (error) {
      const failure = this.failure ?? asStorageError(error);
      if (!this.failure) onFailure(failure);
      this.failure = failure;
      return {
        committed: { events: countEvents(group), touched: NOBODY },
        answers: refusals(group, failure),
      };
    }
  }

  private async write(plan: Plan): Promise<ReadonlyMap<number, AgentState>> {
    const { store, replica, announcer, steps } = this.parts;
    if (plan.records.length > 0) await store.append(plan.records);
    plan.records = [];
    return steps.advance(async () => {
      const applied = await replica.apply(plan.applied);
      await announcer.announce(applied.outputs);
      return applied.touched;
    });
  }

  private async plan(group: readonly Request[]): Promise<Plan> {
    const plan: Plan = { records: [], applied: [], taken: [], refused: [], waiting: [] };
    const unreadable = new Set<RecordRequest | RetryRequest>();
    await this.draw({ ...plan, unreadable, ids: new Map(), stamps: new Stamps(this.company()) }, group);
    return plan;
  }

  private async draw(plan: Draft, group: readonly Request[]): Promise<void> {
    const events = group.filter((request) => request.kind === 'record');
    const stored = await this.storedSeqs(plan, events);
    await this.activate(plan, events);
    for (let i = 0; i < group.length; i++) {
      const request = group[i] as Request;
      const due = pauseAmong(i);
      if (due) await due;
      if (request.kind === 'flush') plan.waiting.push(request);
      else if (request.kind === 'retry') await this.planRetry(plan, request);
      else if (request.kind === 'tick') this.planTick(plan, request);
      else {
        const storedSeq = stored.get(request.event.id);
        // Hardly any event was stored before: only those are worth waiting for.
        const known =
          storedSeq === undefined
            ? undefined
            : await this.readable(plan, request, () => this.storedEvent(storedSeq));
        if (!plan.unreadable.has(request)) this.planEvent(plan, request, known);
      }
    }
  }

  /** The agents as they are before a segment. */
  private company(): Company {
    const { registry } = this.parts;
    return {
      size: registry.size,
      standpointOf: (agentId) => {
        const entry = registry.find(agentId);
        if (!entry) return undefined;
        const { profile = {}, upcoming = [] } = this.stateOf(entry) ?? {};
        return { no: entry.no, profile, upcoming, seat: entry.seat };
      },
      headcount: (department) => registry.headcount(department),
    };
  }

  private stateOf(entry: AgentEntry | undefined): AgentState | undefined {
    return entry?.actor?.getSnapshot().context.state;
  }

  private async storedSeqs(
    plan: Draft,
    requests: readonly RecordRequest[],
  ): Promise<Map<string, number | undefined>> {
    const ids = requests.map(({ event }) => event.id);
    const ats = requests.map(({ event }) => event.at);
    const { store } = this.parts;
    try {
      const seqs = ids.length > 0 ? await store.seqsOf(ids, ats) : [];
      const found = new Map<string, number | undefined>();
      // Hardly any was stored before.
      for (let i = 0; i < seqs.length; i++) if (seqs[i] !== undefined) found.set(ids[i] as string, seqs[i]);
      return found;
    } catch (error) {
      if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
      const found = new Map<string, number | undefined>();
      // One at a time tells which of them it is.
      for (const request of requests) {
        const { id, at } = request.event;
        const seqs = await this.readable(plan, request, () => store.seqsOf([id], [at]));
        found.set(id, seqs?.[0]);
      }
      return found;
    }
  }

  /** Stamping needs to know where the agents are now. */
  private async activate(plan: Draft, requests: readonly RecordRequest[]): Promise<void> {
    const { registry, replica } = this.parts;
    for (let i = 0; i < requests.length; i++) {
      const request = requests[i] as RecordRequest;
      const due = pauseAmong(i);
      if (due) await due;
      const entry = registry.find(request.event.agentId);
      if (!entry || entry.actor || plan.unreadable.has(request)) continue;
      await this.readable(plan, request, () => registry.activate(entry, replica.appliedSeq));
    }
  }

  /** What is damaged is told to whoever needs it, and to nobody else: that request is refused. */
  private async readable<Result>(
    plan: Draft,
    request: RecordRequest | RetryRequest,
    read: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
      // What cannot be read any more may have been dropped meanwhile.
      const dropped = request.kind === 'record' ? notKept(request.event, this.parts.horizon()) : undefined;
      plan.refused.push({ request, error: dropped ?? error });
      plan.unreadable.add(request);
      return undefined;
    }
  }

  /** Nothing is journalled that the agent could not take: a record that nobody can apply would keep everybody waiting. */
  private async planRetry(plan: Draft, request: RetryRequest): Promise<void> {
    const { registry, replica, store } = this.parts;
    const { agentId, of, now } = request;
    const entry = registry.find(agentId);
    const event =
      entry &&
      (await this.readable(plan, request, async () => {
        await registry.activate(entry, replica.appliedSeq);
        return retriedEvent(store, of, this.stateOf(entry)?.leftOut ?? []);
      }));
    if (plan.unreadable.has(request)) return;
    plan.waiting.push(request);
    if (!entry) return;
    const record = { kind: 'retry', seq: this.nextSeq(plan), now, agentNo: entry.no, of } as const;
    plan.records.push(record);
    plan.applied.push({ ...record, event });
  }

  private planTick(plan: Draft, { now, agents }: TickRequest): void {
    const { registry, departments } = this.parts;
    const due = registry.between(...(agents ?? ALL)).filter((entry) => registry.dueAt(entry) <= now);
    if (due.length === 0 && departments.dueAt > now) return;
    const seats = new Set(due.map(({ seat }) => seat).filter((seat) => seat !== undefined));
    const alone = [...seats].filter((seat) => registry.headcount(seat) === 1).sort();
    const tick = {
      kind: 'tick',
      seq: this.nextSeq(plan),
      now,
      ...(agents && { agents }),
      ...(alone.length > 0 && { alone }),
    } as const;
    plan.records.push(tick);
    plan.applied.push(tick);
  }

  private planEvent(plan: Draft, request: RecordRequest, before: Known | undefined): void {
    const { event, now } = request;
    const json = JSON.stringify(event);
    const known = plan.ids.get(event.id) ?? before;
    if (known) {
      if (known.json === json) plan.taken.push({ request, seq: known.seq, duplicate: true });
      else plan.refused.push({ request, error: conflict(event, known.seq) });
      return;
    }
    let decided: Decided | undefined;
    try {
      const dropped = notKept(event, this.parts.horizon());
      if (dropped) throw dropped;
      if (event.type === 'decision.recorded')
        decided = decidedBy(event, this.stateOf(this.parts.registry.find(event.agentId)));
    } catch (error) {
      if (!isTenureError(error)) throw error;
      plan.refused.push({ request, error });
      return;
    }
    const seq = this.nextSeq(plan);
    const standpoint = plan.stamps.standpoint(event.agentId, now);
    const department = event.department === undefined ? departmentOf(standpoint.profile) : undefined;
    const stored = placed(event, seq, now);
    if (department !== undefined) {
      stored.department = department;
      if (stored.type === 'agent.hired') stored.isDepartmentStamped = true;
    }
    if (decided) stored.stamped = { decided };
    plan.stamps.note(standpoint, stored);
    if (plan.stamps.isAlone(standpoint)) stored.stamped = { ...stored.stamped, alone: true };
    const { id, at } = event;
    const { no: agentNo } = standpoint;
    const { stamped } = stored;
    const record = { kind: 'event', seq, now, agentNo, id, at, json, department, stamped } as const;
    plan.ids.set(id, record);
    plan.records.push(record);
    const planned: PlannedEvent = { kind: 'event', seq, agentNo, event: stored, request, duplicate: false };
    plan.applied.push(planned);
    plan.taken.push(planned);
  }

  private async storedEvent(seq: number): Promise<Known> {
    return { seq, json: await this.parts.store.canonical(seq) };
  }

  private nextSeq(plan: Draft): number {
    return this.parts.store.lastSeq + plan.records.length + 1;
  }
}

/** Parsing made the event for its request alone, so it can become the stored one. */
function placed(event: PerformanceEvent, seq: number, recordedAt: number): JournalledEvent {
  const stored = event as JournalledEvent;
  const place: { seq: number; recordedAt: number } = stored;
  place.seq = seq;
  place.recordedAt = recordedAt;
  return stored;
}

/** Numbers of agents. */
const ALL = [1, Number.POSITIVE_INFINITY] as const;

function countEvents(group: readonly Request[]): number {
  return group.reduce((count, { kind }) => (kind === 'record' ? count + 1 : count), 0);
}

/** What was dropped is not known any more: such an event might be counted a second time. */
function notKept({ id, at }: PerformanceEvent, horizon: number): TenureError | undefined {
  if (at >= horizon) return undefined;
  const since = new Date(horizon).toISOString();
  const message = `expected a time from ${since} on (option \`retention\`): whether event ${JSON.stringify(id)} was recorded before is not known any more`;
  return new TenureError('TENURE_INVALID_EVENT', `Invalid event: at: ${message}`, {
    issues: [{ path: 'at', message }],
  });
}

function conflict(event: PerformanceEvent, seq: number): TenureError {
  const id = JSON.stringify(event.id);
  const message = `Event ${id} of agent ${JSON.stringify(event.agentId)} is stored with other content, as number ${seq}`;
  return new TenureError('TENURE_EVENT_CONFLICT', message, { seq, issues: [{ path: 'id', message }] });
}

function asStorageError(error: unknown): TenureError {
  if (isTenureError(error)) return error;
  return new TenureError('TENURE_STORAGE', `A commit failed: ${reasonOf(error)}`, { cause: error });
}
