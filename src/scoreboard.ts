import { createStore } from '@xstate/store';
import type { AgentSummary } from './agent/performance.js';
import type { Clock } from './clock.js';
import { guardStore } from './runtime/guarded-store.js';
import { harmless, type Report } from './runtime/host.js';
import { type Board, EMPTY_BOARD, type ScoreboardState, shown, withSummaries } from './scoreboard-state.js';

function createScoreboardStore() {
  return createStore({
    context: shown(EMPTY_BOARD, 0),
    on: { shown: (_before: ScoreboardState, { state }: { state: ScoreboardState }) => state },
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
  private board: Board = EMPTY_BOARD;
  private readonly changed = new Map<string, () => AgentSummary>();
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
  note(agents: Iterable<{ readonly agentId: string; readonly summary: () => AgentSummary }>): void {
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
    const summaries = Array.from(this.changed.values(), (summary) => summary());
    this.changed.clear();
    if (summaries.length > 0) this.show(summaries);
  }

  /** What a host computes from the store with atoms of its own runs within `send` too. */
  private show(summaries: readonly AgentSummary[]): void {
    this.board = withSummaries(this.board, summaries);
    const state = shown(this.board, this.now());
    const send = () => this.source.send({ type: 'shown', state });
    harmless(send, (thrown) => this.report('An atom of the scoreboard', thrown))();
  }

  stop(): void {
    this.clock.clearTimeout(this.timer);
    this.timer = undefined;
  }
}
