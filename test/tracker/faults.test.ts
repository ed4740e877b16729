import { MemoryLevel } from 'memory-level';
import { afterEach, describe, expect, it } from 'vitest';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { Database } from '../../src/store/database.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { inTemporaryDirectory, type Place } from '../store/support/places.js';
import { entriesOf, putRaw, type RawEntry } from '../store/support/raw.js';
import { counted, reportFaults } from '../support/faults.js';
import { clockAt, collect, DAY, fading, fadingTogether, HOUR, START } from '../support/tracker.js';

reportFaults('A history with faults, each write and read of it in turn');

const HISTORY = fadingTogether({ ada: 14, bob: 6, eve: 5 });

/** Events after which the host closes the tracker and opens it again. */
const OPENED = 9;

/** Events of the history, the last one not included. */
type Part = readonly [from: number, to: number];
const ALL: Part = [0, HISTORY.length];
const PARTS: readonly Part[] = Array.from({ length: Math.ceil(HISTORY.length / OPENED) }, (_, i) => [
  i * OPENED,
  Math.min((i + 1) * OPENED, HISTORY.length),
]);

/**
 * A host that does what the documentation says: when a call fails with TENURE_STORAGE it opens the tracker again
 * and records the same events again.
 */
class Host {
  readonly clock = clockAt();
  failures = 0;
  constructor(private readonly db: FaultyDatabase) {}

  /** Lives through a part of the history. */
  async run([from, to]: Part = ALL): Promise<Awaited<ReturnType<typeof answers>>> {
    this.clock.set(Math.max(START, ...HISTORY.slice(0, from).map(({ at }) => Number(at) + HOUR)));
    let tracker = await this.open();
    for (const [n, event] of HISTORY.entries()) {
      if (n < from || n >= to) continue;
      this.clock.set(Math.max(this.clock.now(), Number(event.at) + HOUR));
      while (!(await this.survives(tracker.record(event)))) tracker = await this.reopen(tracker);
      if (n % OPENED === OPENED - 1) tracker = await this.reopen(tracker);
    }
    while (!(await this.survives(tracker.flush()))) tracker = await this.reopen(tracker);
    const found = await answers(tracker);
    await this.survives(tracker.close());
    return found;
  }

  private async open(): Promise<Tracker> {
    while (true) {
      try {
        return await openTracker({ db: this.db, clock: this.clock, maxActiveAgents: 2 });
      } catch (error) {
        this.note(error);
      }
    }
  }

  private async reopen(tracker: Tracker): Promise<Tracker> {
    await this.survives(tracker.close());
    return await this.open();
  }

  private async survives(doing: Promise<unknown>): Promise<boolean> {
    try {
      await doing;
      return true;
    } catch (error) {
      this.note(error);
      return false;
    }
  }

  private note(error: unknown): void {
    expect(error).toMatchObject({ name: 'TenureError', code: 'TENURE_STORAGE' });
    this.failures++;
    expect(this.failures).toBeLessThan(20);
  }
}

/** A part of the history, and what the database holds before. */
interface Scene {
  readonly part: Part;
  readonly entries: readonly RawEntry[];
}

/** Everything that a host can ask, apart from where things stand in the journal: opening again may add a tick. */
async function answers(tracker: Tracker) {
  const agents = await tracker.agents();
  const log = await collect(tracker.log());
  for (const [i, { seq, position }] of log.entries()) {
    const before = log[i - 1];
    if (before) expect(seq > before.seq || (seq === before.seq && position > before.position)).toBe(true);
  }
  return {
    agents,
    performances: await Promise.all(agents.map(({ agentId }) => tracker.performance(agentId))),
    past: await Promise.all(agents.map(({ agentId }) => tracker.performance(agentId, START + 5 * DAY))),
    events: (await collect(tracker.events())).map(({ seq: _seq, ...event }) => event),
    log: log.map(({ seq: _seq, position: _position, ...output }) => output),
  };
}

const places: [string, () => Promise<Place>][] = [
  ['memory-level', async () => ({ database: memory(), remove: async () => {} })],
  ['LevelDB', inTemporaryDirectory],
];

function memory(): () => Database {
  const db = new MemoryLevel();
  return () => db;
}

describe.each(places)('a tracker over a database on %s', (name, makePlace) => {
  let place: Place | undefined;
  afterEach(async () => {
    await place?.remove();
    place = undefined;
  });

  async function host(
    { part, entries }: Scene = { part: ALL, entries: [] },
    fault: (db: FaultyDatabase) => void = () => {},
  ) {
    await place?.remove();
    place = await makePlace();
    const database = place.database();
    await database.open();
    for (const [key, value] of entries) await putRaw(database, key, value);
    await database.close();
    const db = counted(new FaultyDatabase(database));
    fault(db);
    const running = new Host(db);
    return { found: await running.run(part), db, writes: db.written.length, failures: running.failures };
  }

  // Every write in turn in memory, and then to the end of the history. LevelDB's turn is every seventh, to the end of
  // its part of the history.
  const [step, isToTheEnd] = name === 'LevelDB' ? [7, false] : [1, true];

  it('whose writes fail, each in turn, lost or stored, ends as one that never failed', async () => {
    const whole = await host();
    let entries: readonly RawEntry[] = [];
    for (const part of PARTS) {
      const { found, writes, failures, db } = await host({ part, entries });
      expect(failures).toBe(0);
      const expected = isToTheEnd ? whole.found : found;
      const scene: Scene = { part: isToTheEnd ? [part[0], HISTORY.length] : part, entries };
      await db.open();
      entries = await entriesOf(db);
      await db.close();
      for (const stored of [false, true]) {
        for (let after = 0; after < writes; after += step) {
          const run = await host(scene, (db) => db.failWrites({ after, stored }));
          expect(run.failures, `write ${after} of ${part}`).toBeGreaterThan(0);
          expect(run.found, `write ${after} of ${part}`).toEqual(expected);
        }
      }
    }
  }, 180_000);

  it('whose reads fail while it recovers is refused with TENURE_STORAGE, and opens the next time', async () => {
    place = await makePlace();
    const db = counted(new FaultyDatabase(place.database()));
    const running = new Host(db);
    const found = await running.run();
    for (let after = 0; ; after++) {
      db.failReads({ after });
      const opening = openTracker({ db, clock: running.clock });
      const tracker = await opening.catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'TENURE_STORAGE' });
        expect(db.status).toBe('closed');
      });
      db.heal();
      if (tracker) {
        expect(await answers(tracker)).toEqual(found);
        await tracker.close();
        expect(after).toBeGreaterThan(4);
        return;
      }
    }
  });

  it('that fills up refuses what does not fit, keeps what it acknowledged, and goes on when there is room', async () => {
    place = await makePlace();
    const db = counted(new FaultyDatabase(place.database()));
    const clock = clockAt(START + 40 * DAY);
    const tracker = await openTracker({ db, clock });
    db.fillUp(8_000);
    const results = await Promise.allSettled(fading(30).map((event) => tracker.record(event)));
    const more = await Promise.allSettled(fading(5, 'bob').map((event) => tracker.record(event)));
    const refused = [...results, ...more].filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const one of refused) expect(one).toMatchObject({ reason: { code: 'TENURE_STORAGE' } });
    expect(tracker.actor.getSnapshot().value).toBe('failed');
    await tracker.close();

    db.heal();
    const again = await openTracker({ db, clock });
    const kept = [...results, ...more].length - refused.length;
    expect((await collect(again.events())).length).toBeGreaterThanOrEqual(kept);
    expect((await again.recordAll([...fading(30), ...fading(5, 'bob')])).rejected).toEqual([]);
    expect(await collect(again.events())).toHaveLength(35);
    await again.close();
  });

  it('that is slow makes everything wait, and changes nothing', async () => {
    place = await makePlace();
    const clock = clockAt(START + 40 * DAY);
    const db = counted(new FaultyDatabase(place.database(), { clock }));
    const tracker = await openTracker({ db, clock });
    db.slowDown(1_000);
    let isDurable = false;
    const recording = tracker.record(fading(1)[0] as PerformanceEventInput).then(() => {
      isDurable = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDurable).toBe(false);
    while (!isDurable) {
      clock.increment(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await recording;
    db.heal();
    // What was on its way, beside the recording, still waits for its second.
    clock.increment(1_000);
    expect(await collect(tracker.events())).toHaveLength(1);
    await tracker.close();
  });
});
