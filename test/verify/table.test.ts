import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import { isTenureError } from '../../src/errors.js';
import type { TrackerOptions } from '../../src/options.js';
import { layered } from '../../src/scoring/index.js';
import type { QualityScoringStrategy } from '../../src/scoring/types.js';
import { foundationPartsOf } from '../../src/store/keys.js';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { DAMAGES, entriesOf, harmRaw, putRaw, type RawEntry } from '../store/support/raw.js';
import { live } from '../support/careers.js';
import { doings, SHORT } from '../support/dropping.js';
import { counted, reportFaults } from '../support/faults.js';
import { clockAt, collect, DAY, fadingTogether, HOUR, idle, START } from '../support/tracker.js';

reportFaults('Every part of a database, damaged in each way');

/** What becomes of whoever meets damage: all as if nothing were, refused as `TENURE_CORRUPT`, or no tracker at all. */
type Outcome = 'same' | 'refused' | 'closed';

interface Row {
  /** How the keys of the entries begin. */
  readonly prefix: string;
  /** Which of the families of the foundations. */
  readonly family?: number;
  readonly of: 'kept' | 'dropped';
  readonly open: Outcome;
  readonly opening: Outcome;
  readonly isRepaired: boolean;
  /** Whether whoever is refused is told the record. */
  readonly isOfRecord?: boolean;
  /** Whether a database of an earlier version is sound without it. */
  readonly isOptional?: boolean;
}

const derived = { of: 'kept', open: 'same', opening: 'same', isRepaired: true } as const;
const TABLE: readonly Row[] = [
  { ...derived, prefix: '!meta!format', opening: 'closed', isRepaired: false },
  { ...derived, prefix: '!meta!head', opening: 'closed', isRepaired: false },
  { ...derived, prefix: '!meta!dropped', of: 'dropped', opening: 'closed', isRepaired: false },
  { ...derived, prefix: '!meta!checkpoint' },
  { ...derived, prefix: '!meta!agents' },
  { ...derived, prefix: '!meta!layout', isOptional: true },
  { ...derived, prefix: '!meta!outputs' },
  { ...derived, prefix: '!meta!timeline' },
  { ...derived, prefix: '!meta!rollups' },
  {
    ...derived,
    prefix: '!journal!',
    open: 'refused',
    opening: 'refused',
    isRepaired: false,
    isOfRecord: true,
  },
  { ...derived, prefix: '!ids!' },
  { ...derived, prefix: '!timeline!' },
  { ...derived, prefix: '!directory!' },
  { ...derived, prefix: '!states!' },
  { ...derived, prefix: '!index!' },
  { ...derived, prefix: '!outputs!' },
  { ...derived, prefix: '!projections!' },
  { ...derived, prefix: '!rollups!\u0001' },
  { ...derived, prefix: '!rollups!\u0002' },
  { ...derived, prefix: '!rollups!\u0003' },
  { ...derived, prefix: '!rollups!\u0004' },
  { ...derived, prefix: '!shelves!' },
  { ...derived, prefix: '!scopes!' },
  { ...derived, prefix: '!changes!' },
  { of: 'dropped', prefix: '!foundations!', open: 'refused', opening: 'refused', isRepaired: false },
  // The event of a dead letter.
  {
    of: 'dropped',
    prefix: '!foundations!',
    family: 3,
    open: 'refused',
    opening: 'refused',
    isRepaired: false,
    isOfRecord: true,
  },
];

type Harm = (value: Buffer, neighbour: Buffer) => Buffer | undefined;
const HARMS: Record<string, Harm> = {
  ...DAMAGES,
  'itself gone': () => undefined,
  "its neighbour's value": (_value, neighbour) => neighbour,
};

/** What lies in the two companies, and what a sound tracker answers. */
const companies = { kept: kept(), dropped: dropped() };

interface Company {
  readonly entries: readonly RawEntry[];
  readonly options: TrackerOptions;
  readonly now: number;
  readonly sound: Record<string, unknown>;
}

/** Two openings, changes of figures that are stored and not folded, and a tail that is in no snapshot. */
async function kept(): Promise<Company> {
  const db = new MemoryLevel();
  const options = { maxActiveAgents: 1 };
  const now = START + 20 * DAY;
  const events = fadingTogether({ ada: 6, bob: 4, zoë: 3 });
  const parts = [events.slice(0, 6), events.slice(6, 12), events.slice(12)];
  for (const [i, part] of parts.entries()) {
    const faulty = counted(new FaultyDatabase(db));
    const tracker = await openTracker({ db: faulty, clock: clockAt(now), ...options });
    for (const event of part) await tracker.record(event);
    if (i === 2) break;
    if (i === 1) faulty.failWrites({ after: (await writesOfClosing(db, options, now)) - 2 });
    await tracker.close().catch(() => undefined);
  }
  return remembered(db, options, now);
}

/** How many writes closing takes: the last but one folds the figures, the last removes their changes. */
async function writesOfClosing(from: MemoryLevel, options: TrackerOptions, now: number): Promise<number> {
  const faulty = counted(new FaultyDatabase(await holding(await entriesOf(from))));
  const tracker = await openTracker({ db: faulty, clock: clockAt(now), ...options });
  faulty.written.length = 0;
  await tracker.close();
  return faulty.written.length;
}

/** Two of three weeks are dropped, and a dead letter from the first day could be taken by now. */
async function dropped(): Promise<Company> {
  const db = new MemoryLevel();
  const clock = clockAt();
  const sound = layered();
  let isIll = true;
  const quality: QualityScoringStrategy = {
    name: 'ill',
    score: (facts) => {
      if (isIll && facts.taskId === 'ada-0-0') throw new Error('not yet');
      return sound.score(facts);
    },
  };
  const options = { ...SHORT, strategies: { quality } };
  const tracker = await openTracker({ db, clock, ...options });
  await live({ tracker, clock }, 0, 12, doings);
  await idle(tracker);
  const now = clock.now();
  await tracker.close();
  isIll = false;
  await db.open();
  return remembered(db, options, now);
}

async function remembered(db: MemoryLevel, options: TrackerOptions, now: number): Promise<Company> {
  const entries = await entriesOf(db);
  const tracker = await openTracker({ db: await holding(entries), clock: clockAt(now), ...options });
  const sound = Object.fromEntries(await answers(tracker));
  await tracker.close();
  return { entries, options, now, sound };
}

async function holding(entries: readonly RawEntry[]): Promise<MemoryLevel> {
  const db = new MemoryLevel();
  await db.open();
  for (const [key, value] of entries) await putRaw(db, key, value);
  // As if it lay in a directory, so that errors can say where.
  return Object.assign(db, { location: './tenure-data' });
}

/** Asks everything; what is refused as it should be answers with the error. */
async function answers(tracker: Tracker): Promise<[string, unknown][]> {
  const { from, to } = await tracker.query({ metrics: ['tasksCompleted'] }).catch(() => ({ from: 0, to: 0 }));
  const middle = from === 0 ? { from: START + HOUR + 1, to: START + 3 * DAY + HOUR + 1 } : {};
  const ids = (await tracker.agents()).map(({ agentId }) => agentId);
  const asked: [string, () => Promise<unknown>][] = [
    ['agents', () => tracker.agents()],
    ['recommendations', () => tracker.recommendations()],
    ['company', () => tracker.query()],
    ['departments', () => tracker.query({ groupBy: 'department', ...middle })],
    ['red', () => tracker.query({ department: 'red', groupBy: 'project', ...middle })],
    ['projects', () => tracker.query({ groupBy: 'project' })],
    ['by agent', () => tracker.query({ groupBy: 'agent' })],
    ['by day', () => tracker.series({ metric: 'quality', every: '1d' })],
    ['events', () => collect(tracker.events())],
    ['last events', () => collect(tracker.events({ reverse: true, limit: 3 }))],
    ['log', () => collect(tracker.log())],
    ['known', () => tracker.record(fadingTogether({ ada: 6, bob: 4, zoë: 3 })[2]!)],
    ...ids.flatMap((agentId): [string, () => Promise<unknown>][] => [
      [agentId, () => tracker.performance(agentId)],
      [`past ${agentId}`, () => tracker.performance(agentId, to - DAY)],
      [`figures of ${agentId}`, () => tracker.query({ agentId })],
      [`events of ${agentId}`, () => collect(tracker.events({ agentId }))],
    ]),
    ['dead letters', () => collect(tracker.deadLetters())],
    ['retry', () => tracker.retry()],
  ];
  const given: [string, unknown][] = [];
  for (const [name, ask] of asked) {
    const answer = await ask().catch((error: unknown) => error);
    // Of the dropped company this id is not known any more.
    const isForeign = isTenureError(answer, 'TENURE_INVALID_EVENT');
    given.push([name, isForeign ? answer.message : answer]);
  }
  return given;
}

/** What damage came to: everything is as it was, or what is not is refused with the command that shows more. */
function outcomeOf(
  given: readonly [string, unknown][],
  { sound, isOfRecord = false }: Pick<Company, 'sound'> & Pick<Row, 'isOfRecord'>,
  what: string,
): Outcome {
  let outcome: Outcome = 'same';
  for (const [name, answer] of given) {
    if (!isTenureError(answer)) {
      expect(answer, `${what}: ${name}`).toEqual(sound[name]);
      continue;
    }
    expectRefused(answer, isOfRecord, `${what}: ${name}`);
    outcome = 'refused';
  }
  return outcome;
}

function expectRefused(error: unknown, isOfRecord: boolean, what: string): void {
  expect(error, what).toMatchObject({
    code: 'TENURE_CORRUPT',
    message: expect.stringContaining('`tenure verify --db ./tenure-data` shows more'),
    ...(isOfRecord && { seq: expect.any(Number) }),
  });
}

/** An entry of a row is damaged: the middle one, or the last where the middle one means nothing. */
async function damaged({ prefix, family, of }: Row, how: Harm) {
  const { entries, options, now, sound } = await companies[of];
  const all = entries.filter(
    ([key]) =>
      key.toString('latin1').startsWith(prefix) &&
      (family === undefined || foundationPartsOf(key)?.family === family),
  );
  const at = all.length >> 1;
  const [key, value] = all[at] ?? all[0]!;
  const [, neighbour] = all[at - 1] ?? entries.find(([, other]) => !other.equals(value))!;
  const db = await holding(entries);
  const harm = async (): Promise<void> => {
    await harmRaw(db, key, how(value, neighbour));
  };
  return { db, harm, options, sound, open: () => openTracker({ db, clock: clockAt(now), ...options }) };
}

/** Repairing takes longest: each damage is repaired in every other part, and a lost entry in all; with `DAMAGES` all are. */
function isTriedToTheEnd(row: Row, what: string): boolean {
  const place = TABLE.indexOf(row) + Object.keys(HARMS).indexOf(what);
  return place % 2 === 0 || what === 'itself gone' || process.env.DAMAGES !== undefined;
}

describe.each(TABLE)('$prefix $family', (row) => {
  const { open: whileOpen, opening, isRepaired, isOfRecord = false } = row;
  test.each(Object.entries(HARMS))('with %s', async (what, how) => {
    const first = await damaged(row, how);
    const tracker = await first.open();
    await first.harm();
    const met = outcomeOf(await answers(tracker), { ...row, ...first }, `${what}, open`);
    expect(['same', whileOpen]).toContain(met);
    await tracker.close();

    const second = await damaged(row, how);
    await second.harm();
    const again = await second.open().catch((error: unknown) => error);
    if (opening === 'closed') expectRefused(again, isOfRecord, `${what}, opening`);
    else {
      const given = await answers(again as Tracker);
      expect(['same', opening]).toContain(outcomeOf(given, { ...row, ...second }, `${what}, opened`));
      await (again as Tracker).close();
    }

    const third = await damaged(row, how);
    await third.harm();
    const { db, options } = third;
    const isMissed = row.isOptional === true && what === 'itself gone';
    const repair = isTriedToTheEnd(row, what);
    const { ok, findings, repaired } = await verifyDatabase({ db, ...options, repair });
    expect([...findings, ...repaired].length > 0, what).toBe(!isMissed);
    for (const { repairable } of [...findings, ...repaired]) expect(repairable).toBe(isRepaired);
    expect(ok).toBe(isMissed || (repair && isRepaired));
    if (!ok) return;
    await db.open();
    const mended = await third.open();
    expect(outcomeOf(await answers(mended), { ...row, ...third }, `${what}, repaired`)).toBe('same');
    await mended.close();
  });
});
