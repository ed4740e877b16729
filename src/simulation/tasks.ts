import { type Attempt, attempt, WORK } from './attempt.js';
import { type Delivery, HOUR_MS, onTime, reportedAt, type Shift } from './delivery.js';
import type { Random } from './random.js';
import { taskReviews } from './reviews.js';

type Outcome = Extract<Delivery['event'], { type: 'task.completed' | 'task.failed' }>;

const TASK_TYPES = ['feature', 'bugfix', 'refactoring', 'documentation', 'analysis'] as const;
const DOLLARS_PER_TOKEN = 4e-6;

/** Everything that follows from the tasks that an agent is given on one day, reviews included. */
export function dailyTasks(shift: Shift): Delivery[] {
  const { load, random } = shift;
  return Array.from({ length: random.poisson(load) }, (_, i) => oneTask(shift, i + 1)).flat();
}

function oneTask(shift: Shift, number: number): Delivery[] {
  const { agent, day, midnight, random } = shift;
  const taskId = `${agent.id}/d${day}-${number}`;
  const complexity = random.weighted({ simple: 0.3, medium: 0.42, complex: 0.22, epic: 0.06 });
  const taskType = random.pick(TASK_TYPES);
  const assignedAt = midnight + Math.round(random.between(7 * HOUR_MS, 20 * HOUR_MS));
  const task = { taskId, taskType, complexity };
  const assigned = onTime({
    id: `${taskId}:assigned`,
    type: 'task.assigned',
    agentId: agent.id,
    at: assignedAt,
    ...task,
  });

  const first = attempt(shift, { taskId, complexity, number: 1, assignedAt, notBefore: assignedAt });
  // Half of what fails is tried again.
  const attempts =
    first.succeeded || random.chance(0.5)
      ? [first]
      : [first, attempt(shift, { taskId, complexity, number: 2, assignedAt, notBefore: first.finishedAt })];
  const outcomes = attempts.map((one) => reported(outcome(shift, one, taskType), random));
  return [assigned, ...outcomes, ...taskReviews(shift, attempts.at(-1) as Attempt)];
}

function outcome(shift: Shift, one: Attempt, taskType: string): Outcome {
  const { agent, random } = shift;
  const { taskId, number, complexity, assignedAt, startedAt, finishedAt, succeeded } = one;
  const event: Outcome = {
    id: `${taskId}:finished-${number}`,
    type: succeeded ? 'task.completed' : 'task.failed',
    agentId: agent.id,
    at: finishedAt,
    taskId,
    taskType,
    complexity,
    assignedAt,
    startedAt,
    signals: signals(one, random),
  };
  if (random.chance(0.95)) event.usage = usage(shift, one);
  if (random.chance(0.8)) event.budget = WORK[complexity].dollars * 1.4;
  if (random.chance(0.02)) event.metadata = { model: random.pick(['large', 'small']), attempt: number };
  return event;
}

/** Acceptance criteria most of the time, else tests alone. */
function signals({ merit, succeeded }: Attempt, random: Random): Outcome['signals'] {
  const share = merit / 10 - (succeeded ? 0 : 0.15);
  const testsTotal = random.integer(4, 40);
  const testsPassed = binomial(testsTotal, 0.3 + 0.7 * share, random);
  const tests = { testsPassed, testsFailed: testsTotal - testsPassed };
  if (random.chance(0.2)) return tests;
  const criteriaTotal = random.integer(3, 9);
  return { ...tests, criteriaMet: binomial(criteriaTotal, share, random), criteriaTotal };
}

function usage({ agent, skill, random }: Shift, { complexity }: Attempt): Outcome['usage'] {
  const waste = 1.6 - skill / 12;
  const dollars = WORK[complexity].dollars * agent.thirst * waste * Math.exp(random.normal(0, 0.3));
  const tokens = Math.round(dollars / DOLLARS_PER_TOKEN);
  const inputTokens = Math.round(tokens * random.between(0.7, 0.9));
  return {
    inputTokens,
    outputTokens: tokens - inputTokens,
    toolCalls: Math.ceil(tokens / 9_000),
    turns: Math.ceil(tokens / 15_000),
    cost: Math.round(dollars * 10_000) / 10_000,
    currency: 'USD',
  };
}

/** One report in thirty comes hours or days after the fact. */
function reported(event: Outcome, random: Random): Delivery {
  const delay = random.chance(1 / 30) ? Math.round(random.between(2, 40) * HOUR_MS) : 0;
  return reportedAt(event.at + delay, event);
}

function binomial(trials: number, probability: number, random: Random): number {
  let hits = 0;
  for (let i = 0; i < trials; i++) if (random.chance(probability)) hits++;
  return hits;
}
