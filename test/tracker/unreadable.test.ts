import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { SupervisorEvent } from '../../machines/supervisor.js';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { TrackerOptions } from '../../src/options.js';
import { layered } from '../../src/scoring/index.js';
import { directoryKey, indexKey, journalKey, stateKey } from '../../src/store/keys.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { deleteRaw, entriesOf, putRaw } from '../store/support/raw.js';
import { clockAt, collect, DAY, HOUR, START } from '../support/tracker.js';

const AGENTS = ['ada', 'bob', 'zoë'];
const work = (agentId: string, n: number): PerformanceEventInput => ({
  id: `${agentId}-${n}`,
  type: 'task.completed',
  agentId,
  at: START + n * HOUR,
  taskId: `${agentId}-${n}`,
  signals: { criteriaMet: 8 + (n % 2), criteriaTotal: 10 },
});
const NOW = START + DAY;
/** The record that is damaged, in a block of its own: whoever is made of the journal again would need it. */
const LOST = 4;

/** Three agents of which one fails on a task, each record in a block of its own, closed. */
async function lived(isMended = true) {
  const db = Object.assign(new MemoryLevel(), { location: './tenure-data' });
  const sound = layered();
  const health = { isIll: true };
  const quality = {
    ...sound,
    name: 'ill',
    score: (facts: Parameters<typeof sound.score>[0]) => {
      if (health.isIll && facts.taskId.endsWith('-2')) throw new Error('not yet');
      return sound.score(facts);
    },
  };
  const clock = clockAt(NOW);
  const open = (options: TrackerOptions = {}) =>
    openTracker({ db, clock, strategies: { quality }, maxActiveAgents: 1, ...options });
  const tracker = await open();
  for (let n = 0; n < 4; n++) for (const agentId of AGENTS) await tracker.record(work(agentId, n));
  await tracker.close();
  await db.open();
  health.isIll = !isMended;
  const options = { db, strategies: { quality } };
  return { db, clock, open, options };
}

/** Damages the snapshot of bob, who is at rest, and a record that it would have to be made of again. */
async function breakBob(db: MemoryLevel): Promise<(isStateToo?: boolean) => Promise<void>> {
  const keys = [stateKey(2), journalKey(LOST)];
  const all = await entriesOf(db);
  const [state, block] = keys.map((key) => all.find(([other]) => other.equals(key))![1]);
  for (const key of keys) await deleteRaw(db, key);
  return async (isStateToo = false) => {
    await putRaw(db, keys[0]!, isStateToo ? state! : state!.subarray(1));
    await putRaw(db, keys[1]!, block!);
  };
}

const CORRUPT = {
  code: 'TENURE_CORRUPT',
  seq: LOST,
  message: expect.stringContaining('`tenure verify --db ./tenure-data` shows more'),
};

/** Everybody but bob, who is refused. */
async function expectOthersGoOn(tracker: Tracker, n: number): Promise<void> {
  await expect(tracker.record(work('bob', n))).rejects.toMatchObject(CORRUPT);
  await expect(tracker.performance('bob')).rejects.toMatchObject(CORRUPT);
  await expect(tracker.agents()).rejects.toMatchObject(CORRUPT);
  for (const agentId of ['ada', 'zoë', 'new']) {
    expect(await tracker.record(work(agentId, n))).toMatchObject({ duplicate: false });
    expect(await tracker.performance(agentId)).toMatchObject({ agentId });
  }
  expect(tracker.actor.getSnapshot().value).toBe('running');
}

describe('an agent that can neither be read nor made again', () => {
  it('has its dead letters refused, whole, and those of all others are taken', async () => {
    const { db, open, options } = await lived();
    const tracker = await open();
    const putBack = await breakBob(db);
    const { seq } = tracker.actor.getSnapshot().context;
    await expect(tracker.retry({ agentId: 'bob' })).rejects.toMatchObject(CORRUPT);
    expect(tracker.actor.getSnapshot().context.seq).toBe(seq);
    await expect(tracker.retry()).rejects.toMatchObject(CORRUPT);
    expect(tracker.actor.getSnapshot().context.seq).toBe(seq + 2);
    for (const agentId of ['ada', 'zoë']) {
      expect(await tracker.performance(agentId)).toMatchObject({ lifetime: { tasksCompleted: 4 } });
    }
    await expectOthersGoOn(tracker, 4);
    await putBack(true);
    expect(await tracker.retry()).toEqual({ retried: 1, recovered: 1, failed: 0 });
    expect(await tracker.performance('bob')).toMatchObject({ lifetime: { tasksCompleted: 4 } });
    expect(await collect(tracker.deadLetters())).toEqual([]);
    await tracker.close();
    // What was announced before the strategy was mended stays.
    const { findings } = await verifyDatabase({ ...options, db });
    expect(findings.filter(({ message }) => !message.startsWith('Output agent.failed'))).toEqual([]);
  });

  it('has a dead letter refused whose event alone cannot be read, and the agent goes on', async () => {
    const { db, open } = await lived();
    const tracker = await open();
    const [letter] = await collect(tracker.deadLetters({ agentId: 'ada' }));
    await deleteRaw(db, journalKey(letter!.event.seq));
    await tracker.record(work('bob', 4));
    const fresh = await (async () => {
      await tracker.close();
      await db.open();
      return open();
    })();
    await expect(fresh.retry({ agentId: 'ada' })).rejects.toMatchObject({
      ...CORRUPT,
      seq: letter!.event.seq,
    });
    await expect(collect(fresh.deadLetters())).rejects.toMatchObject({ ...CORRUPT, seq: letter!.event.seq });
    expect(await fresh.retry({ agentId: 'bob' })).toEqual({ retried: 1, recovered: 1, failed: 0 });
    expect(await fresh.record(work('ada', 4))).toMatchObject({ duplicate: false });
    await fresh.close();
  });

  it('is passed by when time passes, which is said once, and is brought up to it once it can be read', async () => {
    const { db, clock, open } = await lived();
    const tracker = await open();
    await tracker.record(work('zoë', 4));
    const putBack = await breakBob(db);
    const told: unknown[] = [];
    tracker.actor.on('agent.unreadable', ({ agentId, seq }) => told.push([agentId, seq]));
    for (let day = 0; day < 40; day++) {
      clock.increment(DAY);
      await tracker.flush();
    }
    expect(told).toEqual([['bob', LOST]]);
    expect((await tracker.performance('ada'))?.windows[0]).toMatchObject({ tasksCompleted: 0 });
    await expectOthersGoOn(tracker, 5);
    await putBack();
    expect((await tracker.performance('bob'))?.windows[0]).toMatchObject({ tasksCompleted: 0 });
    clock.increment(60 * DAY);
    await tracker.flush();
    expect(await tracker.record(work('bob', 5))).toMatchObject({ duplicate: false });
    expect(told).toHaveLength(1);
    await tracker.close();
    const again = await open();
    expect(await again.performance('bob')).toMatchObject({ lifetime: { tasksCompleted: 5 } });
    await again.close();
  });

  it('does not keep a tracker from opening, saving what it has, and closing', async () => {
    const { db, open } = await lived();
    const putBack = await breakBob(db);
    const said: SupervisorEvent[] = [];
    const inspect: TrackerOptions['inspect'] = (inspected) => {
      if (inspected.type === '@xstate.event') said.push(inspected.event as SupervisorEvent);
    };
    const tracker = await open({ inspect });
    expect(said).toContainEqual(
      expect.objectContaining({ type: 'agent.unreadable', agentId: 'bob', seq: LOST }),
    );
    await tracker.flush();
    const shown = () => [...tracker.scoreboard.getSnapshot().context.agents.keys()].sort();
    expect(shown()).toEqual(['ada', 'zoë']);
    await expectOthersGoOn(tracker, 4);
    await tracker.flush();
    expect(shown()).toEqual(['ada', 'new', 'zoë']);
    await tracker.close();
    await db.open();
    await putBack();
    const again = await open();
    await again.flush();
    expect([...again.scoreboard.getSnapshot().context.agents.keys()].sort()).toEqual(
      [...AGENTS, 'new'].sort(),
    );
    await again.close();
  });
});

describe('an agent that is made of the journal again by a strategy that was mended since', () => {
  it('counts in the figures of the company as in its own', async () => {
    const { db, open, options } = await lived();
    await deleteRaw(db, stateKey(2));
    for (const maxActiveAgents of [1, 3]) {
      const tracker = await open({ maxActiveAgents });
      let mended = 0;
      tracker.actor.on('snapshot.rebuilt', ({ agentId }) => {
        if (agentId === '*') mended++;
      });
      expect(await tracker.performance('bob')).toMatchObject({ lifetime: { tasksCompleted: 4 } });
      const ofBob = await tracker.query({ agentId: 'bob', metrics: ['tasksCompleted'] });
      const ofAll = await tracker.query({ metrics: ['tasksCompleted'] });
      expect([ofBob, ofAll].map(({ groups }) => groups[0]?.tasksCompleted)).toEqual([4, 10]);
      await tracker.performance('bob');
      expect(await tracker.query({ metrics: ['tasksCompleted'] })).toEqual(ofAll);
      expect(mended).toBe(1);
      await tracker.close();
      await db.open();
    }
    const { findings } = await verifyDatabase({ ...options, db, repair: true });
    expect(findings.filter(({ message }) => !message.startsWith('Output agent.failed'))).toEqual([]);
  });
});

describe('an index that can neither be read nor made again', () => {
  it('keeps no agent from being saved, passivated and opened, and is made again once the journal is whole', async () => {
    for (const isNoted of [true, false]) {
      const { db, open, options } = await lived(false);
      const tracker = await open();
      const blocks = await entriesOf(db, 'journal');
      const [, block] = blocks.find(([key]) => key.equals(journalKey(LOST)))!;
      await deleteRaw(db, journalKey(LOST));
      await deleteRaw(db, indexKey(1, 0));
      if (!isNoted) await putRaw(db, directoryKey(1), Buffer.from('x'));
      for (let n = 4; n < 8; n++) for (const agentId of AGENTS) await tracker.record(work(agentId, n));
      await expect(collect(tracker.events({ agentId: 'ada' }))).rejects.toMatchObject({ ...CORRUPT });
      expect(await collect(tracker.events({ agentId: 'bob' }))).toHaveLength(8);
      await tracker.close();
      await db.open();
      const again = await open();
      expect(await again.performance('ada')).toMatchObject({ lifetime: { tasksCompleted: 7 } });
      await expect(collect(again.events({ agentId: 'ada' }))).rejects.toMatchObject({ ...CORRUPT });
      await putRaw(db, journalKey(LOST), block);
      expect(await collect(again.events({ agentId: 'ada' }))).toHaveLength(8);
      await again.close();
      expect((await verifyDatabase({ ...options, db })).findings).toEqual([]);
    }
  });
});
