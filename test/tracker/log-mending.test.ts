import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { TrackerOutput } from '../../src/agent/outputs.js';
import type { TrackerOptions } from '../../src/options.js';
import { defaultPolicy, proposeNothing } from '../../src/policy/index.js';
import { layered } from '../../src/scoring/index.js';
import type { QualityScoringStrategy } from '../../src/scoring/types.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { dayRange, hired as employed, work as tasks } from '../department/support.js';
import { DAMAGES, deleteRaw, entriesOf, harmRaw, type RawEntry } from '../store/support/raw.js';
import { hired, live, slacking, work } from '../support/careers.js';
import { lived as livedShort, liveOn } from '../support/dropping.js';
import { reportFaults } from '../support/faults.js';
import { clockAt, collect, DAY, HOUR, idle, START } from '../support/tracker.js';

reportFaults('Outputs that are damaged while a tracker is open');

const OPTIONS = { windows: ['3d', '6d'], minDataPoints: 2, maxActiveAgents: 2 };

/** More and more work is left over in a department. */
const DROWNING = [
  ...['ann', 'ben'].map((agentId) => employed(agentId)),
  ...tasks('ann', dayRange(0, 16), 4, 1),
];

/** Good work that turns bad, and a department that drowns: agents and departments say much, also when time passes. */
async function lived(options: TrackerOptions = {}, db = new MemoryLevel()) {
  const clock = clockAt();
  const tracker = await openTracker({ db, clock, ...OPTIONS, ...options });
  await live({ tracker, clock }, 0, 16, (day) => [
    ...(day === 0 ? [hired('ada', 'mid'), hired('bob', 'mid'), hired('cyd', 'mid', 'red')] : []),
    ...(day < 8 ? work('ada', day, 9 - day / 20) : slacking('ada', day)),
    ...work('bob', day, 6 + (day % 2), 1),
    ...DROWNING.filter(({ at }) => Math.floor((at - START) / DAY) === day),
  ]);
  for (let hour = 0; hour < 10 * 24; hour++) {
    clock.increment(HOUR);
    await tracker.flush();
  }
  return { db, clock, tracker, log: await collect(tracker.log()) };
}

function told(tracker: Tracker): string[] {
  const reasons: string[] = [];
  tracker.actor.on('snapshot.rebuilt', ({ agentId, reason }) => reasons.push(`${agentId}: ${reason}`));
  return reasons;
}

const OUTPUTS = /^\*: outputs of records \d+ to \d+ were damaged or gone$/;
const corrupt = { code: 'TENURE_CORRUPT', seq: expect.any(Number) };

describe('an output that is damaged while a tracker is open', () => {
  it('is made again by whoever reads over it, whatever it is and whatever became of it', async () => {
    const { db, tracker, log } = await lived();
    const types = ['trend.changed', 'standing.changed', 'recommendation.made', 'hiring.recommended'];
    expect([...new Set(log.map(({ type }) => type))]).toEqual(expect.arrayContaining(types));
    // Of one record there are outputs of several agents, and such as a tick made them say.
    const records = grouped(log);
    expect([...records.values()].some((said) => new Set(said.map(speaker)).size > 1)).toBe(true);
    const reasons = told(tracker);
    const entries = await entriesOf(db, 'outputs');
    const harms = [() => undefined, ...Object.values(DAMAGES)];
    for (const [i, [key, value]] of entries.entries()) {
      await harmRaw(db, key, harms[i % harms.length]?.(value));
      expect(await collect(tracker.log()), `${i}`).toEqual(log);
      expect(reasons.splice(0), `${i}`).toEqual([expect.stringMatching(OUTPUTS)]);
      expect(await entriesOf(db, 'outputs')).toEqual(entries);
    }
    await tracker.close();
  });

  it('is one of many, or all of them are gone', async () => {
    const { db, tracker, log } = await lived();
    const reasons = told(tracker);
    const recommended = await tracker.recommendations();
    const { announced } = await tracker.whatIf(proposeNothing());
    expect([recommended.length, announced.length]).not.toContain(0);
    const entries = await entriesOf(db, 'outputs');
    const all = entries.length;
    const picks: ((i: number) => boolean)[] = [
      (i) => i % 2 === 0,
      (i) => i % 3 > 0,
      (i) => i < 5 || i > all - 5,
      (i) => i > all / 3 && i < all / 2,
      () => true,
    ];
    for (const isPicked of picks) {
      for (const [key] of entries.filter((_, i) => isPicked(i))) await deleteRaw(db, key);
      // Whoever reads meanwhile waits for the same.
      const read = await Promise.all([
        collect(tracker.log()),
        collect(tracker.log(log[all >> 1]?.seq)),
        tracker.recommendations(),
        tracker.whatIf(proposeNothing()),
      ]);
      const later = log.filter(({ seq }) => seq > (log[all >> 1]?.seq ?? 0));
      expect(read).toEqual([log, later, recommended, expect.objectContaining({ announced })]);
      expect(reasons.splice(0).length).toBeGreaterThan(0);
      expect(await entriesOf(db, 'outputs')).toEqual(entries);
    }
    await tracker.close();
    expect((await verifyDatabase({ db, ...OPTIONS })).findings).toEqual([]);
  });

  it('is made again while more is said', async () => {
    const { db, clock, tracker, log } = await lived();
    const entries = await entriesOf(db, 'outputs');
    await deleteRaw(db, entries.at(-1)![0]);
    await deleteRaw(db, entries[7]![0]);
    clock.increment(12 * HOUR);
    const reading = collect(tracker.log());
    const more = Array.from({ length: 40 }, (_, n) => work('dan', 26 + n / 10, (n * 7) % 11, 1)).flat();
    await tracker.recordAll(more.map((event, n) => ({ ...event, id: `dan ${n}`, at: clock.now() })));
    const read = await reading;
    const known = await collect(tracker.log());
    expect(known.slice(0, log.length)).toEqual(log);
    expect(known.length).toBeGreaterThan(log.length);
    expect(read).toEqual(known.slice(0, read.length));
    await tracker.close();
  });

  it('keeps neither recommendations from being told nor records from being dropped', async () => {
    const { db, clock, tracker } = await livedShort(9);
    const log = await collect(tracker.log());
    const reasons = told(tracker);
    const failed: unknown[] = [];
    const dropped: number[] = [];
    tracker.actor.on('drop.failed', (event) => failed.push(event));
    tracker.actor.on('records.dropped', ({ seq }) => dropped.push(seq));
    const outputs = await entriesOf(db, 'outputs');
    const kept = outputs.slice(log.findIndex(({ at }) => at >= START + 6 * DAY));
    for (const [key] of kept.filter((_, i) => i % 2 === 0)) await deleteRaw(db, key);
    await liveOn({ tracker, clock }, 9, 14);
    expect(failed).toEqual([]);
    expect(dropped.length).toBeGreaterThan(0);
    expect(reasons[0]).toMatch(OUTPUTS);
    expect((await collect(tracker.log())).slice(0, log.length)).toEqual(log);
    await tracker.close();
  });

  it('is left to a repair when there are more of them than are to be held in memory', async () => {
    const quality: QualityScoringStrategy = {
      name: 'ill',
      score: () => {
        throw new Error('ill');
      },
    };
    const options = { strategies: { quality } };
    const db = new MemoryLevel();
    const tracker = await openTracker({ db, clock: clockAt(START + DAY), ...options });
    await tracker.recordAll(
      Array.from({ length: 20_001 }, (_, n) => ({
        id: `e${n}`,
        type: 'task.completed' as const,
        agentId: `agent ${n % 30}`,
        at: START + n,
        taskId: `t${n}`,
      })),
    );
    const log = await collect(tracker.log());
    expect(log.length).toBeGreaterThan(20_000);
    await db.clear({ gte: '!outputs!', lte: '!outputs"' });
    await expect(collect(tracker.log())).rejects.toMatchObject(corrupt);
    await tracker.close();
    await db.open();
    expect(await verifyDatabase({ db, ...options, repair: true })).toMatchObject({ ok: true });
    await db.open();
    const again = await openTracker({ db, clock: clockAt(START + DAY), ...options });
    expect(await collect(again.log())).toEqual(log);
    await again.close();
  });

  it('is refused when its record was dropped: what it was made from is gone', async () => {
    const { db, tracker } = await livedShort(9);
    const [[key, value]] = (await entriesOf(db, 'outputs')) as [RawEntry];
    await harmRaw(db, key, value.subarray(1));
    await expect(collect(tracker.log())).rejects.toMatchObject(corrupt);
    await idle(tracker);
    await tracker.close();
  });

  it('is refused when its record cannot be read any more, again and again', async () => {
    const { db, tracker, log } = await lived();
    const middle = (await entriesOf(db, 'outputs'))[20]!;
    await deleteRaw(db, middle[0]);
    for (const [key] of await entriesOf(db, 'journal')) await deleteRaw(db, key);
    for (const _time of [1, 2]) await expect(collect(tracker.log())).rejects.toMatchObject(corrupt);
    const last = log.at(-1)?.seq ?? 0;
    expect(await collect(tracker.log(last - 1))).toEqual(log.filter(({ seq }) => seq === last));
    await tracker.close();
  });

  it('is not made again by what is closed meanwhile, and is the next time', async () => {
    const { db, clock, tracker, log } = await lived();
    for (const [key] of await entriesOf(db, 'outputs')) await deleteRaw(db, key);
    const reading = collect(tracker.log()).catch((error) => error);
    await tracker.close();
    expect(await reading).toMatchObject({ code: expect.stringMatching(/TENURE_(CORRUPT|CLOSED)/) });
    await db.open();
    const again = await openTracker({ db, clock, ...OPTIONS });
    expect(await collect(again.log())).toEqual(log);
    await again.close();
  });
});

describe('an output that cannot be made again just as it was', () => {
  /** Damages each of some outputs in turn, and has it read by a tracker with other options. */
  async function readWith(
    options: TrackerOptions,
    before: TrackerOptions,
    pick: (output: TrackerOutput) => boolean,
  ) {
    const { db, clock, tracker, log } = await lived(before);
    await tracker.close();
    await db.open();
    const other = await openTracker({ db, clock, ...OPTIONS, ...options });
    const entries = await entriesOf(db, 'outputs');
    const answers: unknown[] = [];
    for (const [i, output] of log.entries()) {
      if (!pick(output)) continue;
      const [key, value] = entries[i]!;
      await deleteRaw(db, key);
      answers.push(await collect(other.log()).catch((error) => error));
      await harmRaw(db, key, value);
      expect((await collect(other.log())).slice(0, log.length)).toEqual(log);
    }
    await other.close();
    expect(answers.length).toBeGreaterThan(0);
    return { answers, log };
  }

  it('is refused where another policy is in force', async () => {
    const policy = defaultPolicy({ promotion: { quality: 8 } });
    const { answers } = await readWith({ policy }, {}, ({ type }) => type === 'recommendation.made');
    for (const answer of answers) expect(answer).toMatchObject(corrupt);
  });

  it('is refused where a strategy takes by now what it failed on then', async () => {
    const sound = layered();
    let isIll = true;
    const score: QualityScoringStrategy['score'] = (facts) => {
      if (isIll && facts.taskId === 'ada-2-0') throw new Error('not yet');
      return sound.score(facts);
    };
    const before = { strategies: { quality: { name: 'mine', score } } };
    const after = {
      strategies: {
        quality: {
          name: 'mine',
          score: (facts) => {
            isIll = false;
            return score(facts);
          },
        } as QualityScoringStrategy,
      },
    };
    const { answers, log } = await readWith(after, before, (output) => speaker(output) === 'ada');
    const failed = log.findIndex(({ type }) => type === 'agent.failed');
    expect(failed).toBeGreaterThan(0);
    const ofAda = log.filter((output) => speaker(output) === 'ada');
    for (const [i, answer] of answers.entries()) {
      // What came before does not depend on it.
      if (ofAda[i]!.seq < log[failed]!.seq) expect((answer as unknown[]).slice(0, log.length)).toEqual(log);
      else expect(answer).toMatchObject(corrupt);
    }
  });

  it('is refused where a policy of the same name judges otherwise', async () => {
    const judging = defaultPolicy();
    const policy = { ...proposeNothing(), name: judging.name, needs: judging.needs };
    const { answers } = await readWith(
      { policy },
      { policy: judging },
      ({ type }) => type === 'recommendation.made',
    );
    for (const answer of answers) expect(answer).toMatchObject(corrupt);
  });

  it('is refused where hiring is judged otherwise: what was said by then is said', async () => {
    const hiring = { arrivalRatio: 50, timeInQueue: '300d' } as const;
    for (const said of ['hiring.recommended', 'standing.changed']) {
      const { answers } = await readWith({ hiring }, {}, ({ type }) => type === said);
      for (const answer of answers) expect(answer).toMatchObject(corrupt);
    }
  });
});

function speaker(output: TrackerOutput): string | undefined {
  return 'agentId' in output ? output.agentId : output.department;
}

function grouped(log: readonly TrackerOutput[]): Map<number, TrackerOutput[]> {
  const records = new Map<number, TrackerOutput[]>();
  for (const output of log) records.set(output.seq, [...(records.get(output.seq) ?? []), output]);
  return records;
}
