import type { SortedSeries } from './sorted-series.js';

/**
 * Random numbers, 0 ≤ r < 1, that depend on nothing but the series: the same points, the same numbers.
 * Mulberry32, twice for 53 bits; seeded from the series' length and a few of its points.
 */
export function seededRandom(series: SortedSeries): () => number {
  const { times, values } = series;
  const n = times.length;
  const few = Float64Array.of(n, times[0]!, times[n - 1]!, values[0]!, values[n >> 1]!, values[n - 1]!);
  let state = 0x9e3779b9;
  for (const bits of new Uint32Array(few.buffer))
    state = Math.imul(state ^ bits, 0x85ebca6b) ^ (state >>> 13);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000;
}
