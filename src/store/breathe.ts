/**
 * How long work goes on in a turn of the event loop, milliseconds. Much less than the 20 that a turn may take: the piece
 * that is under way then comes on top, and with bad luck steps of V8's marking, which take ten times as long as what they
 * interrupt, a collection of young objects, and another thread's slice of time.
 */
const BUDGET_MS = 1.5;

/** When the work that is under way got its turn. All of a thread's work shares its one event loop, and so this. */
let since = Number.NEGATIVE_INFINITY;
const waiting: (() => void)[] = [];

/**
 * For long work to ask between two pieces: `undefined` while it may go on; else to be awaited, it goes on after a turn
 * of the event loop.
 *
 * @param ahead how long the next piece takes, milliseconds, if that is known not to be short
 */
export function pause(ahead = 0): Promise<void> | undefined {
  return performance.now() - since + ahead < BUDGET_MS ? undefined : breathe();
}

/** Pieces of a few microseconds between two looks at the time, which would cost as much as one of them. */
const SMALL_PIECES = 16;

/** {@link pause} between many small pieces, of which so many are done. */
export function pauseAmong(done: number): Promise<void> | undefined {
  return done % SMALL_PIECES === 0 ? pause() : undefined;
}

/** What work comes to that is divided into pieces; the event loop gets its turns between them. */
export async function paced<Result>(work: Generator<unknown, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    const due = pause();
    if (due) await due;
  }
}

/** What becomes of items, one by one; the event loop gets its turns meanwhile. */
export async function mapped<Item, Result>(
  items: readonly Item[],
  of: (item: Item, place: number) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let i = 0; i < items.length; i++) {
    results.push(of(items[i] as Item, i));
    const due = pause();
    if (due) await due;
  }
  return results;
}

/**
 * Lets the event loop do what waits: timers, the network, other promises' callbacks. One goes on in each turn, in the
 * order in which they came: many at once would hold up the loop for as long as all of them together.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  since = performance.now();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(goOn);
}
