import type {
  TrendDetectionStrategy,
  TrendDirection,
  TrendPoint,
  TrendResult,
  TrendTracker,
} from '../../src/trends/types.js';
import { mean } from './twin-scores.js';

const ENTER = 0.7;
const LEAVE = 0.2;

/** Latest against earliest points, with hysteresis: the simplest strategy that has a memory, and no `track`. */
export function firstToLast(): TrendDetectionStrategy {
  return {
    name: 'firstToLast',
    detect({ metric, window, points, previous = 'insufficient_data' }): TrendResult {
      const change = changeOf(points);
      return {
        metric,
        window,
        direction: points.length === 0 ? 'insufficient_data' : directionOf(change, previous),
        slope: change,
        slopeInterval: null,
        pValue: 1,
        adjustedPValue: 1,
        threshold: ENTER,
        dataPointCount: points.length,
        since: null,
        evaluatedAt: null,
      };
    },
  };
}

function changeOf(points: readonly TrendPoint[]): number {
  const times = points.map(({ at }) => at);
  const valueAt = (moment: number) =>
    mean(points.filter(({ at }) => at === moment).map(({ value }) => value));
  return points.length === 0 ? 0 : valueAt(Math.max(...times)) - valueAt(Math.min(...times));
}

function directionOf(change: number, previous: TrendDirection): TrendDirection {
  if (change > (previous === 'improving' ? LEAVE : ENTER)) return 'improving';
  if (-change > (previous === 'declining' ? LEAVE : ENTER)) return 'declining';
  return 'stable';
}

/** A strategy that sees values to nine digits, so that two ways of computing one value look the same to it. */
export function rounded({ name, detect, track }: TrendDetectionStrategy): TrendDetectionStrategy {
  return {
    name,
    detect: (input) => detect({ ...input, points: input.points.map(roundedPoint) }),
    ...(track && {
      track: (metric, window, points = []): TrendTracker => {
        const tracker = track(metric, window, points.map(roundedPoint));
        return {
          get size() {
            return tracker.size;
          },
          insert: (point) => tracker.insert(roundedPoint(point)),
          remove: (point) => tracker.remove(roundedPoint(point)),
          replace: (before, after) => tracker.replace(roundedPoint(before), roundedPoint(after)),
          direction: (previous) => tracker.direction(previous),
          result: (previous) => tracker.result(previous),
        };
      },
    }),
  };
}

function roundedPoint({ at, value }: TrendPoint): TrendPoint {
  return { at, value: Number(value.toPrecision(9)) };
}
