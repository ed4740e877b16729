import { MemoryLevel } from 'memory-level';
import { expect, it } from 'vitest';
import type { Recommendation } from '../../src/agent/outputs.js';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { BatchOperation } from '../../src/store/database.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { decision, work } from '../support/careers.js';
import { day, FOREVER, SHORT } from '../support/dropping.js';
import { counted, reportFaults } from '../support/faults.js';
import { clockAt, collect, HOUR, idle } from '../support/tracker.js';

reportFaults('Writes in the background, while commits are under way');

type BatchOptions = Parameters<FaultyDatabase['batch']>[1];

/** A database of which a write of some entries fails while something else happens. */
class FailingWrite extends FaultyDatabase {
  /** What happens while the next write of such an entry fails; `undefined` when none is to. */
  meanwhile: (() => void) | undefined;

  constructor(
    db: MemoryLevel,
    private readonly prefix: string,
    private readonly stored: boolean,
  ) {
    super(db);
  }

  override async batch<K, V>(operations: BatchOperation<K, V>[], options: BatchOptions): Promise<void> {
    const { meanwhile } = this;
    const isMeant = operations.some(({ key }) => String(key).startsWith(this.prefix));
    if (meanwhile && isMeant) {
      this.meanwhile = undefined;
      meanwhile();
      this.failWrites({ stored: this.stored });
    }
    await super.batch(operations, options);
  }
}

const DAYS = 8;
const TEAM = ['ada', 'bob', 'eve'];
const HISTORY = Array.from({ length: DAYS }, (_, n) => TEAM.flatMap((agentId) => work(agentId, n, 7)));
/** They need more room than there is, so that the others are put to rest. */
const LATE = ['ada', 'x', 'y', 'z', 'bob'].flatMap((agentId) => work(agentId, DAYS + 1, 6));
const MORE = {
  type: 'task.assigned',
  id: 'more',
  agentId: 'ada',
  taskId: 'more',
  at: day(DAYS + 1),
} as const;
const NONE = { id: 'none', agentId: 'ada' } as Recommendation;
/** Everybody who worked until then is awake, and has unsaved changes: nothing is saved but in the background. */
const OPTIONS = { ...SHORT, maxActiveAgents: TEAM.length } as const;

/** Records without waiting, and notes what was acknowledged. Each is committed on its own, one after the other. */
function recordAll(tracker: Tracker, events: readonly PerformanceEventInput[], acknowledged: string[]) {
  for (const event of events) {
    tracker.record(event).then(
      () => acknowledged.push(String((event as { readonly id: string }).id)),
      (error) => expect(error).toMatchObject({ code: 'TENURE_STORAGE' }),
    );
    // About nothing, so it is refused; but what comes after a decision is committed after what came before it.
    tracker.record(decision(NONE, 'approved', day(DAYS))).catch(() => {});
  }
}

async function figures(tracker: Tracker) {
  const agents = await tracker.agents();
  return {
    lifetimes: agents.map(({ agentId, lifetime }) => [agentId, lifetime]),
    byAgent: await tracker.query({ from: day(DAYS - 2), groupBy: 'agent', metrics: ['tasksCompleted'] }),
    company: await tracker.query({ from: day(DAYS - 2), metrics: ['tasksCompleted', 'totalCost'] }),
    events: (await collect(tracker.events({ from: day(DAYS - 2) }))).map(({ id }) => id),
  };
}

const BACKGROUND = ['!states!', '!rollups!', '!meta!checkpoint', '!foundations!', '!meta!dropped'];

it.each(
  BACKGROUND.flatMap(
    (prefix) =>
      [
        [prefix, false],
        [prefix, true],
      ] as const,
  ),
)('a background write of %s that fails, stored: %s, costs nothing', async (prefix, stored) => {
  const memory = new MemoryLevel();
  const db = counted(new FailingWrite(memory, prefix, stored));
  const clock = clockAt();
  const tracker = await openTracker({ db, clock, ...OPTIONS });
  const acknowledged: string[] = [];
  for (const [n, events] of HISTORY.entries()) {
    clock.set(day(n) + 12 * HOUR);
    await tracker.recordAll(events);
    if (n < DAYS - 2) await idle(tracker);
  }
  clock.set(day(DAYS + 1) + 12 * HOUR);
  const isFailing = new Promise<void>((resolve) => {
    db.meanwhile = () => {
      recordAll(tracker, LATE, acknowledged);
      resolve();
    };
  });
  recordAll(tracker, [MORE], acknowledged);
  await isFailing;
  await idle(tracker).catch(() => {});
  expect(tracker.actor.getSnapshot().value).toBe('failed');
  await expect(tracker.record(LATE[0] as PerformanceEventInput)).rejects.toMatchObject({
    code: 'TENURE_STORAGE',
  });
  await tracker.close();

  db.heal();
  const again = await openTracker({ db, clock, ...OPTIONS, ...FOREVER });
  const ids = new Set((await collect(again.events())).map(({ id }) => id));
  for (const id of acknowledged) expect(ids).toContain(id);
  expect((await again.recordAll([MORE, ...LATE])).rejected).toEqual([]);
  const found = await figures(again);
  await again.close();
  expect((await verifyDatabase({ db, ...OPTIONS, ...FOREVER })).findings).toEqual([]);

  const twin = await openTracker({ db: new MemoryLevel(), clock, ...OPTIONS, ...FOREVER });
  await twin.recordAll([...HISTORY.flat(), MORE, ...LATE]);
  expect(found).toEqual(await figures(twin));
  await twin.close();
});
