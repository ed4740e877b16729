import { createStore } from '@xstate/store';
import type { AgentSummary, Standing } from './agent/performance.js';
import type { Clock } from './clock.js';
import { guardStore } from './runtime/guarded-store.js';
import { harmless, type Report } from './runtime/host.js';

/** Totals of the agents that are in one department now. */
export interface DepartmentTotals {
  readonly department: string;
  readonly agents: number;
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  readonly totalCost: number;
}

export interface ScoreboardState {
  /** By agent id. */
  readonly agents: ReadonlyMap<string, AgentSummary>;
  /** By name; agents without a department are in none. */
  readonly departments: ReadonlyMap<string, DepartmentTotals>;
  readonly standings: Readonly<Record<Standing, number>>;
  /** The tracker's clock at the last update, epoch milliseconds. */
  readonly updatedAt: number;
}

const NO_STANDINGS: Readonly<Record<Standing, number>> = {
  unproven: 0,
  steady: 0,
  promotable: 0,
  at_risk: 0,
  terminable: 0,
  departed: 0,
};

function createScoreboardStore() {
  const context: ScoreboardState = {
    agents: new Map(),
    departments: new Map(),
    standings: NO_STANDINGS,
    updatedAt: 0,
  };
  return createStore({
    context,
    on: {
      changed: (state, { summaries, at }: { summaries: readonly AgentSummary[]; at: number }) =>
        withSummaries(state, summaries, at),
    },
  });
}

export type ScoreboardStore = ReturnType<typeof createScoreboardStore>;

/** At most one update in so many milliseconds of the tracker's clock. */
const UPDATE_MS = 100;

/** Keeps the store up to date: at once when it was quiet, else as soon as the last update is 100 ms old. */
export class Scoreboard {
  /** For the host: its subscribers can do no harm. */
  readonly store: ScoreboardStore;
  private readonly source = createScoreboardStore();
  private readonly changed = new Map<string, () => AgentSummary | undefined>();
  private updatedAt = Number.NEGATIVE_INFINITY;
  private timer: unknown;

  constructor(
    private readonly clock: Clock,
    private readonly now: () => number,
    private readonly report: Report,
  ) {
    this.store = guardStore(this.source, 'the scoreboard', report);
  }

  /** Notes that agents changed; what there is to show is asked when it is shown. */
  note(
    agents: Iterable<{ readonly agentId: string; readonly summary: () => AgentSummary | undefined }>,
  ): void {
    for (const { agentId, summary } of agents) this.changed.set(agentId, summary);
    if (this.changed.size === 0 || this.timer !== undefined) return;
    const wait = this.updatedAt + UPDATE_MS - this.clock.now();
    if (wait <= 0) this.update();
    else this.timer = this.clock.setTimeout(() => this.update(), wait);
  }

  /** Shows what was noted, now. */
  update(): void {
    this.clock.clearTimeout(this.timer);
    this.timer = undefined;
    this.updatedAt = this.clock.now();
    const summaries = Array.from(this.changed.values(), (summary) => summary()).filter(
      (found) => found !== undefined,
    );
    this.changed.clear();
    if (summaries.length > 0) this.show(summaries);
  }

  /** What a host computes from the store with atoms of its own runs within `send` too. */
  private show(summaries: readonly AgentSummary[]): void {
    const send = () => this.source.send({ type: 'changed', summaries, at: this.now() });
    harmless(send, (thrown) => this.report('An atom of the scoreboard', thrown))();
  }

  stop(): void {
    this.clock.clearTimeout(this.timer);
    this.timer = undefined;
  }
}

function withSummaries(
  state: ScoreboardState,
  summaries: readonly AgentSummary[],
  at: number,
): ScoreboardState {
  const agents = new Map(state.agents);
  for (const summary of summaries) agents.set(summary.agentId, summary);
  return { agents, ...totals(agents.values()), updatedAt: at };
}

function totals(agents: Iterable<AgentSummary>): Pick<ScoreboardState, 'departments' | 'standings'> {
  const departments = new Map<string, DepartmentTotals>();
  const standings = { ...NO_STANDINGS };
  for (const { department, standing, lifetime } of agents) {
    standings[standing]++;
    if (department === undefined) continue;
    const before = departments.get(department);
    departments.set(department, {
      department,
      agents: (before?.agents ?? 0) + 1,
      tasksCompleted: (before?.tasksCompleted ?? 0) + lifetime.tasksCompleted,
      tasksFailed: (before?.tasksFailed ?? 0) + lifetime.tasksFailed,
      totalCost: (before?.totalCost ?? 0) + lifetime.totalCost,
    });
  }
  return { departments, standings };
}
