import type { Measured } from '../../windows/types.js';
import { grouped } from './text.js';
import { duration } from './time.js';

/** What stands where there is too little data. Never a zero. */
export const NO_DATA = '–';

export type Format = (value: number) => string;

export const percent: Format = (value) => `${(100 * value).toFixed(0)} %`;
export const score: Format = (value) => value.toFixed(1);
export const money: Format = (value) => value.toFixed(value < 10 ? 3 : 2);
export const whole: Format = (value) => grouped(Math.round(value));
export const time: Format = duration;

/** The figure alone. */
export function figure(measured: Measured | undefined, format: Format): string {
  return measured?.status === 'ok' ? format(measured.value) : NO_DATA;
}

/** The figure and what it rests on: `7.8 (23)`, or `– (2 of 5)`. */
export function figureWithCount(measured: Measured | undefined, format: Format): string {
  if (measured === undefined) return NO_DATA;
  if (measured.status === 'ok') return `${format(measured.value)} (${grouped(measured.count)})`;
  return `${NO_DATA} (${measured.count} of ${measured.required})`;
}
