import type { PairCounts } from './pair-counts.js';

/*
 * The pair counts of the thresholds that somebody asks for, one behind the other in a list of numbers: which threshold,
 * its two counts, and the changes since somebody asked. Most trends never come near to being significant, so few are
 * there, and looking through them is no work.
 */
const RISING = 1;
const FALLING = 2;
const IDLE = 3;
const WIDTH = 4;

/** Where the counts of a threshold are, -1 when they are not held. */
export function heldAt(held: readonly number[], threshold: number): number {
  for (let at = 0; at < held.length; at += WIDTH) if (held[at] === threshold) return at;
  return -1;
}

/** The list with one more threshold behind the others. */
export function holding(held: readonly number[], threshold: number, counts: PairCounts): number[] {
  return held.concat([threshold, counts.rising, counts.falling, 0]);
}

/** The list without the threshold at a place, `undefined` when that was the only one. */
export function withoutHeld(held: number[], at: number): number[] | undefined {
  held.splice(at, WIDTH);
  return held.length === 0 ? undefined : held;
}

/** Somebody asks for the counts at a place: they are filled in. */
export function askHeld(held: number[], at: number, counts: PairCounts): void {
  held[at + IDLE] = 0;
  counts.rising = held[at + RISING]!;
  counts.falling = held[at + FALLING]!;
}

/** One more change without a question; how many there were by now. */
export function idleHeld(held: number[], at: number): number {
  held[at + IDLE]! += 1;
  return held[at + IDLE]!;
}

export function changeHeld(held: number[], at: number, rising: number, falling: number): void {
  held[at + RISING]! += rising;
  held[at + FALLING]! += falling;
}
