/**
 * Where time comes from. XState's `SimulatedClock` fits, so tests and simulations need no sleeping, and XState takes it
 * for a clock of its own. `now()` is epoch milliseconds. What `setTimeout` answers is for `clearTimeout` alone.
 */
export interface Clock {
  now(): number;
  // Methods, not functions in properties: `clearTimeout` may then ask for what its `setTimeout` answers.
  setTimeout(fn: () => void, timeout: number): unknown;
  clearTimeout(id: unknown): void;
}

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (fn, timeout) => setTimeout(fn, timeout).unref(),
  clearTimeout: (id: NodeJS.Timeout | undefined) => clearTimeout(id),
};
