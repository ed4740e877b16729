import type { FigureChange } from '../agent/figures.js';
import type { AgentModel } from '../agent/model.js';
import type { AgentState } from '../agent/state.js';
import type { Attempt } from '../agent/task.js';
import type { StoredEvent } from '../events/schema.js';
import { type AgentEntry, versionOf } from '../runtime/agent-entry.js';
import type { AgentRegistry } from '../runtime/registry.js';
import { pause } from '../store/breathe.js';
import { atOneFloor } from '../store/one-floor.js';
import type { Queue } from '../store/queue.js';
import type { RowChange } from '../store/rollups/changes.js';
import type { FigureRow } from '../store/rollups/totals.js';
import type { Store } from '../store/types.js';
import type { Gate } from './gate.js';
import type { Overlay } from './overlay.js';

export interface CompanyParts {
  readonly store: Store;
  readonly model: AgentModel;
  readonly registry: AgentRegistry;
  readonly overlay: Overlay;
  readonly gate: Gate;
  /** Agents are brought forward, and their snapshots taken, in here alone. */
  readonly steps: Queue;
  /** An agent's state without waking it. */
  readonly stateOf: (entry: AgentEntry) => Promise<AgentState>;
}

/** What time alone will have changed of an agent's figures by now, made of one state of it. */
interface Coming {
  readonly entry: AgentEntry;
  readonly version: AgentState | number;
  readonly changes: readonly RowChange[];
}

/**
 * Everything known of the company's figures at this moment: what is stored, what is in memory, and what time alone
 * has changed since the last event or tick (an override that ended). Looking changes nothing.
 */
export class CompanyFigures {
  constructor(private readonly parts: CompanyParts) {}

  /**
   * Reads at one moment. `inMemory` gets all changes that are not in the stored totals; nothing is applied while it
   * looks at them. What is stored stays as it is until `stored` is done.
   *
   * @param inMemory told what time alone has changed
   */
  async read<Seen>(
    now: number,
    inMemory: (overlay: Overlay, coming: readonly RowChange[]) => Promise<Seen>,
    stored: (seen: Seen) => Promise<void>,
  ): Promise<void> {
    const { overlay, gate, steps, registry } = this.parts;
    for (;;) {
      await this.settleOutdated();
      const { lateNotes } = registry;
      const coming = await this.comingBy(now);
      await gate.enter();
      try {
        const seen = await steps.run(async () => {
          const isLate = registry.lateNotes !== lateNotes;
          if (isLate || overlay.outdatedAgents.length > 0 || !coming.every(isStillSo)) return undefined;
          const changes = coming.flatMap(({ changes }) => changes);
          return { value: await inMemory(overlay, changes) };
        });
        if (!seen) continue;
        await stored(seen.value);
        return;
      } finally {
        gate.leave();
      }
    }
  }

  /** Works out from the journal what agents' states no longer can. */
  private async settleOutdated(): Promise<void> {
    const { registry, overlay } = this.parts;
    for (const agentNo of overlay.outdatedAgents) {
      const entry = registry.byNumber(agentNo);
      if (entry) await this.settle(entry);
    }
  }

  /**
   * The journal is read before the gate: who reads it may have to wait for a write of snapshots, and that for the gate.
   */
  private async settle(entry: AgentEntry): Promise<void> {
    const { overlay, gate, stateOf } = this.parts;
    for (let isSettled = false; !isSettled; ) {
      const outdated = overlay.outdatedTasks(entry.no);
      if (outdated.size === 0) return;
      const version = versionOf(entry);
      const state = await stateOf(entry);
      const attempts = await this.attemptsOf(entry, new Set(outdated.keys()), state.now);
      isSettled = await gate.read(async () => {
        const changes = await this.changesTo(entry, attempts);
        // An event came meanwhile, and may have been about one of these tasks; or another question settled them.
        if (!isStillSo({ entry, version }) || !overlay.isOutdated(entry.no, outdated)) return false;
        for (const { pair, before, after } of changes) overlay.change(entry.no, pair, before, after);
        overlay.settle(entry.no, outdated);
        return true;
      });
    }
  }

  /** What time alone changes up to now, of all agents. */
  private async comingBy(now: number): Promise<Coming[]> {
    const { registry, stateOf } = this.parts;
    const coming: Coming[] = [];
    for (const entry of await registry.withFiguresDue(now)) {
      // Before anything of it is read: one that changes while it is read is not what it was either.
      const version = versionOf(entry);
      const state = await stateOf(entry);
      coming.push({ entry, version, changes: await this.comingOf(entry, state, now) });
    }
    return coming;
  }

  private async comingOf(entry: AgentEntry, state: AgentState, now: number): Promise<RowChange[]> {
    const { model, store } = this.parts;
    const figures = model.figuresBy(state, now);
    const outdated = new Set(
      figures.flatMap((change) => (change.kind === 'outdated' ? [change.taskId] : [])),
    );
    const changes = figures.flatMap((change): RowChange[] => {
      if (change.kind === 'outdated' || outdated.has(taskOf(change))) return [];
      const { department, projectId } = change.kind === 'attempt' ? change.after : change.observed;
      const pair = store.rollups.scopes.pair(department, projectId);
      const agentNo = entry.no;
      return change.kind === 'attempt'
        ? [{ agentNo, pair, before: change.before, after: change.after, parts: [] }]
        : [{ agentNo, pair, before: undefined, after: change.observed, parts: change.parts }];
    });
    if (outdated.size > 0) {
      changes.push(...(await this.changesTo(entry, await this.attemptsOf(entry, outdated, now))));
    }
    return changes;
  }

  /** The attempts at some of an agent's tasks, as its journalled events say of them at a moment. */
  private attemptsOf(entry: AgentEntry, taskIds: ReadonlySet<string>, at: number): Promise<Attempt[]> {
    const { model, store, registry } = this.parts;
    return atOneFloor(store, async () => {
      const { horizon } = store.foundations.dropped;
      const events: StoredEvent[] = [];
      for await (const event of store.eventsOf(entry.no, entry.newSeqs)) {
        if (event.at < horizon) continue;
        if ('taskId' in event && event.taskId !== undefined && taskIds.has(event.taskId)) events.push(event);
      }
      const past = horizon > 0 ? await registry.pastOf(entry) : model.start(entry.agentId);
      const attempts = model.figuresAsOf(past, events, at).attempts.toArray();
      return attempts.filter((attempt) => attempt.at >= horizon);
    });
  }

  /** The changes that bring the figures of an agent's attempts to these. */
  private async changesTo(entry: AgentEntry, attempts: readonly Attempt[]): Promise<RowChange[]> {
    const { store } = this.parts;
    const changes: RowChange[] = [];
    for (const attempt of attempts) {
      const pair = store.rollups.scopes.pair(attempt.department, attempt.projectId);
      const before = await this.known(entry.no, attempt);
      if (before && isSame(before, attempt)) continue;
      changes.push({ agentNo: entry.no, pair, before, after: attempt, parts: [] });
    }
    await pause();
    return changes;
  }

  /** An attempt's figures as answers have them. */
  private async known(agentNo: number, { at, seq }: Attempt): Promise<FigureRow | undefined> {
    const { overlay, store } = this.parts;
    let known: FigureRow | undefined;
    for await (const block of store.rollups.rowsByAgent(agentNo, { from: at, to: at })) {
      for (const [reader] of block.rows()) if (reader.seq === seq) known = reader.row();
    }
    for (const { after } of overlay.ofAgent(agentNo)) if (after.seq === seq) known = after;
    return known;
  }
}

/** Whether an agent is as it was when it was looked at. */
function isStillSo({ entry, version }: Pick<Coming, 'entry' | 'version'>): boolean {
  return versionOf(entry) === version;
}

function taskOf(change: FigureChange): string {
  if (change.kind === 'observation') return '';
  return change.kind === 'attempt' ? change.after.taskId : change.taskId;
}

const FIGURES = ['quality', 'cost', 'completionMs', 'tokens', 'toolCalls'] as const;

function isSame(known: FigureRow, attempt: Attempt): boolean {
  return FIGURES.every((figure) => (known as Attempt)[figure] === attempt[figure]);
}
