import { MemoryLevel } from 'memory-level';
import { expect } from 'vitest';
import type { TrackerOptions } from '../../src/options.js';
import type { Database } from '../../src/store/database.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { entriesOf, putRaw } from '../store/support/raw.js';
import { clockAt, collect } from './tracker.js';

/**
 * A tracker that is compared after every event with one that knows nothing but the journal: whatever it answers must
 * follow from the records alone.
 */
export async function openReplayed(options: TrackerOptions): Promise<Tracker> {
  const { db = new MemoryLevel(), ...rest } = options;
  const tracker = await openTracker({ ...rest, db });
  const { record, recordAll } = tracker;
  const compared = async <Result>(doing: Promise<Result>): Promise<Result> => {
    const result = await doing;
    await expectReplayed(tracker, db, rest);
    return result;
  };
  return Object.assign(tracker, {
    record: (...args: Parameters<Tracker['record']>) => compared(record.apply(tracker, args)),
    recordAll: (...args: Parameters<Tracker['recordAll']>) => compared(recordAll.apply(tracker, args)),
  });
}

/** Expects a rebuild from the journal, and from nothing else, to say what a running tracker says. */
async function expectReplayed(tracker: Tracker, db: Database, options: TrackerOptions): Promise<void> {
  if (!tracker.actor.getSnapshot().matches('running')) return;
  await tracker.flush();
  const rebuilt = await openTracker({ ...options, db: await journalOnly(db, options), clock: clockAt(0) });
  const log = await collect(tracker.log());
  expect(await collect(rebuilt.log())).toEqual(log);
  const at = options.clock?.now() ?? 0;
  for (const { agentId } of await rebuilt.agents()) {
    const state = (one: Tracker) => one.agentActor(agentId)?.getSnapshot().value;
    expect(state(rebuilt)).toEqual(state(tracker));
    expect(await rebuilt.performance(agentId, at)).toEqual(await tracker.performance(agentId, at));
  }
  expect(await rebuilt.query({ groupBy: 'agent' })).toEqual(await tracker.query({ groupBy: 'agent' }));
  await rebuilt.close();
}

/** A database with the journal of another, and what finds its records, alone. */
async function journalOnly(db: Database, options: TrackerOptions): Promise<Database> {
  const copy = new MemoryLevel();
  // What a new database begins with.
  await (await openTracker({ ...options, db: copy, clock: clockAt(0) })).close();
  await copy.open();
  for (const part of ['journal', 'ids', 'timeline'] as const) {
    for (const [key, value] of await entriesOf(db, part)) await putRaw(copy, key, value);
  }
  const head = (await entriesOf(db, 'meta')).find(([key]) => key.toString() === '!meta!head');
  await putRaw(copy, head![0], head![1]);
  return copy;
}
