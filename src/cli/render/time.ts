/** `2025-06-26 14:03`, UTC. */
export function moment(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** `2025-06-26`, UTC. */
export function date(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in its largest fitting unit: `3.2 h`, `45 s`, `250 ms`. */
export function duration(ms: number): string {
  for (const [unit, length] of UNITS) {
    if (ms < length) continue;
    const value = ms / length;
    return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  }
  return `${Math.round(ms)} ms`;
}

/** Seconds of the wall clock, to a tenth: `12.3 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** `from 2025-06-26 14:03 to 2025-07-01 09:00 UTC`; a range without a beginning is one `up to` its end. */
export function rangeOf(from: number, to: number): string {
  return from === 0 ? `up to ${moment(to)} UTC` : `from ${moment(from)} to ${moment(to)} UTC`;
}
