import { createHash } from 'node:crypto';
import type { SimulatedClock } from 'xstate';
import { readEvent } from '../events/compiled.js';
import type { PerformanceEventInput } from '../events/schema.js';
import type { Line } from './input.js';
import { duration } from './render/time.js';

/** A line that was not recorded. */
export interface Rejection {
  readonly line: number;
  readonly code: string;
  readonly reason: string;
}

/** What a line turned out to be. */
export type Parsed =
  | { readonly event: PerformanceEventInput }
  | { readonly rejection: Rejection }
  | undefined;

/** Reads a line as an event of the tracker's, whatever that says of it later; nothing for a blank line. */
export function parseLine({ number, text, problem }: Line): Parsed {
  if (problem !== undefined) return { rejection: { line: number, code: 'INVALID_LINE', reason: problem } };
  if (text.trim() === '') return undefined;
  try {
    return { event: withStableId(JSON.parse(text), number, text) as PerformanceEventInput };
  } catch {
    return { rejection: { line: number, code: 'INVALID_LINE', reason: 'not JSON' } };
  }
}

/** An event without an id gets one from its line, so that replaying the file again finds it recorded. */
function withStableId(value: unknown, line: number, text: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'id' in value) return value;
  const digest = createHash('sha256').update(`${line}\n${text}`).digest('base64url');
  return { ...value, id: `line-${line}-${digest.slice(0, 22)}` };
}

/**
 * Moves a clock along with the events. Only an event that is valid moves it, and none by more than `maxGap`
 * beyond all before it: one wrong year would empty every window for good.
 */
export class EventClock {
  #latest: number | undefined;

  /** @param latest time of the latest event that is recorded, if any */
  constructor(
    private readonly clock: SimulatedClock,
    latest: number | undefined,
    private readonly maxGap: number,
  ) {
    this.#latest = latest;
  }

  /** The reason to refuse the event, if there is one. */
  advance(event: unknown): string | undefined {
    const parsed = readEvent(event);
    // What is wrong with it, the tracker says.
    if (!parsed.success) return undefined;
    const { at } = parsed.data;
    if (this.#latest !== undefined && at > this.#latest + this.maxGap) {
      return `at is ${duration(at - this.#latest)} after all before it (--max-gap allows ${duration(this.maxGap)})`;
    }
    // What is recorded already lies in the past: no time passes over it again, or windows would be looked at anew.
    if (this.#latest !== undefined && at <= this.#latest) return undefined;
    this.#latest = at;
    this.clock.set(at);
    return undefined;
  }
}
