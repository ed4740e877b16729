import { beforeEach, vi } from 'vitest';

/** The library says nothing on the console; whatever does, XState's development warnings too, is a mistake. */
beforeEach(() => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => {
      throw new Error(`console.${method} was called: ${args.map(String).join(' ')}`);
    });
  }
});
