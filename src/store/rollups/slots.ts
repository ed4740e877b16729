import { DAY_MS } from '../../windows/duration.js';

const HOUR_MS = 3_600_000;
/** Hours in a day. */
const HOURS = 24;

/** Time in pieces of one length, counted from 1970 in UTC. */
export interface Level {
  /** Length of a slot. */
  readonly ms: number;
  /** Slots whose totals lie in one entry of the database. */
  readonly pageSlots: number;
}

export const DAYS: Level = { ms: DAY_MS, pageSlots: 64 };
export const HOURLY: Level = { ms: HOUR_MS, pageSlots: 128 };

/** The slot that a moment lies in. */
export function slotOf({ ms }: Level, at: number): number {
  return Math.floor(at / ms);
}

export function dayOfHour(hour: number): number {
  return Math.floor(hour / HOURS);
}

export function firstHourOf(day: number): number {
  return day * HOURS;
}

/** Data points of one agent lie together by so many days. */
const PERIOD_DAYS = 32;

export function periodOf(at: number): number {
  return Math.floor(at / (PERIOD_DAYS * DAY_MS));
}

/** The days of a period, both included. */
export function daysOf(period: number): { from: number; to: number } {
  return { from: period * PERIOD_DAYS, to: (period + 1) * PERIOD_DAYS - 1 };
}
