import type { TrackerOutput } from '../agent/outputs.js';
import { isTenureError } from '../errors.js';
import type { Finding } from '../store/inspection/index.js';
import type { Projection } from '../store/types.js';
import type { Tracker } from '../tracker.js';

/** Figures agree when they are equal to this, relative to the greater one: sums are made of the same parts in any order. */
const RELATIVE = 1e-9;
/** What is less apart than this is rounding: a figure that went from 4 to 1e-100 leaves 0 in a sum. */
const ROUNDING = 1e-12;

/** Compares every answer about the agents with what a replay from nothing says. */
export async function* compareFigures(
  stored: Tracker,
  rebuilt: Tracker,
  onProgress: (agents: number, total: number) => void,
): AsyncGenerator<Finding, void> {
  const agents = await rebuilt.agents();
  const names = new Set((await stored.agents()).map(({ agentId }) => agentId));
  for (const [i, { agentId }] of agents.entries()) {
    names.delete(agentId);
    const says = await stored.performance(agentId);
    const difference = firstDifference(says, await rebuilt.performance(agentId), '');
    if (difference !== undefined) yield figure(agentId, difference);
    onProgress(i + 1, agents.length);
  }
  for (const agentId of names) yield figure(agentId, 'a replay does not know this agent');
  for (const [what, ask] of questions(agents.map(({ agentId }) => agentId))) {
    const difference = await answersDiffer(stored, rebuilt, ask);
    if (difference !== undefined)
      yield { part: 'rollups', message: `${what}: ${difference}`, repairable: true };
  }
}

type Ask = (tracker: Tracker) => Promise<unknown>;

/** Questions that between them read all of the roll-ups: every total, and every data point by agent and by time. */
function* questions(agents: readonly string[]): Generator<[what: string, ask: Ask]> {
  yield ['The company', (tracker) => tracker.query({})];
  for (const groupBy of ['agent', 'department', 'project'] as const) {
    yield [`Figures by ${groupBy}`, (tracker) => tracker.query({ groupBy })];
  }
  yield ['Quality by day', (tracker) => tracker.series({ metric: 'quality', every: '1d' })];
  for (const agentId of agents) {
    yield [
      `Quality of agent ${JSON.stringify(agentId)}`,
      (tracker) => tracker.series({ agentId, metric: 'quality', every: '7d' }),
    ];
  }
}

/** Roll-ups report their own damage when they are read. */
async function answersDiffer(stored: Tracker, rebuilt: Tracker, ask: Ask): Promise<string | undefined> {
  const should = await ask(rebuilt);
  try {
    return firstDifference(await ask(stored), should, '');
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) return error.message;
    throw error;
  }
}

function figure(agentId: string, difference: string): Finding {
  return {
    part: 'figures',
    agentId,
    message: `Agent ${JSON.stringify(agentId)}: ${difference}`,
    repairable: true,
  };
}

/**
 * Compares the log with what a replay announces, from a record on. What was announced stays, so an output that the
 * replay does not make is named and kept.
 */
export async function* compareLogs(
  stored: Tracker,
  rebuilt: Tracker,
  after: number,
): AsyncGenerator<Finding, void> {
  const remade = rebuilt.log(after)[Symbol.asyncIterator]();
  let next = await remade.next();
  for await (const output of stored.log(after)) {
    while (!next.done && isBefore(next.value, output)) {
      yield lost(next.value);
      next = await remade.next();
    }
    const difference =
      next.done || isBefore(output, next.value)
        ? 'a replay does not make it'
        : firstDifference(output, next.value, '');
    if (difference !== undefined) {
      const { seq, type } = output;
      yield {
        part: 'outputs',
        seq,
        message: `Output ${type} of record ${seq}: ${difference}`,
        repairable: false,
      };
    }
    if (!next.done && !isBefore(output, next.value)) next = await remade.next();
  }
  for (; !next.done; next = await remade.next()) yield lost(next.value);
}

function lost({ seq, type }: TrackerOutput): Finding {
  return { part: 'outputs', seq, message: `Output ${type} of record ${seq} is missing`, repairable: true };
}

function isBefore(a: TrackerOutput, b: TrackerOutput): boolean {
  return a.seq < b.seq || (a.seq === b.seq && a.position < b.position);
}

/**
 * Compares the departments as they are stored with what a replay makes of them; `undefined` where they are not stored,
 * or were judged by other rules than those of now.
 */
export function compareDepartments(
  stored: Projection | undefined,
  rebuilt: Projection | undefined,
): Finding | undefined {
  const [says, should] = [byName(stored), byName(rebuilt)];
  if (!says || !should || says.layout !== should.layout) return undefined;
  const difference = firstDifference(says, should, '');
  if (difference === undefined) return undefined;
  return { part: 'projections', message: `The departments: ${difference}`, repairable: true };
}

/** Lists of who and what by name: their order means nothing. */
function byName(projection: Projection | undefined): Record<string, unknown> | undefined {
  if (!isObject(projection?.state)) return undefined;
  const named = (entries: unknown) => Object.fromEntries(entries as [string, unknown][]);
  const { format: _format, members, open, early, departments, ...rest } = projection.state;
  const staffed = (departments as { department: string }[]).map((one) => [one.department, one]);
  return {
    ...rest,
    members: named(members),
    open: named(open),
    // An earlier format said more of them than when they ended.
    early: named((early as [string, unknown][]).map(([key, end]) => [key, isObject(end) ? end.at : end])),
    departments: named(staffed),
  };
}

/** Where two answers differ first, in words; `undefined` when they agree. */
function firstDifference(says: unknown, should: unknown, path: string): string | undefined {
  if (says === should) return undefined;
  if (typeof says === 'number' && typeof should === 'number') {
    const apart = Math.abs(says - should);
    if (apart <= Math.max(ROUNDING, RELATIVE * Math.max(Math.abs(says), Math.abs(should)))) return undefined;
  } else if (isObject(says) && isObject(should)) {
    for (const key of new Set([...Object.keys(says), ...Object.keys(should)])) {
      const difference = firstDifference(says[key], should[key], path === '' ? key : `${path}.${key}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  return `${path || 'it'} is ${JSON.stringify(says) ?? 'absent'}, a replay says ${JSON.stringify(should) ?? 'absent'}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
