/**
 * Where time comes from. XState's `SimulatedClock` fits, so tests and simulations need no sleeping.
 * `now()` is epoch milliseconds.
 */
export interface Clock {
  now(): number;
  // biome-ignore lint/suspicious/noExplicitAny: the signature of XState's Clock, which it must accept and be
  setTimeout(fn: (...args: any[]) => void, timeout: number): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  clearTimeout(id: any): void;
}

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (fn, timeout) => setTimeout(fn, timeout).unref(),
  clearTimeout: (id) => clearTimeout(id),
};
