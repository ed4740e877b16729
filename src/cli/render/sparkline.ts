const BARS = '▁▂▃▄▅▆▇█';

/** One character a value, on the scale of scores: 0 is the lowest bar, 10 the highest, a gap a dot. */
export function sparkline(values: readonly (number | null)[], low = 0, high = 10): string {
  const step = (high - low) / BARS.length;
  const bar = (value: number): string =>
    BARS.charAt(Math.min(BARS.length - 1, Math.max(0, Math.floor((value - low) / step))));
  return values.map((value) => (value === null ? '·' : bar(value))).join('');
}
