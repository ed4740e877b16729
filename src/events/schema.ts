import { z } from 'zod';
import { amount, count, identifier, metadata, prose, ratio, score, time } from './fields.js';

const level = z.string().min(1).max(64);
const currency = z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as USD');

/** What every event has. Key order here is the order of the canonical JSON. */
const common = {
  id: identifier,
  agentId: identifier,
  at: time,
  department: identifier.optional(),
  projectId: identifier.optional(),
  metadata: metadata.optional(),
};

const usage = z.strictObject({
  inputTokens: count.optional(),
  outputTokens: count.optional(),
  toolCalls: count.optional(),
  turns: count.optional(),
  cost: amount.optional(),
  currency: currency.optional(),
});

const signals = z
  .strictObject({
    criteriaMet: count.optional(),
    criteriaTotal: count.optional(),
    testsPassed: count.optional(),
    testsFailed: count.optional(),
    lintErrors: count.optional(),
    coverageDelta: z.number().optional(),
  })
  .refine(
    ({ criteriaMet, criteriaTotal }) => (criteriaMet ?? 0) <= (criteriaTotal ?? Number.POSITIVE_INFINITY),
    {
      path: ['criteriaMet'],
      error: 'expected no more criteria met than there are',
    },
  );

const task = {
  taskId: identifier,
  taskType: identifier.optional(),
  complexity: z.enum(['simple', 'medium', 'complex', 'epic']).optional(),
};

const attempt = {
  ...common,
  ...task,
  assignedAt: time.optional(),
  startedAt: time.optional(),
  usage: usage.optional(),
  signals: signals.optional(),
  budget: amount.optional(),
};

const agentHired = z.strictObject({
  type: z.literal('agent.hired'),
  ...common,
  name: identifier.optional(),
  role: identifier.optional(),
  level: level.optional(),
});
const agentTransferred = z.strictObject({
  type: z.literal('agent.transferred'),
  ...common,
  department: identifier,
});
const agentLevelChanged = z.strictObject({ type: z.literal('agent.level_changed'), ...common, level });
const agentDeparted = z.strictObject({
  type: z.literal('agent.departed'),
  ...common,
  reason: prose.optional(),
});
const taskAssigned = z.strictObject({ type: z.literal('task.assigned'), ...common, ...task });
const taskCompleted = notBeforeItBegan(z.strictObject({ type: z.literal('task.completed'), ...attempt }));
const taskFailed = notBeforeItBegan(z.strictObject({ type: z.literal('task.failed'), ...attempt }));

const reviewSubmitted = z
  .strictObject({
    type: z.literal('review.submitted'),
    ...common,
    taskId: identifier,
    kind: z.enum(['code', 'evaluation', 'peer']),
    reviewerId: identifier,
    verdict: z.enum(['approved', 'commented', 'changes_requested', 'rejected']).optional(),
    score: score.optional(),
    confidence: ratio.optional(),
    comment: prose.optional(),
  })
  .refine((review) => review.verdict !== undefined || review.score !== undefined, {
    path: ['verdict'],
    error: 'expected a verdict, a score, or both',
  });

const observed = { type: z.literal('collaboration.observed'), ...common };
const collaborationObserved = z.discriminatedUnion('kind', [
  z.strictObject({
    ...observed,
    kind: z.literal('delegation'),
    succeeded: z.boolean(),
    responseSeconds: amount.optional(),
  }),
  z.strictObject({ ...observed, kind: z.literal('conflict'), constructiveness: ratio }),
  z.strictObject({ ...observed, kind: z.literal('meeting'), contribution: ratio }),
  z.strictObject({ ...observed, kind: z.literal('loop') }),
  z.strictObject({ ...observed, kind: z.literal('handoff'), completeness: ratio }),
  z.strictObject({ ...observed, kind: z.literal('message'), quality: ratio }),
  z.strictObject({
    ...observed,
    kind: z.literal('helpfulness'),
    rating: ratio,
    fromAgentId: identifier.optional(),
  }),
]);

const overrideTarget = { target: z.enum(['quality', 'collaboration']), taskId: identifier.optional() };
const ofTasksOnlyQuality = {
  path: ['taskId'],
  error: 'expected no taskId: collaboration is not scored by task',
};
const overrideSet = z
  .strictObject({
    type: z.literal('override.set'),
    ...common,
    ...overrideTarget,
    score,
    reason: prose,
    by: identifier,
    expiresAt: time.optional(),
  })
  .refine(({ target, taskId }) => target === 'quality' || taskId === undefined, ofTasksOnlyQuality)
  .refine(({ at, expiresAt }) => expiresAt === undefined || expiresAt > at, {
    path: ['expiresAt'],
    error: 'expected a time after `at`',
  });
const overrideCleared = z
  .strictObject({ type: z.literal('override.cleared'), ...common, ...overrideTarget, by: identifier })
  .refine(({ target, taskId }) => target === 'quality' || taskId === undefined, ofTasksOnlyQuality);

const decisionRecorded = z.strictObject({
  type: z.literal('decision.recorded'),
  ...common,
  recommendationId: identifier,
  outcome: z.enum(['approved', 'rejected', 'deferred']),
  by: identifier,
  reason: prose.optional(),
});

/** One fact about one agent, complete and normalised: every event has an id, and times are epoch ms. */
export const performanceEventSchema = z.discriminatedUnion('type', [
  agentHired,
  agentTransferred,
  agentLevelChanged,
  agentDeparted,
  taskAssigned,
  taskCompleted,
  taskFailed,
  reviewSubmitted,
  collaborationObserved,
  overrideSet,
  overrideCleared,
  decisionRecorded,
]);

export type PerformanceEvent = z.output<typeof performanceEventSchema>;
export type PerformanceEventType = PerformanceEvent['type'];

export const EVENT_TYPES = [
  'agent.hired',
  'agent.transferred',
  'agent.level_changed',
  'agent.departed',
  'task.assigned',
  'task.completed',
  'task.failed',
  'review.submitted',
  'collaboration.observed',
  'override.set',
  'override.cleared',
  'decision.recorded',
] as const satisfies readonly PerformanceEventType[];
/** The event of one type. */
export type EventOf<Type extends PerformanceEventType> = Extract<PerformanceEvent, { type: Type }>;

type OptionalId<Event> = Event extends unknown ? Omit<Event, 'id'> & { id?: string } : never;
/** What a host hands in: `id` is generated when absent, `at` may be ISO 8601 with an offset, ms or a Date. */
export type PerformanceEventInput = OptionalId<z.input<typeof performanceEventSchema>>;

/** An event as the journal keeps it: `department` is the event's own, else the agent's when it was accepted. */
export type StoredEvent = PerformanceEvent & {
  /** Journal sequence number, from 1. */
  readonly seq: number;
  /** When the tracker accepted it, epoch milliseconds of the tracker's clock. */
  readonly recordedAt: number;
};

/** What a person's decision was about. */
export interface Decided {
  readonly kind: RecommendationKind;
  /** The level that was proposed, of an elevation that of trust; absent for a termination. */
  readonly level?: string;
}

/** What a standing policy can propose. */
export type ProposalKind = 'promotion' | 'demotion' | 'termination';

/** What a person can be asked to decide; an elevation is one of trust. */
export type RecommendationKind = ProposalKind | 'elevation';

/** What the journal keeps beside an event: facts of the moment at which it was accepted, which no event tells. */
export interface Stamped {
  /** Its agent was the last active one of its department. */
  readonly alone?: true;
  /** Of a decision: what it was about. */
  readonly decided?: Decided;
}

/** An event as states are made of it. */
export type JournalledEvent = StoredEvent & {
  stamped?: Stamped;
  /** A hiring that names no department, and so says nothing about it: the event's is where its agent was on acceptance. */
  isDepartmentStamped?: true;
};

function notBeforeItBegan<
  Schema extends z.ZodType<{ at: number; assignedAt?: number | undefined; startedAt?: number | undefined }>,
>(schema: Schema): Schema {
  return schema
    .refine(({ at, assignedAt }) => assignedAt === undefined || assignedAt <= at, {
      path: ['assignedAt'],
      error: 'expected a time not after `at`',
    })
    .refine(({ at, startedAt }) => startedAt === undefined || startedAt <= at, {
      path: ['startedAt'],
      error: 'expected a time not after `at`',
    });
}
