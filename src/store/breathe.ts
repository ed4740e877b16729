/** Lets the event loop do what waits: timers, the network, other promises' callbacks. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
