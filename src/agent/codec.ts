import { z } from 'zod';
import { TenureError } from '../errors.js';
import { Timeline } from '../windows/timeline.js';
import type { Observed } from './collaboration.js';
import type { FeedRow } from './coverage.js';
import type { AgentState } from './state.js';
import type { Attempt, AttemptFacts, TaskRecord } from './task.js';
import { TaskBook } from './task-book.js';

/** Raise it when what {@link encodeState} writes changes its meaning. */
export const STATE_FORMAT = 2;

/** One agent's state as plain JSON. Attempts stand once, with their task; the timeline of them is made from there. */
export interface EncodedState extends Omit<AgentState, 'tasks' | 'attempts' | 'observations' | 'feeds'> {
  readonly format: typeof STATE_FORMAT;
  /** Window labels and metric count that `trends` is laid out for. */
  readonly layout: string;
  readonly tasks: readonly EncodedTask[];
  readonly observations: readonly Observed[];
  readonly feeds: readonly (readonly [at: number, seq: number, mask: number])[];
}

type EncodedTask = Omit<TaskRecord, 'attempts'> & { readonly attempts: readonly EncodedAttempt[] };
type EncodedAttempt = readonly [
  at: number,
  seq: number,
  succeeded: boolean,
  quality: number | null,
  cost: number | null,
  completionMs: number | null,
  tokens: number | null,
  toolCalls: number | null,
  facts: AttemptFacts | null,
  department: string | null,
  projectId: string | null,
];

/** A state as plain JSON. `layout` says which windows its trends are of. */
export function encodeState(state: AgentState, layout: string): EncodedState {
  const { tasks, attempts: _attempts, observations, feeds, ...rest } = state;
  return {
    format: STATE_FORMAT,
    layout,
    ...rest,
    tasks: Array.from(tasks, (task) => ({ ...task, attempts: task.attempts.map(encodeAttempt) })),
    observations: observations.toArray(),
    feeds: feeds.toArray().map(({ at, seq, mask }) => [at, seq, mask] as const),
  };
}

/**
 * The state that {@link encodeState} wrote. The snapshot's checksum guards the content; this guards the shape.
 *
 * @throws TenureError `TENURE_CORRUPT` when it is not such a state, or one of other windows
 */
export function decodeState(encoded: unknown, layout: string): AgentState {
  const parsed = envelopeSchema.safeParse(encoded);
  if (!parsed.success) {
    throw new TenureError(
      'TENURE_CORRUPT',
      `An agent's snapshot is not a state: ${z.prettifyError(parsed.error)}`,
    );
  }
  if (parsed.data.layout !== layout) {
    throw new TenureError(
      'TENURE_CORRUPT',
      `The snapshot of agent ${JSON.stringify(parsed.data.agentId)} was made for ${parsed.data.layout}, not for ${layout}`,
    );
  }
  const { format: _format, layout: _layout, tasks, observations, feeds, ...rest } = encoded as EncodedState;
  const records = tasks.map((task) => ({
    ...task,
    override: task.override,
    attempts: task.attempts.map((attempt) => decodeAttempt(task.taskId, attempt)),
  }));
  return {
    ...rest,
    tasks: TaskBook.from(records),
    attempts: Timeline.from(
      records.flatMap(({ attempts }) => attempts.filter(({ facts }) => facts !== null)),
    ),
    observations: Timeline.from(observations),
    feeds: Timeline.from(feeds.map(([at, seq, mask]): FeedRow => ({ at, seq, mask }))),
  };
}

function encodeAttempt(attempt: Attempt): EncodedAttempt {
  const { at, seq, succeeded, quality, cost, completionMs, tokens, toolCalls, facts } = attempt;
  const { department = null, projectId = null } = attempt;
  return [at, seq, succeeded, quality, cost, completionMs, tokens, toolCalls, facts, department, projectId];
}

function decodeAttempt(taskId: string, encoded: EncodedAttempt): Attempt {
  const [at, seq, succeeded, quality, cost, completionMs, tokens, toolCalls, facts, ...place] = encoded;
  const [department, projectId] = place;
  return {
    at,
    seq,
    taskId,
    succeeded,
    department: department ?? undefined,
    projectId: projectId ?? undefined,
    facts,
    quality,
    cost,
    completionMs,
    tokens,
    toolCalls,
  };
}

const list = z.array(z.unknown());
const envelopeSchema = z.object({
  format: z.literal(STATE_FORMAT),
  layout: z.string(),
  agentId: z.string(),
  now: z.number(),
  seq: z.int(),
  profile: z.record(z.string(), z.unknown()),
  standing: z.enum(['unproven', 'steady', 'promotable', 'at_risk', 'terminable', 'departed']),
  lifetime: z.record(z.string(), z.unknown()),
  tasks: list,
  observations: list,
  feeds: list,
  lastFed: z.array(z.number()),
  overrides: z.record(z.string(), z.unknown()),
  expiries: list,
  upcoming: list,
  trends: list,
  compactAt: z.number(),
  leftOut: list,
  isStale: z.boolean(),
} satisfies Record<keyof EncodedState, z.ZodType>);
