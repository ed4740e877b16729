import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { type HiringSignal, isHiringSignal } from '../../src/department/outputs.js';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { TrackerOptions } from '../../src/options.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { dayRange, hired, work } from '../department/support.js';
import { clockAt, collect, DAY, HOUR, openInMemory, START } from '../support/tracker.js';

/** Two agents drown in work, two have none after three weeks, and somebody fades meanwhile. */
const EVENTS: readonly PerformanceEventInput[] = [
  ...['ada', 'bob'].map((agentId) => hired(agentId, 'red')),
  ...['cyd', 'dan'].map((agentId) => hired(agentId, 'blue')),
  ...work('ada', dayRange(0, 35), 4, 2).map((event) => ({ ...event, department: 'red' })),
  ...work('cyd', dayRange(0, 14), 3, 3).map((event) => ({ ...event, department: 'blue' })),
].toSorted((a, b) => a.at - b.at);

async function signalsOf(tracker: Tracker): Promise<HiringSignal[]> {
  const log = await collect(tracker.log());
  return log.filter(
    ({ type }) => type === 'hiring.recommended' || type === 'surplus.noticed',
  ) as HiringSignal[];
}

/** The database as a crash would leave it now. */
async function crashed(db: MemoryLevel<Buffer, Buffer>): Promise<MemoryLevel<Buffer, Buffer>> {
  const copy = new MemoryLevel<Buffer, Buffer>({ keyEncoding: 'buffer', valueEncoding: 'buffer' });
  const encodings = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
  for await (const [key, value] of db.iterator<Buffer, Buffer>(encodings))
    await copy.put(key, value, encodings);
  return copy;
}

type Interruption = 'none' | 'restarts' | 'crashes';

/** The log and the signals announced live, of a company that is interrupted now and then. */
async function lived(interruption: Interruption, options: TrackerOptions = {}) {
  const clock = clockAt();
  let db = new MemoryLevel<Buffer, Buffer>();
  const announced: HiringSignal[] = [];
  const open = async () => {
    const tracker = await openTracker({ db, clock, ...options });
    tracker.hiring$.subscribe((signal) => announced.push(signal));
    return tracker;
  };
  let tracker = await open();
  for (const [i, event] of EVENTS.entries()) {
    if (Number(event.at) > clock.now()) clock.set(Number(event.at));
    await tracker.record(event);
    if (i % 23 !== 11 || interruption === 'none') continue;
    const old = tracker;
    // Every other time, so that a crash finds snapshots too, of some records before.
    const crashes = interruption === 'crashes' && i % 2 === 0;
    if (crashes) db = await crashed(db);
    else await old.close();
    tracker = await open();
    if (crashes) await old.close();
  }
  const log = await collect(tracker.log());
  const signals = await signalsOf(tracker);
  await tracker.close();
  return { log, signals, announced };
}

describe('hiring signals', () => {
  it('are announced once, and stand in the log among what the agents said', async () => {
    const { signals, announced, log } = await lived('none');
    expect(signals.map(({ type, department }) => `${department}: ${type}`)).toEqual([
      'red: hiring.recommended',
      'red: hiring.recommended',
      'blue: surplus.noticed',
    ]);
    expect(announced).toEqual(signals);
    expect(log.map(({ seq, position }) => seq * 1_000 + position)).toEqual(
      log.map(({ seq, position }) => seq * 1_000 + position).toSorted((a, b) => a - b),
    );
  });

  it('are the very same when the tracker is closed and opened again and again, or crashes', async () => {
    const steady = await lived('none');
    for (const interruption of ['restarts', 'crashes'] as const) {
      expect(await lived(interruption)).toEqual(steady);
    }
  });

  it('are the very same when hardly anybody stays in memory', async () => {
    const steady = await lived('none');
    expect(await lived('none', { maxActiveAgents: 1 })).toEqual(steady);
    expect(await lived('crashes', { maxActiveAgents: 1 })).toEqual(steady);
  });

  it('name records that lead from the evidence to the events', async () => {
    const { tracker, clock } = await openInMemory();
    for (const event of EVENTS) {
      if (Number(event.at) > clock.now()) clock.set(Number(event.at));
      await tracker.record(event);
    }
    const [first] = await signalsOf(tracker);
    const range = { department: first?.department, from: first?.from, to: (first?.to ?? 0) - 1 };
    const arrived = await collect(tracker.events({ ...range, types: ['task.assigned'] }));
    expect(arrived).toHaveLength(first?.arrived ?? -1);
    await tracker.close();
  });

  it('come when time alone passes: midnight is a tick', async () => {
    const { tracker, clock } = await openInMemory({ windows: ['1h'] });
    const announced: HiringSignal[] = [];
    tracker.hiring$.subscribe((signal) => announced.push(signal));
    const events = EVENTS.filter(({ at }) => Number(at) < START + 7 * DAY);
    for (const event of events) {
      if (Number(event.at) > clock.now()) clock.set(Number(event.at));
      await tracker.record(event);
    }
    expect(announced).toEqual([]);
    for (let hour = 0; hour < 24 * 16; hour++) {
      clock.increment(HOUR);
      await tracker.flush();
    }
    expect(announced.map(({ type }) => type)).toEqual(['hiring.recommended']);
    await tracker.close();
  });

  it('are judged by other rules from then on when a database is opened with others', async () => {
    const clock = clockAt();
    const db = new MemoryLevel<Buffer, Buffer>();
    const half = EVENTS.filter(({ at }) => Number(at) < START + 20 * DAY);
    const strict = await openTracker({ db, clock, hiring: { arrivalRatio: 50, timeInQueue: '300d' } });
    for (const event of half) {
      if (Number(event.at) > clock.now()) clock.set(Number(event.at));
      await strict.record(event);
    }
    expect(await signalsOf(strict)).toEqual([]);
    await strict.close();
    const usual = await openTracker({ db, clock });
    expect(await signalsOf(usual)).toEqual([]);
    for (const event of EVENTS.slice(half.length)) {
      if (Number(event.at) > clock.now()) clock.set(Number(event.at));
      await usual.record(event);
    }
    expect((await signalsOf(usual)).length).toBeGreaterThan(0);
    await usual.close();
  });

  it.each(['closed', 'killed'])(
    'of a database that was %s stay as they are under other rules',
    async (end) => {
      const other = { hiring: { window: '21d', sustain: '1d', cooldown: '3d' } } as const;
      const clock = clockAt();
      const live = async (db: MemoryLevel, options: TrackerOptions, to: number) => {
        const tracker = await openTracker({ db, clock, ...options });
        for (const event of EVENTS) {
          if (Number(event.at) >= to) continue;
          if (Number(event.at) > clock.now()) clock.set(Number(event.at));
          await tracker.record(event);
        }
        const log = await collect(tracker.log());
        const left = end === 'killed' ? await crashed(db as never) : undefined;
        await tracker.close();
        return { log, db: (left ?? db) as MemoryLevel };
      };
      const first = await live(new MemoryLevel(), {}, START + 25 * DAY);
      expect(first.log.some(isHiringSignal)).toBe(true);
      const { ok, notes } = await verifyDatabase({ db: first.db, clock, ...other, repair: true });
      expect({ ok, notes }).toEqual({
        ok: true,
        notes: [expect.stringContaining('not compared with a replay: hiring was signalled for {')],
      });
      const second = await live(first.db, other, START + 36 * DAY);
      expect(second.log.slice(0, first.log.length)).toEqual(first.log);
      const said = second.log.slice(first.log.length);
      const before = Math.max(...first.log.map(({ seq }) => seq));
      for (const output of said) expect(output.seq).toBeGreaterThan(before);
      expect(said.some(isHiringSignal)).toBe(true);
      expect((await verifyDatabase({ db: second.db, clock, ...other })).findings).toEqual([]);
      const third = await live(second.db, {}, START + 36 * DAY);
      expect(third.log).toEqual(second.log);
      expect((await verifyDatabase({ db: third.db, clock })).findings).toEqual([]);
    },
  );

  it('refuse rules that mean nothing, with the option in the message', async () => {
    for (const [hiring, path] of [
      [{ window: '36h' }, 'hiring.window'],
      [{ sustain: '0d' }, 'hiring.sustain'],
      [{ minCriteriaMet: 5 }, 'hiring.minCriteriaMet'],
      [{ arrivalRatio: 0 }, 'hiring.arrivalRatio'],
      [{ timeInQueue: 'long' }, 'hiring.timeInQueue'],
      [{ trend: {} }, 'hiring.trend'],
      [{ windows: '14d' }, 'hiring'],
    ] as const) {
      const opening = openTracker({ db: new MemoryLevel(), hiring: hiring as TrackerOptions['hiring'] });
      await expect(opening).rejects.toMatchObject({
        code: 'TENURE_INVALID_OPTIONS',
        issues: [{ path }],
      });
    }
  });
});
