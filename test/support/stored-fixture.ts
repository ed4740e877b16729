import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Recommendation, TrackerOutput } from '../../src/agent/outputs.js';
import type { AgentPerformance } from '../../src/agent/performance.js';
import type { StoredEvent } from '../../src/events/schema.js';
import type { QueryResult, Series } from '../../src/query/types.js';
import type { Database } from '../../src/store/database.js';
import type { Tracker } from '../../src/tracker.js';
import { collect } from './tracker.js';

const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/** What the version that wrote a stored database answered of it. */
export interface StoredAnswers {
  readonly records: number;
  /** The moment of `pastPerformances`. */
  readonly past: number;
  readonly performances: Readonly<Record<string, AgentPerformance>>;
  readonly pastPerformances: Readonly<Record<string, AgentPerformance>>;
  readonly events: readonly StoredEvent[];
  readonly log: readonly TrackerOutput[];
  readonly series: Series;
}

/** What the version answered that wrote a stored database with foundations. */
export interface FoundedAnswers {
  /** Where everything begins that is kept. */
  readonly horizon: number;
  /** The moment of `pastPerformances`. */
  readonly past: number;
  readonly performances: Readonly<Record<string, AgentPerformance>>;
  readonly pastPerformances: Readonly<Record<string, AgentPerformance>>;
  readonly byAgent: QueryResult;
  readonly byProject: QueryResult;
  readonly series: Series;
  readonly recommendations: readonly Recommendation[];
  readonly events: readonly StoredEvent[];
  readonly log: readonly TrackerOutput[];
}

/** @param format of the states in its foundations */
export async function foundedAnswers(format: number): Promise<FoundedAnswers> {
  return JSON.parse(await fixture(`foundations-${format}.expected.json.gz`)) as FoundedAnswers;
}

/** Puts a stored database of an older format where there is none. Leaves it closed. */
export function putStoredDatabase(db: Database, format: number): Promise<void> {
  return putStored(db, `format-${format}`);
}

/** Puts a stored database where there is none. Leaves it closed. */
export async function putStored(db: Database, name: string): Promise<void> {
  const lines = (await fixture(`${name}.jsonl.gz`)).trim().split('\n');
  const puts = lines.map((line) => {
    const [key, value] = JSON.parse(line) as [string, string];
    const entry = { key: Buffer.from(key, 'base64'), value: Buffer.from(value, 'base64') };
    return { type: 'put' as const, ...entry, ...BINARY };
  });
  await db.open();
  await db.batch(puts, { ...BINARY, sync: false });
  await db.close();
}

/** Stored databases are of the same events. */
export async function storedAnswers(): Promise<StoredAnswers> {
  return JSON.parse(await fixture('format-1.expected.json.gz')) as StoredAnswers;
}

/** What does not depend on policies, which came later. */
function figures({ standing: _standing, ...rest }: AgentPerformance | Record<string, never>) {
  return asOfToday(rest);
}

/** What a tie tells: scores that differ in how they were computed alone are ties since. */
const EVIDENCE = ['pValue', 'adjustedPValue', 'slopeInterval', 'threshold'];

/** An earlier version's answer without what is computed otherwise since: values of trends count to twelve digits. */
export function asOfToday<Value>(answer: Value): Value {
  return JSON.parse(
    JSON.stringify(answer, (key, one: unknown) => {
      if (EVIDENCE.includes(key)) return undefined;
      if (typeof one !== 'number' || Number.isInteger(one)) return one;
      return Math.abs(one) < 1e-12 ? 0 : Number(one.toPrecision(6));
    }),
  ) as Value;
}

/** As of a past moment a trend is as it is since the moment when that came about; it was the next event or tick. */
export function withoutSince<Value>(answer: Value): Value {
  return JSON.parse(JSON.stringify(answer, (key, one) => (key === 'since' ? undefined : one))) as Value;
}

/** Expects a tracker to say what the version said that wrote the database. */
export async function expectStoredAnswers(tracker: Tracker, expected: StoredAnswers): Promise<void> {
  expect(await collect(tracker.events())).toEqual(expected.events);
  expect((await collect(tracker.log())).slice(0, expected.log.length)).toEqual(expected.log);
  for (const [agentId, performance] of Object.entries(expected.performances)) {
    expect(figures((await tracker.performance(agentId)) ?? {})).toMatchObject(figures(performance));
    const past = await tracker.performance(agentId, expected.past);
    const expectedPast = withoutSince(expected.pastPerformances[agentId] ?? {});
    expect(figures(past ?? {})).toMatchObject(figures(expectedPast));
  }
  // Where a series begins that nobody gave a beginning has changed since.
  const { from, to } = expected.series;
  const series = await tracker.series({ agentId: 'bob', metric: 'quality', every: '7d', from, to });
  expect(asOfToday(series)).toMatchObject(asOfToday(expected.series));
}

async function fixture(name: string): Promise<string> {
  return gunzipSync(await readFile(new URL(`../fixtures/${name}`, import.meta.url))).toString();
}
