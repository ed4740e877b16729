import { MemoryLevel } from 'memory-level';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BatchOperation, Database } from '../../src/store/database.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { live, work } from '../support/careers.js';
import { day, SHORT } from '../support/dropping.js';
import { counted, reportFaults } from '../support/faults.js';
import { clockAt, collect, HOUR, idle } from '../support/tracker.js';

reportFaults('Outputs that are lost while snapshots are written');

/** More than are written in one piece of a round of snapshots. */
const AGENTS = Array.from({ length: 40 }, (_, n) => `a${n}`);
const LAST = AGENTS.at(-1) as string;
const DAYS = 7;

interface Failure {
  /** What is being written meanwhile. */
  readonly held: string;
  /** Whether the outputs are stored all the same. */
  readonly stored: boolean;
}

/** Once told to, it holds the first write of a part of a round of snapshots, and fails the outputs that come meanwhile. */
class Halting extends FaultyDatabase {
  isHolding = false;
  private isFailing = false;
  private reach = () => {};
  private release = () => {};
  /** Resolves once a round of snapshots has come that far. */
  readonly reached = new Promise<void>((resolve) => {
    this.reach = resolve;
  });
  private readonly released = new Promise<void>((resolve) => {
    this.release = resolve;
  });

  constructor(private readonly failure: Failure | undefined) {
    super(new MemoryLevel());
  }

  override async batch<K, V>(
    operations: BatchOperation<K, V>[],
    options: Parameters<Database['batch']>[1],
  ): Promise<void> {
    const isOf = (part: string) =>
      operations.some(({ key }) =>
        Buffer.from(key as Buffer)
          .toString('latin1')
          .startsWith(part),
      );
    if (this.isHolding && this.failure && isOf(this.failure.held)) {
      this.isHolding = false;
      this.isFailing = true;
      this.reach();
      await this.released;
    } else if (this.isFailing && isOf('!outputs!')) {
      this.isFailing = false;
      this.failWrites(this.failure);
    }
    await super.batch(operations, options);
  }

  letGo(): void {
    this.release();
  }
}

/** How the last of them goes on while snapshots of the others are written. */
async function life(failure?: Failure) {
  const db = counted(new Halting(failure));
  const clock = clockAt();
  let tracker = await openTracker({ db, clock, ...SHORT });
  for (let n = 0; n < DAYS - 1; n++) {
    await live({ tracker, clock }, n, n + 1, (n) => AGENTS.flatMap((agentId) => work(agentId, n, 7)));
    await idle(tracker);
  }
  await tracker.close();
  clock.set(day(DAYS - 1) + 12 * HOUR);
  db.isHolding = failure !== undefined;
  tracker = await openTracker({ db, clock, ...SHORT });
  const goOn = (tracker: Tracker) => tracker.recordAll(work(LAST, DAYS - 1, 7));
  if (failure) {
    await db.reached;
    await expect(goOn(tracker)).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    db.letGo();
    await tracker.close();
    tracker = await openTracker({ db, clock, ...SHORT });
  }
  expect((await goOn(tracker)).rejected).toEqual([]);
  await idle(tracker);
  const said = await collect(tracker.log());
  await tracker.close();
  return said;
}

describe('no snapshot is past an output that failed to be stored', () => {
  let whole: Awaited<ReturnType<typeof life>>;
  beforeAll(async () => {
    whole = await life();
    const last = AGENTS.length * 2 * (DAYS - 1);
    expect(whole.filter(({ seq, type }) => seq > last && type === 'trend.changed').length).toBeGreaterThan(0);
  });

  it.each([
    { held: '!states!', stored: false },
    { held: '!states!', stored: true },
    { held: '!projections!', stored: false },
    { held: '!projections!', stored: true },
    { held: '!meta!checkpoint', stored: false },
    { held: '!meta!checkpoint', stored: true },
  ])('while %j', async (failure) => {
    expect(await life(failure)).toEqual(whole);
  });
});
