/**
 * What one event costs a trend, against computing all pairwise slopes anew. `node bench/trend-speed.mjs [--quick]`
 */
import { pathToFileURL } from 'node:url';
import { theilSen, theilSenSlope } from '../dist/src/trends/index.js';
import { randomNumbers } from './trend-simulation.mjs';
import { formatTable } from './trend-truth.mjs';

const DAY_MS = 86_400_000;
const WINDOW = '90d';
const WINDOW_DAYS = 90;

/** Noise that fills the window with n points, and as many again to roll through it. */
function noise(n, more) {
  const { uniform, normal } = randomNumbers(n);
  const step = (WINDOW_DAYS * DAY_MS) / n;
  return Array.from({ length: n + more }, (_, i) => ({
    at: Math.round((i + uniform()) * step),
    value: 7 + normal(),
  }));
}

/** Milliseconds that a task takes, the least of several runs: what the machine can do, not what disturbed it. */
function least(runs, task) {
  let best = Infinity;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    task();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** Microseconds an event: a point enters, the oldest leaves, the direction is decided. */
function incremental(n, events) {
  const points = noise(n, events).sort((a, b) => a.at - b.at);
  return (least(5, () => roll(points, n)) * 1000) / events - loadMicros(points, n) / events;
}

function roll(points, n) {
  const tracker = theilSen().track('quality', WINDOW, points.slice(0, n));
  let direction = tracker.direction();
  for (let i = n; i < points.length; i++) {
    tracker.insert(points[i]);
    tracker.remove(points[i - n]);
    direction = tracker.direction(direction);
  }
  return direction;
}

function loadMicros(points, n) {
  return 1000 * least(5, () => theilSen().track('quality', WINDOW, points.slice(0, n)).direction());
}

/** Microseconds for a late review: a point anywhere in the window is rewritten. */
function rewrites(n, events) {
  const points = noise(n, 0).sort((a, b) => a.at - b.at);
  const { uniform, normal } = randomNumbers(n + 1);
  const tracker = theilSen().track('quality', WINDOW, points);
  let direction = tracker.direction();
  return (
    (least(5, () => {
      for (let i = 0; i < events; i++) {
        const which = Math.floor(uniform() * n);
        const after = { at: points[which].at, value: 7 + normal() };
        tracker.replace(points[which], after);
        points[which] = after;
        direction = tracker.direction(direction);
      }
    }) *
      1000) /
    events
  );
}

/** Microseconds to write down all pairwise slopes, sort them, and take the median. */
function recomputing(n) {
  const points = noise(n, 0);
  const median = () => {
    const slopes = new Float64Array((n * (n - 1)) / 2);
    let count = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        slopes[count++] = (points[j].value - points[i].value) / (points[j].at - points[i].at);
      }
    }
    slopes.sort();
    return slopes[slopes.length >> 1];
  };
  return 1000 * least(n > 1000 ? 1 : 5, median);
}

/** Slope of ln(cost) over ln(n): how the cost grows with the number of points. */
function exponent(costs) {
  const [first, last] = [costs[0], costs.at(-1)];
  return Math.log(last.micros / first.micros) / Math.log(last.n / first.n);
}

export async function run({ quick = false } = {}) {
  const sizes = [100, 1000, 10_000];
  const events = quick ? 5000 : 20_000;
  roll(noise(100, 20_000), 100);
  const costs = sizes.map((n) => ({ n, micros: incremental(n, events), late: rewrites(n, events) }));
  const rows = costs.map(({ n, micros, late }) => {
    const anew = n > 1000 && quick ? undefined : recomputing(n);
    return {
      points: n,
      'an event, µs': micros.toFixed(2),
      'a late rewrite, µs': late.toFixed(2),
      'all slopes anew, µs': anew === undefined ? '—' : Math.round(anew),
      ratio: anew === undefined ? '—' : `${Math.round(anew / micros)}×`,
    };
  });
  const slopes = [1000, 10_000, 100_000].map((n) => {
    const points = noise(n, 0);
    return { points: n, 'slope on demand, ms': least(3, () => theilSenSlope(points)).toFixed(1) };
  });
  const growth = exponent(costs);
  console.log('\nOne event: a point enters, the oldest leaves, the direction is decided\n');
  console.log(formatTable(rows));
  console.log(`\nFrom 100 to 10,000 points an event's cost grows as n^${growth.toFixed(2)}.\n`);
  console.log(formatTable(slopes));
  return { costs, slopes, growth };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await run({ quick: process.argv.includes('--quick') });
}
