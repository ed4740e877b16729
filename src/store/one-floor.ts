import type { Store } from './types.js';

/**
 * Reads that belong together: what stands in for dropped records, and the records that are kept. When records are
 * dropped meanwhile the parts do not fit, or are gone, and all of it is read again.
 */
export async function atOneFloor<Result>(
  { foundations }: Pick<Store, 'foundations'>,
  read: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const { dropped } = foundations;
    try {
      const result = await read();
      if (foundations.dropped === dropped) return result;
    } catch (error) {
      if (foundations.dropped === dropped) throw error;
    }
  }
}
