import { MemoryLevel } from 'memory-level';
import { expect, it } from 'vitest';
import { FaultyDatabase } from '../../src/testing/faulty-database.js';
import { openTracker } from '../../src/tracker.js';
import { clockAt, HOUR, START, task } from '../support/tracker.js';

const MINUTE = HOUR / 60;

it('a question does not miss an override that came while it was asked, and had ended by its moment', async () => {
  const clock = clockAt(START + 10 * HOUR);
  const db = new FaultyDatabase(new MemoryLevel(), { clock });
  const tracker = await openTracker({ db, clock, maxActiveAgents: 1, minDataPoints: 1 });
  const signals = { criteriaMet: 5, criteriaTotal: 10 };
  for (const agentId of ['bob', 'ada']) await tracker.record(task(1, { id: agentId, agentId, signals }));
  const override = (agentId: string) => {
    const expiresAt = START + 10 * HOUR + 5 * MINUTE;
    const what = {
      type: 'override.set',
      target: 'quality',
      taskId: 't1',
      score: 10,
      reason: 'r',
      by: 'eve',
    } as const;
    return { ...what, agentId, at: START + 10 * HOUR, expiresAt };
  };
  await tracker.record(override('bob'));
  await tracker.record(task(2, { agentId: 'ada', signals }));
  const { groups: before } = await tracker.query({ metrics: ['avgQualityScore'] });
  // Bob rests. Ada's override is on its way to the disk when a later moment is asked for.
  const release = db.holdWrites();
  const recorded = tracker.record(override('ada'));
  clock.increment(10 * MINUTE);
  db.slowDown(1_000);
  const asked = tracker.query({ metrics: ['avgQualityScore'] });
  await new Promise((resolve) => setImmediate(resolve));
  db.slowDown(0);
  release();
  await recorded;
  clock.increment(1_000);
  const { groups } = await asked;
  expect(groups).toEqual((await tracker.query({ metrics: ['avgQualityScore'] })).groups);
  expect(groups).not.toEqual(before);
  await tracker.close();
});
