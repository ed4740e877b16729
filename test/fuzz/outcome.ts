import { expect } from 'vitest';
import { isTenureError } from '../../src/errors.js';
import { tries } from './effort.js';

/** Whatever comes of it must be an answer or an error of ours. */
export async function outcome(work: () => unknown): Promise<unknown> {
  tries();
  try {
    return await work();
  } catch (error) {
    if (isTenureError(error)) {
      expect(error.message.length).toBeLessThan(20_000);
      return error;
    }
    throw error;
  }
}
