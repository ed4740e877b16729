import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { TrackerOptions } from '../../src/options.js';
import { layered } from '../../src/scoring/index.js';
import { flipBit } from '../../src/testing/damage.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { HeldReads } from '../support/held-reads.js';
import { clockAt, collect, DAY, START } from '../support/tracker.js';

const MINUTE = 60_000;

/** A tracker with one agent awake at most, and a database that can hold what is read. */
async function opened(options: TrackerOptions = {}) {
  const clock = clockAt();
  const memory = new MemoryLevel();
  const db = new HeldReads(memory, { clock });
  const all = { db, clock, maxActiveAgents: 1, minDataPoints: 1, ...options } as const;
  const tracker = await openTracker(all);
  const rebuilt: string[] = [];
  tracker.actor.on('snapshot.rebuilt', ({ agentId }) => rebuilt.push(agentId));
  let tasks = 0;
  const task = (agentId: string, taskId = `t${++tasks}`, at = clock.now()) =>
    tracker.record({ id: taskId, type: 'task.completed', agentId, taskId, at, usage: { cost: 1 } });
  /** Bob works until an agent has been put to rest for it. */
  const putToRest = async (agentId: string): Promise<void> => {
    for (let n = 0; n < 10 && tracker.agentActor(agentId); n++) await task('bob');
    expect(tracker.agentActor(agentId)).toBeUndefined();
  };
  return { tracker, clock, memory, db, task, putToRest, rebuilt, options: all };
}

describe('an agent that is woken, changed and put to rest while a question is about it', () => {
  it('has an old task worked out again after another review of it', async () => {
    const { tracker, clock, memory, db, task, putToRest, options } = await opened({ windows: ['1d'] });
    const review = (score: number, reviewerId: string) => {
      const of = { agentId: 'ada', taskId: 'old', kind: 'code', reviewerId, score } as const;
      return tracker.record({ type: 'review.submitted', at: clock.now(), ...of });
    };
    const ask = async () => {
      const { groups } = await tracker.query({ agentId: 'ada', from: START - 1, to: START + DAY });
      return groups[0]?.avgQualityScore;
    };
    await task('ada', 'old');
    clock.increment(60 * DAY);
    await review(10, 'rae');
    await putToRest('ada');
    const read = db.holdRead('journal');
    const asked = ask();
    await read.reached;
    await review(0, 'ron');
    await putToRest('ada');
    read.release();
    const answer = await asked;
    expect(answer).toEqual(await ask());
    expect(answer).toMatchObject({ status: 'ok' });
    expect(answer).not.toMatchObject({ value: 10 });
    await tracker.close();
    expect(await verifyDatabase({ ...options, db: memory })).toMatchObject({ ok: true, findings: [] });
  });

  it('has what time alone has changed counted once', async () => {
    const { tracker, clock, db, task, putToRest } = await opened();
    const ahead = START + 3 * MINUTE;
    await task('ada', 'soon-ada', ahead);
    await task('eve', 'soon-eve', ahead);
    for (const agentId of ['ada', 'eve']) await putToRest(agentId);
    clock.increment(4 * MINUTE);
    // Ada has been looked at when eve is.
    const read = db.holdRead('states', 1);
    const asked = tracker.query({ metrics: ['tasksCompleted', 'totalCost'], groupBy: 'agent' });
    await read.reached;
    await task('ada');
    await putToRest('ada');
    read.release();
    const { groups } = await asked;
    expect(groups.find(({ agentId }) => agentId === 'ada')).toMatchObject({
      tasksCompleted: 2,
      totalCost: 2,
    });
    const again = await tracker.query({ metrics: ['tasksCompleted', 'totalCost'], groupBy: 'agent' });
    expect(groups).toEqual(again.groups);
    await tracker.close();
  });

  it('is not taken for damaged', async () => {
    const { tracker, db, task, putToRest, rebuilt } = await opened();
    await task('ada');
    await putToRest('ada');
    const read = db.holdRead('states');
    const asked = tracker.performance('ada');
    await read.reached;
    await task('ada');
    await putToRest('ada');
    read.release();
    expect(await asked).toMatchObject({ lifetime: { tasksCompleted: 2 } });
    expect(rebuilt).toEqual([]);
    await tracker.close();
  });
});

describe('an agent that is woken while a question makes it anew', () => {
  const sound = layered();
  const quality = {
    ...sound,
    name: 'fussy',
    score: (facts: Parameters<typeof sound.score>[0]) => {
      if (facts.taskId === 'poison') throw new Error('not this one');
      return sound.score(facts);
    },
  };

  it.each([
    ['about it', (tracker: Tracker) => tracker.performance('ada')],
    ['about everybody', (tracker: Tracker) => tracker.agents()],
  ])('keeps the dead letter that it gets, whether the question is %s', async (_, ask) => {
    const { tracker, db, task, putToRest, rebuilt } = await opened({ strategies: { quality } });
    await task('ada');
    await putToRest('ada');
    db.corrupt('states', flipBit);
    const read = db.holdRead('journal');
    const asked = ask(tracker);
    await read.reached;
    db.heal();
    await task('ada', 'poison');
    read.release();
    await asked;
    const letters = await collect(tracker.deadLetters());
    expect(letters.map(({ eventId }) => eventId)).toEqual(['poison']);
    expect(await tracker.retry()).toEqual({ retried: 1, recovered: 0, failed: 1 });
    await tracker.query({});
    // Nor are the roll-ups made anew for what it is thought to have left out.
    expect(rebuilt).toEqual([]);
    await tracker.close();
  });

  it('keeps it when it had been put to rest in between', async () => {
    const { tracker, db, task, putToRest, rebuilt } = await opened({ strategies: { quality } });
    await task('ada');
    await putToRest('ada');
    const state = db.holdRead('states');
    const asked = tracker.performance('ada');
    await state.reached;
    await task('ada');
    await putToRest('ada');
    state.release();
    await task('ada', 'poison');
    await asked;
    expect((await collect(tracker.deadLetters())).map(({ eventId }) => eventId)).toEqual(['poison']);
    await tracker.query({});
    expect(rebuilt).toEqual([]);
    await tracker.close();
  });
});
