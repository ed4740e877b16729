import { afterEach, beforeEach, expect } from 'vitest';
import type { TenureError } from '../../src/errors.js';

/**
 * Collects what would end the process of a host: nothing may. Call it in a `describe`; every test of it fails over an
 * unhandled rejection or an uncaught exception.
 */
export function noUncaughtErrors(): void {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  let others: { readonly event: string; readonly listeners: NodeJS.UncaughtExceptionListener[] }[] = [];
  beforeEach(() => {
    uncaught.length = 0;
    others = ['unhandledRejection', 'uncaughtException'].map((event) => {
      const listeners = process.listeners(event as 'uncaughtException');
      process.removeAllListeners(event);
      process.on(event, note);
      return { event, listeners };
    });
  });
  afterEach(async () => {
    await settled();
    for (const { event, listeners } of others) {
      process.removeListener(event, note);
      for (const listener of listeners) process.on(event, listener);
    }
    expect(uncaught).toEqual([]);
  });
}

/** Long enough for a rejection to be found unhandled, and for what RxJS and XState throw from a timer. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** An `onHostError` that remembers. */
export function hostErrors(): {
  readonly errors: TenureError[];
  readonly onHostError: (e: TenureError) => void;
} {
  const errors: TenureError[] = [];
  return { errors, onHostError: (error) => errors.push(error) };
}
