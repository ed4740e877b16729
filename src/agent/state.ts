import type { JournalledEvent } from '../events/schema.js';
import { type Career, NO_CAREER } from '../policy/career.js';
import type { TrendDirection } from '../trends/types.js';
import type { TrustState } from '../trust/judge.js';
import { Timeline } from '../windows/timeline.js';
import { ATTEMPTS } from './attempt-layout.js';
import type { Observed } from './collaboration.js';
import { type LastFed, NEVER_FED } from './coverage.js';
import { type LifetimeTotals, NO_LIFETIME } from './lifetime.js';
import { OBSERVATIONS } from './observed-layout.js';
import type { OverrideSlot } from './override.js';
import type { Standing } from './performance.js';
import type { Profile } from './profile.js';
import type { Attempt } from './task.js';
import { TaskBook } from './task-book.js';

/** The status of one metric's trend in one window: which way, and since when (epoch milliseconds). */
export interface TrendStatus {
  readonly direction: TrendDirection;
  readonly since: number | null;
}

/** A task whose override ends: its quality is measured again then. */
export interface Expiry {
  readonly at: number;
  readonly taskId: string;
  /** The event that set the override. */
  readonly eventId: string;
  readonly seq: number;
}

/** An event that an agent goes on without, because a strategy or the policy failed on it. */
export interface LeftOut {
  /** Its record in the journal. */
  readonly seq: number;
  readonly eventId: string;
  /** Epoch milliseconds of the tracker's clock. */
  readonly failedAt: number;
  readonly error: string;
}

/**
 * Everything that is known of one agent as of `now`: immutable, and except for the history that trend statuses and
 * standing carry, and for the role by which an observation was scored when it came, a function of the set of its events,
 * whatever the order in which they arrived.
 */
export interface AgentState {
  readonly agentId: string;
  /** The latest moment that the state was brought to, epoch milliseconds. Never goes back. */
  readonly now: number;
  /** Journal sequence number of the last event or tick applied; 0 for none. */
  readonly seq: number;
  readonly profile: Profile;
  readonly standing: Standing;
  readonly lifetime: LifetimeTotals;
  readonly tasks: TaskBook;
  /** Finished attempts that a window or the coverage may still hold. */
  readonly attempts: Timeline<Attempt>;
  readonly observations: Timeline<Observed>;
  readonly lastFed: LastFed;
  /** Overrides of the agent's overall scores. */
  readonly overrides: { readonly quality?: OverrideSlot; readonly collaboration?: OverrideSlot };
  /** Ends of task overrides to come, ascending. */
  readonly expiries: readonly Expiry[];
  /** Accepted events whose time has not come yet (within the clock skew), in time order. */
  readonly upcoming: readonly JournalledEvent[];
  /** By metric, then window: see `trendIndex`. */
  readonly trends: readonly TrendStatus[];
  /** What judging the agent has to remember. */
  readonly career: Career;
  /** How far it is trusted, where that is followed. */
  readonly trust: TrustState | null;
  /** When old tasks are compacted next, epoch milliseconds. */
  readonly compactAt: number;
  /** In the order in which they failed; the latest of them where there are too many to keep. */
  readonly leftOut: readonly LeftOut[];
  /** Whether the trends could not be judged last time: they are judged anew as soon as they can be. */
  readonly isStale: boolean;
  /** The same in all states of which one was made of the other. */
  readonly line: Line;
}

/** States of which one was made of the other. A model keeps here what follows the latest: a cache, no part of them. */
export class Line {
  #following: unknown;

  get following(): unknown {
    return this.#following;
  }

  set following(following: unknown) {
    this.#following = following;
  }
}

export const NO_TREND: TrendStatus = { direction: 'insufficient_data', since: null };

/** Nothing of any kind: most lists of most agents are empty, and those are one and the same. */
export const NONE: readonly never[] = [];
export const NO_OVERRIDES: AgentState['overrides'] = {};
const NO_PROFILE: Profile = {};

/** A list, or the one that all empty ones are. */
export function orNone<Item>(items: readonly Item[]): readonly Item[] {
  return items.length === 0 ? NONE : items;
}

/** A status, or the one among others that says the same: trends that turn at once need it only once. */
export function knownStatus(status: TrendStatus, among: readonly TrendStatus[]): TrendStatus {
  const { direction, since } = status;
  for (const known of among) if (known.since === since && known.direction === direction) return known;
  return status;
}

/** An agent of which nothing is known yet. */
export function initialState(agentId: string, trendCount: number): AgentState {
  return {
    agentId,
    now: 0,
    seq: 0,
    profile: NO_PROFILE,
    standing: 'unproven',
    lifetime: NO_LIFETIME,
    tasks: TaskBook.empty(),
    attempts: Timeline.empty(ATTEMPTS),
    observations: Timeline.empty(OBSERVATIONS),
    lastFed: NEVER_FED,
    overrides: NO_OVERRIDES,
    expiries: NONE,
    upcoming: NONE,
    trends: new Array<TrendStatus>(trendCount).fill(NO_TREND),
    career: NO_CAREER,
    trust: null,
    compactAt: 0,
    leftOut: NONE,
    isStale: false,
    line: new Line(),
  };
}

/** A state in the making: its parts are replaced, never changed. */
export type StateDraft = { -readonly [Key in keyof AgentState]: AgentState[Key] };

/**
 * A copy to be changed. Field by field, because states come about in several ways: spread, they would be objects of many
 * hidden classes, and every access to them a look-up.
 */
export function draftOf(state: AgentState): StateDraft {
  return {
    agentId: state.agentId,
    now: state.now,
    seq: state.seq,
    profile: state.profile,
    standing: state.standing,
    lifetime: state.lifetime,
    tasks: state.tasks,
    attempts: state.attempts,
    observations: state.observations,
    lastFed: state.lastFed,
    overrides: state.overrides,
    expiries: state.expiries,
    upcoming: state.upcoming,
    trends: state.trends,
    career: state.career,
    trust: state.trust,
    compactAt: state.compactAt,
    leftOut: state.leftOut,
    isStale: state.isStale,
    line: state.line,
  };
}
