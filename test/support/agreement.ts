import { expect } from 'vitest';
import type { ActiveOverride, AgentPerformance } from '../../src/agent/performance.js';
import type { TwinPerformance } from './twin.js';

/** The figures that come out of arithmetic; everything else must be exactly the same. */
const COMPUTED = new Set(['value', 'totalCost']);
const RELATIVE = 1e-9;
/** Under what any figure means: `1 − x` near 0 has no more digits than this. */
const ABSOLUTE = 1e-12;

/**
 * Expects a performance to be what the twin says, except for what only policies and trends decide. An agent whose
 * first event is still to come is nobody yet, or somebody of whom nothing is known.
 */
export function expectAgreement(
  actual: AgentPerformance | undefined,
  expected: TwinPerformance | undefined,
  { standing: isStandingDue = true } = {},
): void {
  if (!actual || !expected) {
    expect(actual?.lifetime.firstEventAt ?? undefined).toEqual(expected);
    return;
  }
  const { standing, trends: _trends, ...figures } = actual;
  const { points: _points, ...twin } = expected;
  const departed = isStandingDue ? standing === 'departed' : twin.departed;
  const found = differences(inOrder({ ...figures, departed }), inOrder(twin), '').filter(
    (found) => !(found.startsWith('coverage.metrics.completionTime.lastAt') && outOfSight(actual, expected)),
  );
  if (found.length > 0) expect.fail(`${actual.agentId} as of ${actual.asOf}: ${found.join('; ')}`);
}

/**
 * An attempt that has left every window keeps its place alone: an assignment that comes after that gives it no
 * completion time, so when the last one was may be older than the twin says, if both are out of sight.
 */
function outOfSight(actual: AgentPerformance, expected: TwinPerformance): boolean {
  const { lastAt } = expected.coverage.metrics.completionTime;
  const horizon = Math.min(actual.asOf - 30 * 86_400_000, ...actual.windows.map(({ from }) => from));
  return (
    lastAt !== null && lastAt < horizon && (actual.coverage.metrics.completionTime.lastAt ?? -1) < lastAt
  );
}

function inOrder<T extends { readonly overrides: readonly ActiveOverride[] }>(performance: T) {
  const keyed = (override: ActiveOverride) => JSON.stringify([override.target, override.taskId ?? null]);
  const overrides = [...performance.overrides].sort((a, b) => (keyed(a) < keyed(b) ? -1 : 1));
  return { ...performance, overrides };
}

/** Where two answers differ in more than the last digits. */
export function differencesOf(actual: object, expected: object): string[] {
  return differences(actual, expected, '');
}

function differences(actual: unknown, expected: unknown, path: string): string[] {
  if (isObject(actual) && isObject(expected)) {
    const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
    return [...keys].flatMap((key) => differences(actual[key], expected[key], `${path}.${key}`));
  }
  const key = path.slice(path.lastIndexOf('.') + 1);
  const same = COMPUTED.has(key) ? isClose(actual, expected) : actual === expected;
  return same ? [] : [`${path.slice(1)} is ${show(actual)}, the twin says ${show(expected)}`];
}

function isClose(actual: unknown, expected: unknown): boolean {
  if (typeof actual !== 'number' || typeof expected !== 'number') return actual === expected;
  const scale = Math.max(Math.abs(actual), Math.abs(expected));
  return Math.abs(actual - expected) <= Math.max(RELATIVE * scale, ABSOLUTE);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
