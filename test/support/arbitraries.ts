import fc from 'fast-check';
import type { PerformanceEventInput } from '../../src/events/schema.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When the clock stands at the first arrival. */
export const START = Date.UTC(2026, 0, 1);

/** An event as it reaches the tracker, and what the clock says then: never less than at the arrival before. */
export interface Arrival {
  readonly now: number;
  readonly input: PerformanceEventInput;
}

export interface HistoryShape {
  readonly agents?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
}

type Body = Record<string, unknown> & { readonly type: string };

const some = fc.constantFrom;
const unit = fc.oneof(some(0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const score = fc.oneof(some(0, 2, 4, 7.5, 9, 10), fc.double({ min: 0, max: 10, noNaN: true }));
const money = fc.oneof(
  some(0, 1e-9, 0.1, 0.3, 1, 2.5, 40, 1e12),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
);
const counted = fc.oneof(some(0, 1, 2, 3, 500, 1e12), fc.nat(50));
const task = some('t-1', 't-2', 't-3', '__proto__');
const person = some('grace', 'linus', 'constructor');
const department = some('engineering', 'research', 'sales');

/** All fields given may be absent, except those named. */
function fields(
  type: string,
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<Body> {
  const all = { type: fc.constant(type), ...required, ...optional };
  const requiredKeys = ['type', ...Object.keys(required)] as 'type'[];
  return fc.record<Body, 'type'>(all, { requiredKeys });
}

const usage = fc.record(
  { inputTokens: counted, outputTokens: counted, toolCalls: counted, turns: counted, cost: money },
  { requiredKeys: [] },
);
const signals = fc
  .record(
    { criteriaMet: fc.nat(4), criteriaTotal: fc.nat(4), testsPassed: counted, testsFailed: counted },
    { requiredKeys: [] },
  )
  .filter(({ criteriaMet = 0, criteriaTotal = 4 }) => criteriaMet <= criteriaTotal);
/** Spans are turned into moments beside the event's own time, see {@link atTime}. */
const before = some(0, 1, 20 * MINUTE, HOUR, 3 * DAY, 50 * DAY);
const after = some(1, HOUR, DAY, 10 * DAY, 40 * DAY, 400 * DAY);

const attempt = { assignedAt: before, startedAt: before, usage, signals, budget: money };
const observation = fc.oneof(
  fields(
    'collaboration.observed',
    { kind: some('delegation'), succeeded: fc.boolean() },
    { responseSeconds: fc.oneof(some(0, 30, 299.5, 300, 1e9), fc.double({ min: 0, max: 400, noNaN: true })) },
  ),
  fields('collaboration.observed', { kind: some('conflict'), constructiveness: unit }),
  fields('collaboration.observed', { kind: some('meeting'), contribution: unit }),
  fields('collaboration.observed', { kind: some('loop') }),
  fields('collaboration.observed', { kind: some('handoff'), completeness: unit }),
  fields('collaboration.observed', { kind: some('message'), quality: unit }),
  fields('collaboration.observed', { kind: some('helpfulness'), rating: unit }, { fromAgentId: person }),
);
const verdict = some('approved', 'commented', 'changes_requested', 'rejected');
const review = fields(
  'review.submitted',
  { taskId: task, kind: some('code', 'evaluation', 'peer'), reviewerId: person, verdict },
  { score, confidence: unit },
);
const overriding = { score, reason: some('checked by hand'), by: person };
const overrides = fc.oneof(
  fields('override.set', { target: some('quality'), taskId: task, ...overriding }, { expiresAt: after }),
  fields('override.set', { target: some('quality', 'collaboration'), ...overriding }, { expiresAt: after }),
  fields('override.cleared', { target: some('quality'), by: person }, { taskId: task }),
  fields('override.cleared', { target: some('collaboration'), by: person }),
);
const level = some('junior', 'mid', 'senior', 'c_suite');
const employment = fc.oneof(
  fields('agent.hired', {}, { name: person, role: some('engineer', 'writer'), department, level }),
  fields('agent.transferred', { department }),
  fields('agent.level_changed', { level }),
  fields('agent.departed', {}, { reason: some('moved on') }),
);
const body: fc.Arbitrary<Body> = fc.oneof(
  { weight: 10, arbitrary: fields('task.completed', { taskId: task }, attempt) },
  { weight: 5, arbitrary: fields('task.failed', { taskId: task }, attempt) },
  { weight: 8, arbitrary: review },
  { weight: 7, arbitrary: observation },
  { weight: 4, arbitrary: fields('task.assigned', { taskId: task }) },
  { weight: 4, arbitrary: overrides },
  { weight: 3, arbitrary: employment },
);

/** Hours and days, so that moments meet each other and the ends of windows often. */
const gap = fc.oneof(
  { weight: 5, arbitrary: some(0, 0, 1, MINUTE) },
  { weight: 8, arbitrary: fc.nat(12).map((hours) => hours * HOUR) },
  { weight: 3, arbitrary: fc.nat(10).map((days) => days * DAY) },
  { weight: 1, arbitrary: fc.integer({ min: 3, max: 16 }).map((weeks) => weeks * 7 * DAY) },
);
const lateness = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.nat(24).map((hours) => hours * HOUR) },
  { weight: 2, arbitrary: fc.nat(12).map((days) => days * DAY) },
  { weight: 1, arbitrary: fc.integer({ min: 20, max: 130 }).map((days) => days * DAY) },
  { weight: 1, arbitrary: some(-1, -MINUTE, -5 * MINUTE) },
);

/**
 * What a few agents do at a few tasks, in order of arrival: events come late, in the same millisecond, weeks after
 * the one before, and up to five minutes ahead of the clock.
 */
export function anyHistory({
  agents = ['ada'],
  minLength = 1,
  maxLength = 60,
}: HistoryShape = {}): fc.Arbitrary<readonly Arrival[]> {
  const common = fc.record(
    { agentId: some(...agents), department, projectId: some('apollo', 'gemini') },
    { requiredKeys: ['agentId'] },
  );
  return fc
    .array(fc.tuple(gap, lateness, common, body), { minLength, maxLength, size: 'max' })
    .map((steps) => {
      let now = START;
      return steps.map(([gap, late, common, body], index) => {
        now += gap;
        const input = { id: `event-${index + 1}`, at: now - late, ...common, ...atTime(body, now - late) };
        return Object.freeze({ now, input: Object.freeze(input) as PerformanceEventInput });
      });
    });
}

function atTime(body: Body, at: number): Body {
  const { assignedAt, startedAt, expiresAt, ...rest } = body as Body & Record<string, number | undefined>;
  return {
    ...rest,
    ...(assignedAt !== undefined && { assignedAt: at - assignedAt }),
    ...(startedAt !== undefined && { startedAt: at - startedAt }),
    ...(expiresAt !== undefined && { expiresAt: at + expiresAt }),
  } as Body;
}
