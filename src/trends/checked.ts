import { answerOf } from '../scoring/answer.js';
import type { TrendDirection, TrendResult } from './types.js';

const DIRECTIONS: ReadonlySet<unknown> = new Set<TrendDirection>([
  'improving',
  'stable',
  'declining',
  'insufficient_data',
]);

/**
 * The direction that a strategy gave.
 *
 * @throws RangeError when it is none
 */
export function checkedDirection(direction: unknown, strategy: string): TrendDirection {
  if (DIRECTIONS.has(direction)) return direction as TrendDirection;
  const got = typeof direction === 'string' ? direction.slice(0, 80) : typeof direction;
  if (got === 'object') answerOf(direction, () => `Trend strategy ${strategy}`);
  throw new RangeError(`Trend strategy ${strategy}: expected a direction, got ${got}`);
}

/**
 * The pieces that a strategy answers in.
 *
 * @throws TypeError when they are none, or come later: waiting for those would never end
 */
export function checkedPieces(answer: unknown, strategy: string): Generator<undefined, unknown> {
  const work = answer as Partial<Generator<undefined, unknown>> | null | undefined;
  if (typeof work?.next === 'function' && typeof work[Symbol.iterator] === 'function') {
    return work as Generator<undefined, unknown>;
  }
  throw new TypeError(`Trend strategy ${strategy}: expected detectInPieces to answer with a generator`);
}

/**
 * What a strategy found of one metric in one window, as a copy of its own with nothing in it but what belongs there.
 *
 * @throws TypeError, RangeError when a strategy breaks its contract, so that no wrong figure spreads
 */
export function checkedTrend(
  answer: unknown,
  { metric, window }: Pick<TrendResult, 'metric' | 'window'>,
  strategy: string,
): TrendResult {
  const what = `Trend strategy ${strategy}`;
  const found = answerOf(answer, () => what) as unknown as TrendResult;
  const number = (name: keyof TrendResult): number => finite(found[name], `${what}: ${name}`);
  const time = (name: 'since' | 'evaluatedAt') => (found[name] === null ? null : number(name));
  const { slopeInterval } = found;
  return {
    metric,
    window,
    direction: checkedDirection(found.direction, strategy),
    slope: number('slope'),
    slopeInterval: slopeInterval && [
      finite(slopeInterval[0], `${what}: slopeInterval`),
      finite(slopeInterval[1], `${what}: slopeInterval`),
    ],
    pValue: number('pValue'),
    adjustedPValue: number('adjustedPValue'),
    threshold: number('threshold'),
    dataPointCount: number('dataPointCount'),
    since: time('since'),
    evaluatedAt: time('evaluatedAt'),
  };
}

function finite(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  throw new RangeError(
    `${what}: expected a finite number, got ${typeof value === 'number' ? value : typeof value}`,
  );
}
