import { pause } from '../store/breathe.js';

/** Items that are put in order in one go. */
const RUN = 128;

/** The items in order, those that compare alike as they were; the event loop gets its turn meanwhile. */
export async function sorted<Item>(
  items: readonly Item[],
  compare: (a: Item, b: Item) => number,
): Promise<Item[]> {
  let runs: Item[][] = [];
  for (let i = 0; i < items.length; i += RUN) {
    runs.push(items.slice(i, i + RUN).sort(compare));
    await pause();
  }
  while (runs.length > 1) {
    const merged: Item[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      merged.push(await mergedRun(runs[i] as Item[], runs[i + 1] ?? [], compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergedRun<Item>(
  a: readonly Item[],
  b: readonly Item[],
  compare: (a: Item, b: Item) => number,
): Promise<Item[]> {
  const merged: Item[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const isFirst = j >= b.length || (i < a.length && compare(a[i] as Item, b[j] as Item) <= 0);
    merged.push((isFirst ? a[i++] : b[j++]) as Item);
    if (merged.length % RUN === 0) await pause();
  }
  return merged;
}
