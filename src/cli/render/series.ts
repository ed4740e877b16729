import type { Series, SeriesMetric } from '../../query/types.js';
import type { Colors } from '../io.js';
import { arrow } from './arrows.js';
import { type Format, money, percent, score, time, whole } from './figures.js';
import { sparkline } from './sparkline.js';
import { counted, wrapped } from './text.js';
import { rangeOf } from './time.js';

const SHOWN: Readonly<
  Record<
    SeriesMetric,
    { readonly name: string; readonly format: Format; readonly scale?: readonly [number, number] }
  >
> = {
  quality: { name: 'Quality', format: score, scale: [0, 10] },
  cost: { name: 'Cost a task', format: money },
  completionTime: { name: 'Completion time', format: time },
  tokens: { name: 'Tokens a task', format: whole },
  toolCalls: { name: 'Tool calls a task', format: score },
  collaboration: { name: 'Collaboration', format: score, scale: [0, 10] },
  successRate: { name: 'Success rate', format: percent, scale: [0, 1] },
  throughput: { name: 'Finished tasks', format: whole },
};

const WIDTH = 90;

/** A line of bars, what the lowest and the highest of them stand for, and the trend. */
export function renderSeries({ metric, every, from, to, buckets, trend }: Series, colors: Colors): string {
  const { name, format, scale } = SHOWN[metric];
  const values = buckets.map(({ value }) => value);
  const known = values.filter((value) => value !== null);
  const range = rangeOf(from, to);
  if (known.length === 0) return `${name}: nothing ${range}.\n`;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const [low, high] = scale ?? [0, most === 0 ? 1 : most];
  const lines: string[] = [];
  for (let i = 0; i < values.length; i += WIDTH) {
    lines.push(`  ${sparkline(values.slice(i, i + WIDTH), low, high)}`);
  }
  const steps = `${name} by ${every}, ${range}: ${counted(buckets.length, 'step')}, ${counted(known.length, 'with data', 'with data')}, from ${format(least)} to ${format(most)}.`;
  const pValue = trend.adjustedPValue.toPrecision(2);
  const verdict = `Trend: ${arrow(trend.direction, colors)} ${trend.direction.replace('_', ' ')} (p ${pValue}, ${counted(trend.dataPointCount, 'point')}).`;
  return `${wrapped(steps)}\n\n${lines.join('\n')}\n\n${verdict}\n`;
}
