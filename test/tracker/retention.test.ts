import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../src/policy/index.js';
import { layered } from '../../src/scoring/index.js';
import type { QualityScoringStrategy } from '../../src/scoring/types.js';
import { FOUNDATION, foundationPartsOf } from '../../src/store/keys.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { deleteRaw, entriesOf, type Part, putRaw } from '../store/support/raw.js';
import { decision, hired, live, recommendations, slacking, work } from '../support/careers.js';
import {
  countOf,
  day,
  doings,
  FOREVER,
  horizonOf,
  known,
  lived,
  liveOn,
  SHORT,
} from '../support/dropping.js';
import { counted, reportFaults } from '../support/faults.js';
import { clockAt, collect, HOUR, idle, START } from '../support/tracker.js';

reportFaults('Retention');

describe('retention', () => {
  it('drops what is older, with all that finds it, and keeps what it came to', async () => {
    const { tracker, db } = await lived(30);
    const horizon = await horizonOf(tracker);
    expect(horizon).toBe(day(24));
    const twin = await lived(30, FOREVER);
    expect(await known(tracker, horizon)).toEqual(await known(twin.tracker, horizon));
    expect((await tracker.performance('ada'))?.lifetime).toMatchObject({
      tasksCompleted: 60,
      firstEventAt: START,
    });
    expect((await tracker.performance('eve'))?.standing).toBe('departed');
    for (const part of ['journal', 'ids', 'timeline'] as const) {
      expect(await countOf(db, part), part).toBeLessThan((await countOf(twin.db, part)) / 2);
    }
    expect(await countOf(db, 'outputs')).toBe(await countOf(twin.db, 'outputs'));
    await tracker.close();
    await twin.tracker.close();
    await db.open();
    await twin.db.open();
    // How many entries an index has depends on when snapshots were written.
    const bytesOf = async (of: MemoryLevel, part: Part) =>
      (await entriesOf(of, part)).reduce((sum, [, value]) => sum + value.length, 0);
    for (const part of ['index', 'rollups', 'shelves'] as const) {
      expect(await bytesOf(db, part), part).toBeLessThan(await bytesOf(twin.db, part));
    }
    await db.close();
    expect((await verifyDatabase({ db, ...SHORT })).findings).toEqual([]);
  });

  it.each([
    [{ windows: ['7d', '30d'], retention: '29d' }, 'expected at least the longest window, 30d, got 29d'],
    [{ retention: '89d' }, 'expected at least the longest window, 90d, got 89d'],
    [{ retention: '1y' }, 'to be a duration'],
    [{ retention: 400 as never }, 'retention'],
  ])('of %j is refused', async (options, message) => {
    await expect(openTracker({ db: new MemoryLevel(), ...options })).rejects.toMatchObject({
      code: 'TENURE_INVALID_OPTIONS',
      path: 'retention',
      message: expect.stringContaining(message),
    });
  });

  it('is 400 days, or the longest window where that is longer, unless it is said', async () => {
    for (const [windows, horizon] of [
      [['30d'], day(100)],
      [['450d'], day(50)],
    ] as const) {
      const clock = clockAt();
      const tracker = await openTracker({ db: new MemoryLevel(), clock, windows: [...windows] });
      await live({ tracker, clock }, 0, 1, doings);
      clock.set(day(500));
      await tracker.record({ type: 'agent.transferred', agentId: 'ada', at: day(500), department: 'red' });
      await idle(tracker);
      expect(await horizonOf(tracker)).toBe(horizon);
      await tracker.close();
    }
  });

  it('refuses events of dropped times, recorded before or not, and says from when on they are taken', async () => {
    const { tracker } = await lived(30);
    const before = await tracker.performance('ada');
    const [first] = doings(20);
    for (const event of [first!, { ...first!, id: 'another' }, { ...first!, at: day(24) - 1 }]) {
      await expect(tracker.record(event)).rejects.toMatchObject({
        code: 'TENURE_INVALID_EVENT',
        path: 'at',
        message: expect.stringContaining(`expected a time from ${new Date(day(24)).toISOString()} on`),
      });
    }
    expect(await tracker.performance('ada')).toEqual(before);
    const [kept] = doings(24);
    expect(await tracker.record(kept!)).toMatchObject({ duplicate: true });
    expect(await tracker.record({ ...kept!, id: 'late' })).toMatchObject({ duplicate: false });
    await tracker.close();
  });

  it('takes a late review of a task that was finished long before, as a tracker that drops nothing', async () => {
    const review = { type: 'review.submitted', kind: 'evaluation', reviewerId: 'rae', score: 1 } as const;
    const said = [];
    for (const options of [SHORT, FOREVER]) {
      const { tracker, clock } = await lived(30, options);
      await tracker.record({ ...review, id: 'l1', agentId: 'ada', at: clock.now(), taskId: 'ada-3-0' });
      await tracker.record({ ...review, id: 'l2', agentId: 'ada', at: clock.now(), taskId: 'ada-27-1' });
      // A task that was assigned in dropped times is finished now, and takes all that long.
      await tracker.record({
        id: 'l3',
        type: 'task.completed',
        agentId: 'ada',
        at: clock.now(),
        taskId: 'open-5',
      });
      said.push(await known(tracker, day(24)));
      await tracker.close();
    }
    expect(said[0]).toEqual(said[1]);
  });

  it('answers no question about dropped times, whole or in part, as if nothing had been then', async () => {
    const { tracker } = await lived(30);
    const before = day(24) - 1;
    const refusal = (path: string) => ({
      code: 'TENURE_INVALID_OPTIONS',
      path,
      message: expect.stringContaining(`expected a time from ${new Date(day(24)).toISOString()} on`),
    });
    await expect(tracker.query({ from: before })).rejects.toMatchObject(refusal('from'));
    await expect(tracker.query({ to: before })).rejects.toMatchObject(refusal('to'));
    await expect(tracker.series({ metric: 'quality', every: '1d', from: START })).rejects.toMatchObject(
      refusal('from'),
    );
    await expect(collect(tracker.events({ from: before }))).rejects.toMatchObject(refusal('from'));
    await expect(collect(tracker.events({ agentId: 'ada', to: before }))).rejects.toMatchObject(
      refusal('to'),
    );
    await expect(tracker.performance('ada', before)).rejects.toMatchObject(refusal('at'));
    expect(await tracker.query({})).toMatchObject({ from: day(24) });
    const [first] = await collect(tracker.events());
    expect(first?.at).toBe(day(24));
    const { buckets } = await tracker.series({ metric: 'quality', every: '1d' });
    expect(buckets[0]).toMatchObject({ from: day(24), count: 4 });
    expect(await tracker.performance('ada', day(24))).toMatchObject({ lifetime: { tasksCompleted: 49 } });
    await tracker.close();
  });

  it('breaks off reading when what is read is dropped meanwhile', async () => {
    const { tracker, clock } = await lived(5, { ...SHORT, retention: '3d' });
    for (let n = 0; n < 200; n++) {
      await tracker.record({
        type: 'task.assigned',
        agentId: 'ada',
        at: clock.now() + n,
        taskId: `more-${n}`,
      });
    }
    const all = tracker.events()[Symbol.asyncIterator]();
    await all.next();
    clock.set(day(20));
    await live({ tracker, clock }, 20, 21, doings);
    await idle(tracker);
    expect(await horizonOf(tracker)).toBeGreaterThan(day(5));
    const rest = async () => {
      for (let step = await all.next(); !step.done; step = await all.next());
    };
    await expect(rest()).rejects.toMatchObject({ code: 'TENURE_INVALID_OPTIONS', path: 'from' });
    await tracker.close();
  });

  it('does without any record at all: a company that nobody has heard of for years goes on', async () => {
    const { tracker, clock, db } = await lived(10);
    const before = await tracker.performance('ada');
    await tracker.close();
    clock.set(day(1_000));
    for (let opening = 0; opening < 2; opening++) {
      const again = await openTracker({ db, clock, ...SHORT });
      await idle(again);
      expect(await again.performance('ada')).toMatchObject({ lifetime: before!.lifetime });
      expect(await collect(again.events())).toEqual([]);
      await again.close();
    }
    await db.open();
    expect(await countOf(db, 'journal')).toBeLessThanOrEqual(1);
    await db.close();
    expect((await verifyDatabase({ db, ...SHORT })).findings).toEqual([]);
    const last = await openTracker({ db, clock, ...SHORT });
    await liveOn({ tracker: last, clock }, 1_000, 1_003);
    expect((await last.performance('ada'))?.lifetime.tasksCompleted).toBe(
      before!.lifetime.tasksCompleted + 6,
    );
    await last.close();
  });

  it('keeps dead letters, and what may become one, beyond the drop: they can be taken anew', async () => {
    const said = [];
    for (const options of [SHORT, FOREVER]) {
      let isIll = true;
      const sound = layered();
      const quality: QualityScoringStrategy = {
        name: 'ill',
        score: (facts) => {
          const { taskId, override, reviews } = facts;
          const isBad = taskId === 'ada-1-0' || (taskId === 'x' && !override && reviews.length > 0);
          if (isIll && isBad) throw new Error('not yet');
          return sound.score(facts);
        },
      };
      const db = new MemoryLevel();
      const ill = { ...options, strategies: { quality } };
      const { tracker, clock } = await lived(2, ill, db);
      const x = { agentId: 'ada', taskId: 'x', at: day(1) + 12 * HOUR } as const;
      await tracker.recordAll([
        { ...x, id: 'x', type: 'task.completed' },
        {
          ...x,
          id: 'o',
          type: 'override.set',
          target: 'quality',
          score: 2,
          reason: 'r',
          by: 'rae',
          expiresAt: day(20),
        },
        { ...x, id: 'xr', type: 'review.submitted', kind: 'peer', reviewerId: 'rae', score: 3 },
      ]);
      await liveOn({ tracker, clock }, 2, 25);
      const letters = (await collect(tracker.deadLetters())).map(({ eventId }) => eventId);
      expect(letters).toEqual(['ada-1-0', 'o']);
      await tracker.close();
      // From the foundations, as after damage.
      await db.open();
      await deleteRaw(db, Buffer.from('!meta!agents'));
      await db.close();
      const again = await openTracker({ db, clock, ...ill });
      expect((await collect(again.deadLetters())).map(({ eventId }) => eventId)).toEqual(letters);
      isIll = false;
      expect(await again.retry()).toEqual({ retried: 2, recovered: 2, failed: 0 });
      await liveOn({ tracker: again, clock }, 25, 45);
      said.push(await known(again, day(39)));
      await again.close();
      await db.open();
      await deleteRaw(db, Buffer.from('!meta!agents'));
      await db.close();
      const last = await openTracker({ db, clock, ...ill });
      said.push(await known(last, day(39)));
      await last.close();
    }
    const [first] = said;
    expect(first!.letters).toEqual([]);
    // Since when trends of back then had their direction tells of the days of illness.
    const plain = ({ past, ...rest }: NonNullable<typeof first>) => ({
      ...rest,
      past: past.map((one) => ({ ...one, trends: one?.trends.map(({ since: _, ...trend }) => trend) })),
    });
    for (const other of said) expect(plain(other)).toEqual(plain(first!));
  });

  it('keeps dead letters that the foundations hold, because the strategy was mended by the drop', async () => {
    const said = [];
    for (const options of [SHORT, FOREVER]) {
      const sound = layered();
      let isIll = true;
      const quality: QualityScoringStrategy = {
        name: 'ill',
        score: (facts) => {
          if (isIll && facts.taskId === 'ada-1-0') throw new Error('not yet');
          return sound.score(facts);
        },
      };
      const ill = { ...options, strategies: { quality } };
      const { tracker, clock, db } = await lived(2, ill);
      await tracker.close();
      isIll = false;
      const again = await openTracker({ db, clock, ...ill });
      await liveOn({ tracker: again, clock }, 2, 25);
      expect((await collect(again.deadLetters())).map(({ eventId }) => eventId)).toEqual(['ada-1-0']);
      expect(await again.retry()).toEqual({ retried: 1, recovered: 1, failed: 0 });
      said.push(await known(again, day(24)));
      await again.close();
    }
    expect(said[0]).toEqual(said[1]);
  });

  it('is not exported without the events of dead letters', async () => {
    const quality: QualityScoringStrategy = {
      name: 'ill',
      score: (facts) => {
        if (facts.taskId === 'ada-1-0') throw new Error('not yet');
        return layered().score(facts);
      },
    };
    const { tracker, db } = await lived(12, { ...SHORT, strategies: { quality } });
    const [letter] = await collect(tracker.deadLetters());
    await tracker.close();
    await db.open();
    const isEvent = ([key]: readonly [Buffer, Buffer]) =>
      foundationPartsOf(key)?.family === FOUNDATION.events;
    const [[key]] = (await entriesOf(db, 'foundations')).filter(isEvent) as [[Buffer, Buffer]];
    await deleteRaw(db, key);
    await expect(collect(exportJournal({ db }))).rejects.toMatchObject({
      code: 'TENURE_CORRUPT',
      seq: letter!.event.seq,
    });
  });

  it('loses and doubles nothing when any of its writes fails, stored or not, and goes on at the next opening', async () => {
    const { tracker, db } = await lived(6);
    await tracker.close();
    await db.open();
    const entries = await entriesOf(db);
    const twin = await lived(8, FOREVER);
    const should = await known(twin.tracker, day(2));
    const lifeOn = async (faulty: FaultyDatabase) => {
      const clock = clockAt(day(6) + 12 * HOUR);
      const open = () => openTracker({ db: faulty, clock, ...SHORT });
      let current = await open();
      for (let n = 6; n < 8; n++) {
        const isDone = await live({ tracker: current, clock }, n, n + 1, doings)
          .then(() => idle(current))
          .then(
            () => true,
            (error) => {
              expect(error).toMatchObject({ code: 'TENURE_STORAGE' });
              return false;
            },
          );
        const isDown = !isDone || !current.actor.getSnapshot().matches('running');
        if (!isDown) continue;
        await current.close().catch((error) => expect(error).toMatchObject({ code: 'TENURE_STORAGE' }));
        current = await open();
        await live({ tracker: current, clock }, n, n + 1, doings);
        await idle(current);
      }
      return current;
    };
    let writes = 1;
    for (let after = -1; after < writes; after++) {
      for (const stored of after < 0 ? [false] : [false, true]) {
        const place = new MemoryLevel();
        await place.open();
        for (const [key, value] of entries) await putRaw(place, key, value);
        const faulty = counted(new FaultyDatabase(place));
        if (after >= 0) faulty.failWrites({ after, stored });
        const lived = await lifeOn(faulty);
        const at = `write ${after}, ${stored}`;
        expect(await horizonOf(lived), at).toBe(day(2));
        expect(await known(lived, day(2)), at).toEqual(should);
        await lived.close();
        if (after < 0) writes = faulty.written.length;
        if (after % 3 === 0) expect((await verifyDatabase({ db: place, ...SHORT })).findings, at).toEqual([]);
      }
    }
    expect(writes).toBeGreaterThan(30);
    await twin.tracker.close();
  });

  it('with other windows goes on from what it has, and refuses a window that would miss what was dropped', async () => {
    const { tracker, clock, db } = await lived(30);
    await tracker.close();
    await expect(openTracker({ db, clock, windows: ['60d'] })).rejects.toMatchObject({
      code: 'TENURE_INVALID_OPTIONS',
      path: 'windows',
      message: expect.stringContaining('of which nothing is kept any more'),
    });
    const twin = await lived(30, { ...FOREVER, windows: ['20d'] });
    const other = await openTracker({ db, clock, windows: ['20d'], minDataPoints: 2 });
    const { windows, lifetime } = (await other.performance('ada'))!;
    const should = (await twin.tracker.performance('ada'))!;
    expect({ windows, lifetime }).toEqual({ windows: should.windows, lifetime: should.lifetime });
    await other.close();
    // States remember thirty days at least, so that a window of forty is whole as of ten days after the horizon.
    clock.set(day(36));
    const longer = await openTracker({ db, clock, windows: ['40d'], minDataPoints: 2 });
    await expect(longer.performance('ada', day(33))).rejects.toMatchObject({ path: 'at' });
    const whole = await longer.performance('ada', day(34));
    expect(whole?.windows).toEqual(
      (await (await lived(30, { ...FOREVER, windows: ['40d'] })).tracker.performance('ada', day(34)))
        ?.windows,
    );
    await longer.close();
    await twin.tracker.close();
  });

  it('knows what is proposed, and takes decisions on it, after its cause was dropped', async () => {
    const said = [];
    for (const retention of ['90d', '36500d']) {
      const clock = clockAt();
      const tracker = await openTracker({ db: new MemoryLevel(), clock, retention });
      await tracker.recordAll([hired('ada', 'junior'), hired('bob', 'mid'), hired('eve', 'mid')]);
      for (let from = 0; from < 150; from += 30) {
        const doing = (n: number) => [...work('ada', n, 9), ...work('bob', n, 6), ...slacking('eve', n)];
        await live({ tracker, clock }, from, from + 30, doing);
        await idle(tracker);
      }
      const horizon = await horizonOf(tracker);
      expect(horizon > 0).toBe(retention === '90d');
      const open = await tracker.recommendations();
      const [made] = open.filter(({ agentId }) => agentId === 'ada');
      expect(made!.at).toBeLessThan(day(50));
      // The policy of now says again what it said of all that is kept.
      const { after, announced, recommendations: again } = await tracker.whatIf(defaultPolicy());
      expect(after > 0).toBe(horizon > 0);
      expect(again).toEqual(announced.map(({ type: _, position: __, ...rest }) => rest));
      expect(announced).toEqual((await recommendations(tracker)).filter(({ seq }) => seq > after));
      await tracker.record(decision(made!, 'approved', clock.now()));
      said.push({
        open,
        ada: await tracker.performance('ada'),
        left: await tracker.recommendations(),
        log: await collect(tracker.log()),
      });
      await tracker.close();
    }
    expect(said[0]).toEqual(said[1]);
    expect(said[0]!.ada?.level).toBe('mid');
  });

  it('says of a damaged foundation that it cannot be made again, and answers all that does not need it', async () => {
    const { tracker, clock, db } = await lived(30);
    const before = await known(tracker, day(24));
    await tracker.close();
    const faulty = counted(new FaultyDatabase(db));
    faulty.corrupt('foundations');
    const again = await openTracker({ db: faulty, clock, ...SHORT });
    expect(await again.agents()).toEqual(before.agents);
    expect(await again.performance('ada')).toEqual(before.performances[0]);
    await expect(again.performance('ada', day(25))).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
    await again.close();
    const report = await verifyDatabase({ db: faulty, ...SHORT, repair: true });
    expect(report).toMatchObject({
      ok: false,
      repaired: [],
      notes: [expect.stringContaining('foundations')],
    });
    expect(new Set(report.findings.map(({ part, repairable }) => `${part} ${repairable}`))).toEqual(
      new Set(['foundations false']),
    );
    await db.open();
    await deleteRaw(db, Buffer.from('!meta!agents'));
    await db.close();
    await expect(openTracker({ db: faulty, clock, ...SHORT })).rejects.toMatchObject({
      code: 'TENURE_CORRUPT',
    });
    faulty.heal();
    // Nothing was given up for it.
    const sound = await openTracker({ db: faulty, clock, ...SHORT });
    expect(await known(sound, day(24))).toEqual(before);
    await sound.close();
  });
});
