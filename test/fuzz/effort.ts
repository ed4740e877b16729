import { afterAll, beforeAll } from 'vitest';

/** How many times as many inputs as in an ordinary run: `npm run test:fuzz` sets it. */
const EFFORT = Number(process.env.TENURE_FUZZ_EFFORT ?? 1);

/** Parameters of a property with so many inputs in an ordinary run. */
export function runs(count: number): { readonly numRuns: number; readonly endOnFailure: boolean } {
  return { numRuns: count * EFFORT, endOnFailure: EFFORT === 1 };
}

let tried = 0;

/** Notes that an input was tried. */
export function tries(inputs = 1): void {
  tried += inputs;
}

/** Says at the end of a group of tests how much was tried in it, when that was what one asked for. */
export function reportEffort(what: string): void {
  let startedAt = 0;
  beforeAll(() => {
    startedAt = performance.now();
    tried = 0;
  });
  afterAll(() => {
    const seconds = (performance.now() - startedAt) / 1000;
    if (EFFORT > 1) process.stdout.write(`${what}: ${tried} inputs in ${seconds.toFixed(0)} s\n`);
  });
}
