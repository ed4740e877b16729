import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from 'xstate';
import { type Clock, systemClock } from '../../src/clock.js';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { TrackerOptions } from '../../src/options.js';
import { openStore } from '../../src/store/store.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { hostErrors, noUncaughtErrors, settled } from '../support/host-errors.js';
import { clockAt, collect, DAY, fading, HOUR, inDirectory, START, task } from '../support/tracker.js';

const YEAR = 365 * DAY;

/** A clock that a test tells what to say, whose timers fire when it says so. */
function puppetClock(say: () => number) {
  const timers: { readonly fn: () => void; readonly delay: number }[] = [];
  const clock: Clock = {
    now: say,
    setTimeout: (fn, delay) => timers.push({ fn, delay }),
    clearTimeout: () => undefined,
  };
  return { clock, timers };
}

const memory = (options: TrackerOptions) => openTracker({ db: new MemoryLevel(), ...options });

/** How many ticks and retries the journal holds: what is in it beside the events. */
async function ticksIn(path: string): Promise<number> {
  const { Level } = await import('level');
  const store = await openStore(new Level(path), { durability: 'process' });
  const records = await collect(store.replay(0));
  await store.close();
  return records.filter(({ kind }) => kind === 'tick').length;
}

const now = async (tracker: Tracker) => (await tracker.performance('ada'))?.asOf;

describe('time', () => {
  noUncaughtErrors();

  it('that stands still still records, and ticks nobody', async () => {
    await inDirectory(async (path) => {
      const { clock, timers } = puppetClock(() => START + 30 * DAY);
      const tracker = await openTracker({ path, clock });
      expect(await tracker.recordAll(fading(20))).toMatchObject({ accepted: 20 });
      for (let n = 0; n < 50; n++) for (const { fn } of timers.splice(0)) fn();
      await tracker.flush();
      expect(await now(tracker)).toBe(START + 30 * DAY);
      await tracker.close();
      expect(await ticksIn(path)).toBe(0);
    });
  });

  it('that jumps a year ahead is one tick: the windows are empty, what was earned remains', async () => {
    await inDirectory(async (path) => {
      const clock = clockAt(START + 30 * DAY);
      const tracker = await openTracker({ path, clock });
      await tracker.recordAll(fading(20));
      clock.increment(YEAR);
      await tracker.flush();
      expect(await tracker.performance('ada')).toMatchObject({
        standing: 'steady',
        lifetime: { tasksCompleted: 20 },
        windows: [{ tasksCompleted: 0 }, { tasksCompleted: 0 }, { tasksCompleted: 0 }],
      });
      await tracker.close();
      expect(await ticksIn(path)).toBe(1);
    });
  });

  it('that went on for a year while nobody looked is one tick at opening', async () => {
    await inDirectory(async (path) => {
      const first = await openTracker({ path, clock: clockAt(START + 30 * DAY) });
      await first.recordAll([...fading(20), task(0, { agentId: 'bob', id: 'b' })]);
      await first.close();
      const second = await openTracker({ path, clock: clockAt(START + YEAR) });
      await second.flush();
      const standings = (await second.agents()).map(({ agentId, standing }) => [agentId, standing]);
      expect(standings).toEqual([
        ['ada', 'steady'],
        ['bob', 'unproven'],
      ]);
      const { windows, lifetime, trends } = (await second.performance('ada')) ?? {};
      expect(windows?.map(({ tasksCompleted }) => tasksCompleted)).toEqual([0, 0, 0]);
      expect(lifetime?.tasksCompleted).toBe(20);
      expect(new Set(trends?.map(({ direction }) => direction))).toEqual(new Set(['insufficient_data']));
      const log = await collect(second.log());
      await second.close();
      expect(await ticksIn(path)).toBe(1);
      const third = await openTracker({ path, clock: clockAt(START + YEAR) });
      expect(await collect(third.log())).toEqual(log);
      await third.close();
    });
  });

  it('that goes back does not take the tracker back, nor is anything lost when it is opened then', async () => {
    await inDirectory(async (path) => {
      let time = START + 30 * DAY;
      const { clock } = puppetClock(() => time);
      const first = await openTracker({ path, clock });
      await first.recordAll(fading(10));
      time -= YEAR;
      await first.record(task(500, { at: START + 30 * DAY }));
      expect(await now(first)).toBe(START + 30 * DAY);
      const before = await first.performance('ada');
      await first.close();
      const second = await openTracker({ path, clock });
      expect(await second.performance('ada')).toEqual(before);
      expect(await second.record(task(501, { at: START + 30 * DAY }))).toMatchObject({ duplicate: false });
      time = START + 31 * DAY;
      expect(await now(second)).toBe(START + 31 * DAY);
      await second.close();
    });
  });

  it('that was a year ahead by mistake is believed, and everything can be had as of the right time', async () => {
    const right = START + 30 * DAY;
    const events = [...fading(20), ...fading(10, 'bob')];
    let time = right;
    const { clock } = puppetClock(() => time);
    const mistaken = await memory({ clock });
    await mistaken.recordAll(events.slice(0, 15));
    time = right + YEAR;
    await mistaken.flush();
    time = right;
    expect(await mistaken.recordAll(events.slice(15))).toMatchObject({ rejected: [] });
    expect(await now(mistaken)).toBe(right + YEAR);
    expect((await mistaken.performance('ada'))?.windows.map(({ tasksCompleted }) => tasksCompleted)).toEqual([
      0, 0, 0,
    ]);

    const sound = await memory({ clock });
    await sound.recordAll(events);
    const expected = await sound.performance('ada');
    const range = { from: START, to: right, groupBy: 'agent' } as const;
    expect(await mistaken.query(range)).toEqual(await sound.query(range));

    const anew = await memory({ clock });
    for await (const { seq: _seq, recordedAt: _recordedAt, ...event } of mistaken.events()) {
      await anew.record(event as PerformanceEventInput);
    }
    expect(await anew.performance('ada')).toEqual(expected);
    time = right + DAY;
    expect(await mistaken.performance('ada', right)).toEqual(await sound.performance('ada', right));
    for (const tracker of [mistaken, sound, anew]) await tracker.close();
  });

  it('that goes back does not keep the scoreboard from being shown', async () => {
    let time = START + DAY;
    const { clock, timers } = puppetClock(() => time);
    const tracker = await memory({ clock });
    await tracker.record(task(0));
    time -= YEAR;
    await tracker.record(task(1));
    const delays = timers.map(({ delay }) => delay);
    expect(Math.max(...delays)).toBeLessThanOrEqual(HOUR);
    for (const { fn } of timers.splice(0)) fn();
    await tracker.flush();
    expect(tracker.scoreboard.get().context.agents.get('ada')?.lifetime.tasksCompleted).toBe(2);
    await tracker.close();
  });

  it('is the same wherever the process is, also when the clocks there are put forward and back', async () => {
    const zone = process.env.TZ;
    const seen = [];
    try {
      for (const TZ of ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Kiritimati']) {
        process.env.TZ = TZ;
        // Central Europe is put forward on 29 March 2026 at 01:00 UTC, and back on 25 October.
        const clock = clockAt(Date.UTC(2026, 2, 1));
        const tracker = await memory({ clock, windows: ['1d', '30d'], minDataPoints: 1 });
        for (const day of [
          '2026-03-28',
          '2026-03-29',
          '2026-03-30',
          '2026-10-24',
          '2026-10-25',
          '2026-10-26',
        ]) {
          clock.set(Date.parse(`${day}T12:00:00Z`));
          for (const hour of ['00:30:00Z', '02:30:00+01:00', '02:30:00+02:00', '03:30:00+02:00']) {
            await tracker.record(
              task(0, { id: `${day} ${hour}`, taskId: `${day} ${hour}`, at: `${day}T${hour}` }),
            );
          }
        }
        seen.push([
          await tracker.performance('ada'),
          await collect(tracker.events()),
          await collect(tracker.log()),
        ]);
        await tracker.close();
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    for (const other of seen) expect(other).toEqual(seen[0]);
  });
});

describe('a clock that is wrong', () => {
  noUncaughtErrors();

  const readings: [string, () => unknown][] = [
    ['NaN', () => Number.NaN],
    ['infinite', () => Number.POSITIVE_INFINITY],
    ['negative', () => -5],
    ['after the year 9999', () => 1e15],
    ['no number', () => '2026-01-01'],
    ['a big integer', () => 5n],
    [
      'nothing at all',
      () => {
        throw new Error('no battery');
      },
    ],
  ];
  for (const [what, reading] of readings) {
    it(`and says what is ${what} stands still, is reported once, and nothing else is harmed`, async () => {
      const { errors, onHostError } = hostErrors();
      let say: () => unknown = () => START + DAY;
      const { clock } = puppetClock(() => say() as number);
      const tracker = await memory({ clock, onHostError });
      await tracker.record(task(0));
      say = reading;
      await tracker.record(task(1));
      await tracker.flush();
      expect(await now(tracker)).toBe(START + DAY);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({ code: 'TENURE_HOST' });
      say = () => START + 2 * DAY;
      expect(await now(tracker)).toBe(START + 2 * DAY);
      say = reading;
      await tracker.record(task(2));
      expect(errors).toHaveLength(2);
      await tracker.close();
    });
  }

  it('and says fractions of a millisecond has them cut off', async () => {
    const tracker = await memory({ clock: puppetClock(() => START + DAY + 0.75).clock });
    await tracker.record(task(0));
    expect(await now(tracker)).toBe(START + DAY);
    await tracker.close();
  });

  it('and fires its timers twice, early, at once or never ticks no more than time passes', async () => {
    await inDirectory(async (path) => {
      const { errors, onHostError } = hostErrors();
      let time = START + 30 * DAY;
      const { clock, timers } = puppetClock(() => time);
      const tracker = await openTracker({ path, clock, onHostError });
      await tracker.recordAll(fading(20));
      for (let round = 0; round < 5; round++) {
        // Early: a minute has passed where an hour was asked for; and each timer twice.
        time += 60_000;
        const due = timers.splice(0);
        for (const { fn } of due) fn();
        for (const { fn } of due) fn();
        expect(timers.length).toBeLessThanOrEqual(2);
      }
      time += 30 * DAY;
      const due = timers.splice(0);
      for (const { fn } of [...due, ...due, ...due]) fn();
      await tracker.flush();
      await tracker.close();
      expect(await ticksIn(path)).toBe(1);
      expect(errors).toEqual([]);

      const hasty: Clock = { ...clock, setTimeout: (fn) => fn() };
      const second = await openTracker({ path, clock: hasty, onHostError });
      await second.record(task(900));
      await second.record(task(901));
      await second.close();
      expect(errors.length).toBeGreaterThan(0);
    });
  });

  it('and throws when a timer is set or cleared is told of it, and the tracker goes on', async () => {
    const { errors, onHostError } = hostErrors();
    const fail = (): never => {
      throw new Error('no timers here');
    };
    const clock: Clock = { now: () => START + DAY, setTimeout: fail, clearTimeout: fail };
    const tracker = await memory({ clock, onHostError });
    await tracker.record(task(0));
    await tracker.record(task(1));
    await tracker.flush();
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(2);
    await tracker.close();
    expect(errors.length).toBeGreaterThan(0);
  });

  it('and is the system’s own is set no timer that is too long for it', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const delays: number[] = [];
    const clock: Clock = {
      ...systemClock,
      setTimeout: (fn, delay) => {
        delays.push(delay);
        return systemClock.setTimeout(fn, delay);
      },
    };
    const tracker = await memory({ clock, windows: ['36500d'], maxClockSkew: 1e12 });
    await tracker.record(task(0, { at: Date.now() + 9e11 }));
    await tracker.close();
    await settled();
    process.off('warning', note);
    expect(Math.max(...delays)).toBeLessThan(2 ** 31);
    expect(warnings).toEqual([]);
  });

  it('and is XState’s simulated one is as good as any', async () => {
    const clock = new SimulatedClock();
    const tracker = await memory({ clock });
    clock.set(START + DAY);
    await tracker.record(task(0));
    expect(await now(tracker)).toBe(START + DAY);
    await tracker.close();
  });
});
