import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonical, type JsonValue } from '../events/canonical.js';

/** Whatever says by its name, and by what it is set to, what it computes. */
interface Named {
  readonly name: string;
  readonly settings?: unknown;
}

/** Options as the `settings` of a strategy: a copy as JSON, without those that were left open. */
export function settingsOf(options: object): JsonValue {
  return JSON.parse(JSON.stringify(options));
}

/** Whether these may be the `settings` of a strategy: JSON, or none. */
export function areSettings(value: unknown): boolean {
  return value === undefined || z.json().safeParse(value).success;
}

/** What is said about others. */
export const settingsError = { error: 'expected `settings` to be JSON', path: ['settings'] };

/**
 * The name of a strategy, and a short hash of its settings unless they are those that a strategy of this name has by
 * default: what is computed under one label is computed alike.
 *
 * @param usual the strategies with their defaults
 */
export function labelOf({ name, settings }: Named, usual: readonly Named[]): string {
  if (settings === undefined) return name;
  const json = canonicalJson(settings);
  const isUsual = usual.some((one) => one.name === name && canonicalJson(one.settings) === json);
  return isUsual ? name : `${name}#${createHash('sha256').update(json).digest('hex').slice(0, 12)}`;
}

function canonicalJson(settings: unknown): string {
  return JSON.stringify(canonical(settings as JsonValue));
}
