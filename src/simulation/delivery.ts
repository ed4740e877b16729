import type { PerformanceEventInput } from '../events/schema.js';
import type { Random } from './random.js';
import type { SimulatedAgent } from './roster.js';

/** An event on its way to the tracker: it happened at `event.at`, and is reported at `deliveredAt`. */
export interface Delivery {
  /** Epoch milliseconds, never before the event's own time. */
  readonly deliveredAt: number;
  readonly event: PerformanceEventInput & { readonly id: string; readonly at: number };
}

/** Where an agent's work waits for it: one thing is done after the other. */
export interface Desk {
  /** When everything that was begun is done, epoch milliseconds. */
  freeAt: number;
}

/** One agent on one day. */
export interface Shift {
  readonly agent: SimulatedAgent;
  /** Where the agent works now. */
  readonly department: string;
  /** 0–10: the latent skill, less what a newcomer does not know yet. */
  readonly skill: number;
  /** 0–1: how good the agent is to work with. */
  readonly collaboration: number;
  /** Tasks that the agent is given on such a day, on average. */
  readonly load: number;
  readonly desk: Desk;
  /** Days since the company was founded. */
  readonly day: number;
  /** Midnight UTC of that day, epoch milliseconds. */
  readonly midnight: number;
  readonly random: Random;
  /** Everybody who works in the same department, the agent included. */
  readonly team: readonly SimulatedAgent[];
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Reports are collected three times a day, a minute before 8, 16 and 24 o'clock UTC. */
const COLLECTED_EVERY_MS = 8 * HOUR_MS;

/** An event that somebody reports at a moment, its own or a later one (epoch milliseconds): it comes with the next lot. */
export function reportedAt(at: number, event: Delivery['event']): Delivery {
  const lots = Math.ceil((at + MINUTE_MS) / COLLECTED_EVERY_MS);
  return { deliveredAt: lots * COLLECTED_EVERY_MS - MINUTE_MS, event };
}

/** An event that is reported as it happens. */
export function onTime(event: Delivery['event']): Delivery {
  return reportedAt(event.at, event);
}

/** Orders deliveries as they come in; those of one lot as they happened. */
export function compareDeliveries(a: Delivery, b: Delivery): number {
  return a.deliveredAt - b.deliveredAt || a.event.at - b.event.at;
}

/** Between 0 and 10, to one decimal, as people give scores. */
export function toScore(value: number): number {
  return Math.round(10 * Math.min(10, Math.max(0, value))) / 10;
}

/** Between 0 and 1, to two decimals. */
export function toRatio(value: number): number {
  return Math.round(100 * Math.min(1, Math.max(0, value))) / 100;
}
