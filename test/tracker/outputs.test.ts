import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { SupervisorEvent } from '../../machines/supervisor.js';
import type { TrackerOutput } from '../../src/agent/outputs.js';
import type { TrackerOptions } from '../../src/options.js';
import { defaultPolicy } from '../../src/policy/index.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { deleteRaw, entriesOf, putRaw, type RawEntry } from '../store/support/raw.js';
import { hired, live, slacking, work } from '../support/careers.js';
import { clockAt, collect, DAY, START } from '../support/tracker.js';

const OPTIONS = { windows: ['3d', '6d'], minDataPoints: 2 };
const NOW = START + 30 * DAY;

/** What a company left that was not closed: good work that turns bad, so that much is said, all of it in no snapshot. */
async function lived(options: TrackerOptions = {}): Promise<{ entries: RawEntry[]; log: TrackerOutput[] }> {
  const db = new MemoryLevel();
  const clock = clockAt();
  const tracker = await openTracker({ db, clock, ...OPTIONS, ...options });
  await live({ tracker, clock }, 0, 16, (day) => [
    ...(day === 0 ? [hired('ada', 'mid'), hired('bob', 'mid')] : []),
    ...(day < 8 ? work('ada', day, 9 - day / 20) : slacking('ada', day)),
    ...work('bob', day, 6 + (day % 2), 1),
  ]);
  await tracker.flush();
  return { entries: await entriesOf(db), log: await collect(tracker.log()) };
}

async function holding(entries: readonly RawEntry[]): Promise<MemoryLevel> {
  const db = new MemoryLevel();
  await db.open();
  for (const [key, value] of entries) await putRaw(db, key, value);
  return Object.assign(db, { location: './tenure-data' });
}

async function opened(db: MemoryLevel | FaultyDatabase, options: TrackerOptions = {}) {
  const said: string[] = [];
  const inspect: TrackerOptions['inspect'] = (inspected) => {
    if (inspected.type !== '@xstate.event') return;
    const event = inspected.event as SupervisorEvent;
    if (event.type === 'snapshot.rebuilt') said.push(`${event.agentId}: ${event.reason}`);
  };
  const tracker = await openTracker({ db, clock: clockAt(NOW), ...OPTIONS, ...options, inspect });
  return { tracker, said };
}

const isOutput = ([key]: RawEntry): boolean => key.toString('latin1').startsWith('!outputs!');
const answers = async (tracker: Tracker) =>
  Promise.all(['ada', 'bob'].map((agentId) => tracker.performance(agentId)));

describe('outputs that are damaged or gone, of records that are in no snapshot', () => {
  it('are made again by the opening that applies the records, and said', async () => {
    const { entries, log } = await lived();
    const outputs = entries.filter(isOutput);
    expect(new Set(log.map(({ type }) => type)).size).toBeGreaterThan(2);
    const sound = await opened(await holding(entries));
    const known = { log: await collect(sound.tracker.log()), answers: await answers(sound.tracker) };
    expect(sound.said).toEqual([]);
    expect(known.log.slice(0, log.length)).toEqual(log);
    const gone = () => undefined;
    const damaged = (value: Buffer) => value.subarray(1);
    const harms = outputs.map((_, i) => [i, i + 1 + (i % 3), i % 2 === 0 ? gone : damaged] as const);
    for (const [from, to, harm] of [...harms, [0, outputs.length, gone] as const]) {
      const db = await holding(entries);
      for (const [key, value] of outputs.slice(from, to)) {
        const harmed = harm(value);
        if (harmed) await putRaw(db, key, harmed);
        else await deleteRaw(db, key);
      }
      const { tracker, said } = await opened(db);
      expect(said, `${from}`).toEqual([expect.stringMatching(/^\*: outputs of records \d+ to \d+ were/)]);
      expect({ log: await collect(tracker.log()), answers: await answers(tracker) }).toEqual(known);
      await tracker.close();
      if (from % 8 > 0) continue;
      expect((await verifyDatabase({ db, ...OPTIONS })).findings).toEqual([]);
    }
  });

  it('are lost and doubled by no write of it that fails, stored or not', async () => {
    const { entries, log } = await lived();
    for (const stored of [false, true]) {
      const db = await holding(entries);
      const [first] = entries.filter(isOutput);
      await deleteRaw(db, first![0]);
      const faulty = new FaultyDatabase(db);
      faulty.failWrites({ stored });
      await expect(opened(faulty)).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
      const { tracker } = await opened(new FaultyDatabase(db));
      expect((await collect(tracker.log())).slice(0, log.length)).toEqual(log);
      await tracker.close();
    }
  });

  it('are made again by whoever reads over them, where their agents are not brought forward again', async () => {
    const options = { maxActiveAgents: 1 };
    const { entries, log } = await lived(options);
    let remade = 0;
    for (const [i, [key]] of entries.filter(isOutput).entries()) {
      const db = await holding(entries);
      await deleteRaw(db, key);
      const { tracker, said } = await opened(db, options);
      if (said.length === 0) remade++;
      expect((await collect(tracker.log())).slice(0, log.length), `${i}`).toEqual(log);
      expect(said).toEqual([expect.stringMatching(/^\*: outputs of records \d+ to \d+ were/)]);
      await tracker.close();
      if (i % 8 === 0) expect((await verifyDatabase({ db, ...OPTIONS })).findings).toEqual([]);
    }
    expect(remade).toBeGreaterThan(0);
  });

  it('are put back by a repair too', async () => {
    const { entries, log } = await lived();
    const db = await holding(entries);
    for (const [key] of entries.filter(isOutput).filter((_, i) => i % 3 === 0)) await deleteRaw(db, key);
    await verifyDatabase({ db, ...OPTIONS, repair: true });
    const { tracker, said } = await opened(db);
    expect((await collect(tracker.log())).slice(0, log.length)).toEqual(log);
    expect(said).toEqual([]);
    await tracker.close();
  });

  it('are not said anew by another policy than the one that said them', async () => {
    const { entries } = await lived();
    const db = await holding(entries);
    const policy = defaultPolicy({ promotion: { quality: 8 } });
    for (const options of [{}, { policy }]) {
      await (await opened(db, options)).tracker.close();
      await db.open();
    }
    const [[key]] = entries.filter(isOutput) as [RawEntry];
    await deleteRaw(db, key);
    // So that all is to be made anew.
    await deleteRaw(db, Buffer.from('!meta!agents'));
    await expect(opened(db, { policy })).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
  });
});
