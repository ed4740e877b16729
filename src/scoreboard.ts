import { createStore, type Store } from '@xstate/store';
import type { AgentOutline } from './agent/performance.js';
import type { AgentState } from './agent/state.js';
import type { Clock } from './clock.js';
import { guardStore } from './runtime/guarded-store.js';
import { harmless, type Report } from './runtime/host.js';
import { type Roster, Teller } from './scoreboard/lines.js';
import { type Board, EMPTY_BOARD, type ScoreboardState, shown, withOutlines } from './scoreboard/state.js';
import { paced, pause } from './store/breathe.js';

function createScoreboardStore(teller: Teller) {
  return createStore({
    context: shown(EMPTY_BOARD, teller, 0),
    on: { shown: (_before: ScoreboardState, { state }: { state: ScoreboardState }) => state },
  });
}

/** The part of an `@xstate/store` that reads and listens: what is on the board is for the tracker alone to say. */
export type ScoreboardStore = Pick<
  Store<ScoreboardState, Record<never, never>, never>,
  'get' | 'getSnapshot' | 'getInitialSnapshot' | 'subscribe' | 'select' | 'inspect' | typeof Symbol.observable
>;

/** At most one update in so many milliseconds of the tracker's clock. */
const UPDATE_MS = 100;
/** Agents that wait to be shown at most, on a clock that stands still too: each holds on to a state. */
const MAX_WAITING = 2_000;
/** Agents that are put on the board together. */
const PIECE = 16;
/** Agents that are shown at once, whatever is under way. */
const AT_ONCE = 4;

export interface ScoreboardOptions {
  readonly clock: Clock;
  /** The tracker's present, epoch milliseconds. */
  readonly now: () => number;
  readonly report: Report;
  /** What is shown of an agent, as of now. */
  readonly outline: (state: AgentState) => AgentOutline;
  readonly roster: Roster;
}

/** Keeps the store up to date: at once when it was quiet, else as soon as the last update is 100 ms old. */
export class Scoreboard {
  /** For the host: it cannot change it, and its subscribers can do no harm. */
  readonly store: ScoreboardStore;
  private readonly source: ReturnType<typeof createScoreboardStore>;
  private readonly teller: Teller;
  private board: Board = EMPTY_BOARD;
  /** The latest states of those to be shown, by id. */
  private readonly changed = new Map<string, AgentState>();
  private updatedAt = Number.NEGATIVE_INFINITY;
  private timer: unknown;
  private running: Promise<void> | undefined;

  constructor(private readonly options: ScoreboardOptions) {
    const { roster, report } = options;
    this.teller = new Teller(roster);
    this.source = createScoreboardStore(this.teller);
    // Whoever is told first could write to what the others are told.
    Object.freeze(this.source.getSnapshot());
    this.source.subscribe(Object.freeze);
    this.store = guardStore(this.source, 'the scoreboard', report);
  }

  /** Notes that agents changed; what there is to show is asked when it is shown. */
  note(states: Iterable<AgentState>): void {
    for (const state of states) this.changed.set(state.agentId, state);
    const isDue = this.changed.size >= MAX_WAITING;
    if (this.changed.size === 0 || (this.timer !== undefined && !isDue)) return;
    const wait = this.updatedAt + UPDATE_MS - this.options.clock.now();
    if (wait <= 0 || isDue) this.update();
    else this.timer = this.options.clock.setTimeout(() => this.update(), wait);
  }

  /** Shows what was noted: at once when it is little, else in pieces, and then all of it together. */
  update(): Promise<void> {
    this.options.clock.clearTimeout(this.timer);
    this.timer = undefined;
    if (this.running) return this.running.then(() => this.update());
    if (this.changed.size === 0) return Promise.resolve();
    this.updatedAt = this.options.clock.now();
    const states = Array.from(this.changed.values());
    this.changed.clear();
    this.running = this.take(states).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async take(states: readonly AgentState[]): Promise<void> {
    const { outline } = this.options;
    let piece: AgentOutline[] = [];
    for (const [i, state] of states.entries()) {
      const due = i >= AT_ONCE ? pause() : undefined;
      if (due) await due;
      piece.push(outline(state));
      if (piece.length < PIECE) continue;
      this.put(piece);
      piece = [];
    }
    this.put(piece);
    if (this.board.agents.isLoose) await this.pack();
    this.show();
  }

  /** Shows many agents at once, who are in nobody's way. */
  async fill(outlines: AsyncIterable<AgentOutline>): Promise<void> {
    let piece: AgentOutline[] = [];
    for await (const outline of outlines) {
      piece.push(outline);
      if (piece.length < PIECE) continue;
      this.put(piece);
      piece = [];
      if (this.board.agents.isLoose) await this.pack();
    }
    this.put(piece);
    this.show();
  }

  private put(outlines: readonly AgentOutline[]): void {
    this.board = withOutlines(this.board, outlines, this.options.roster.numberOf);
  }

  /** The same board in less memory. */
  private async pack(): Promise<void> {
    const agents = await paced(this.board.agents.packing());
    this.board = { ...this.board, agents };
  }

  /** What a host computes from the store with atoms of its own runs within `send` too. */
  private show(): void {
    const state = shown(this.board, this.teller, this.options.now());
    const send = () => this.source.send({ type: 'shown', state });
    harmless(send, (thrown) => this.options.report('An atom of the scoreboard', thrown))();
  }

  stop(): void {
    this.options.clock.clearTimeout(this.timer);
    this.timer = undefined;
  }
}
