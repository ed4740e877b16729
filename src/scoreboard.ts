import { createStore } from '@xstate/store';
import type { AgentSummary } from './agent/performance.js';
import type { Clock } from './clock.js';
import { guardStore } from './runtime/guarded-store.js';
import { harmless, type Report } from './runtime/host.js';
import type { Line } from './scoreboard-lines.js';
import { type Board, EMPTY_BOARD, type ScoreboardState, shown, withSummaries } from './scoreboard-state.js';
import { pause } from './store/breathe.js';

function createScoreboardStore() {
  return createStore({
    context: shown(EMPTY_BOARD, 0),
    on: { shown: (_before: ScoreboardState, { state }: { state: ScoreboardState }) => state },
  });
}

export type ScoreboardStore = ReturnType<typeof createScoreboardStore>;

/** At most one update in so many milliseconds of the tracker's clock. */
const UPDATE_MS = 100;
/** Agents that wait to be shown at most, on a clock that stands still too: each holds on to a state. */
const MAX_WAITING = 2_000;
/** Agents between two looks at the time. */
const PIECE = 16;

/** Keeps the store up to date: at once when it was quiet, else as soon as the last update is 100 ms old. */
export class Scoreboard {
  /** For the host: its subscribers can do no harm. */
  readonly store: ScoreboardStore;
  private readonly source = createScoreboardStore();
  private board: Board = EMPTY_BOARD;
  /** Lines that are objects, those first that changed longest ago. */
  private readonly awake = new Map<string, Line>();
  private readonly changed = new Map<string, () => AgentSummary>();
  private updatedAt = Number.NEGATIVE_INFINITY;
  private timer: unknown;
  private running: Promise<void> | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly now: () => number,
    private readonly report: Report,
    /** Lines that stay objects: of so many agents that changed last, as long as nobody looks at others. */
    private readonly maxAwake: number,
  ) {
    this.store = guardStore(this.source, 'the scoreboard', report);
  }

  /** Notes that agents changed; what there is to show is asked when it is shown. */
  note(agents: Iterable<{ readonly agentId: string; readonly summary: () => AgentSummary }>): void {
    for (const { agentId, summary } of agents) this.changed.set(agentId, summary);
    const isDue = this.changed.size >= MAX_WAITING;
    if (this.changed.size === 0 || (this.timer !== undefined && !isDue)) return;
    const wait = this.updatedAt + UPDATE_MS - this.clock.now();
    if (wait <= 0 || isDue) this.update();
    else this.timer = this.clock.setTimeout(() => this.update(), wait);
  }

  /** Shows what was noted: at once when it is little, else in pieces, and then all of it together. */
  update(): Promise<void> {
    this.clock.clearTimeout(this.timer);
    this.timer = undefined;
    if (this.running) return this.running.then(() => this.update());
    if (this.changed.size === 0) return Promise.resolve();
    this.updatedAt = this.clock.now();
    const summaries = Array.from(this.changed.values());
    this.changed.clear();
    this.running = this.take(summaries).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async take(summaries: readonly (() => AgentSummary)[]): Promise<void> {
    for (let i = 0; i < summaries.length; i += PIECE) {
      const due = i > 0 ? pause() : undefined;
      if (due) await due;
      this.put(summaries.slice(i, i + PIECE).map((summary) => summary()));
    }
    this.show();
  }

  /** Shows many agents at once, who are in nobody's way. */
  async fill(summaries: AsyncIterable<AgentSummary>): Promise<void> {
    let piece: AgentSummary[] = [];
    for await (const summary of summaries) {
      piece.push(summary);
      if (piece.length < PIECE) continue;
      this.put(piece);
      piece = [];
    }
    this.put(piece);
    this.show();
  }

  private put(summaries: readonly AgentSummary[]): void {
    this.board = withSummaries(this.board, summaries);
    for (const { agentId } of summaries) {
      this.awake.delete(agentId);
      this.awake.set(agentId, this.board.agents.get(agentId) as Line);
    }
    for (const [agentId, line] of this.awake) {
      if (this.awake.size <= this.maxAwake) break;
      line.rest(agentId);
      this.awake.delete(agentId);
    }
  }

  /** What a host computes from the store with atoms of its own runs within `send` too. */
  private show(): void {
    const state = shown(this.board, this.now());
    const send = () => this.source.send({ type: 'shown', state });
    harmless(send, (thrown) => this.report('An atom of the scoreboard', thrown))();
  }

  stop(): void {
    this.clock.clearTimeout(this.timer);
    this.timer = undefined;
  }
}
