import { MemoryLevel } from 'memory-level';
import { beforeAll, describe, expect, it } from 'vitest';
import { layered } from '../../src/scoring/index.js';
import type { TaskFacts } from '../../src/scoring/types.js';
import { createCompany, simulate } from '../../src/simulation/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { importJournal } from '../../src/transfer/import.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { entriesOf } from '../store/support/raw.js';
import { clockAt, collect, DAY, START, task } from '../support/tracker.js';

type Lines = Record<string, unknown>[];

const COMPANY = createCompany({ seed: 5, agents: 6, departments: 2, days: 90 });

/** Everything that a host can ask of the past. */
async function answers(db: MemoryLevel<Buffer, Buffer>): Promise<unknown> {
  const tracker = await openTracker({ db, clock: clockAt(0) });
  const agents = await tracker.agents();
  const found = {
    agents,
    performances: await Promise.all(agents.map(({ agentId }) => tracker.performance(agentId))),
    past: await Promise.all(
      agents.map(({ agentId }) => tracker.performance(agentId, COMPANY.midnight(20) + DAY / 3)),
    ),
    events: await collect(tracker.events()),
    log: await collect(tracker.log()),
  };
  await tracker.close();
  return found;
}

async function exportOf(db: MemoryLevel<Buffer, Buffer>): Promise<Lines> {
  // As through a file.
  return JSON.parse(JSON.stringify(await collect(exportJournal({ db }))));
}

async function lived(): Promise<MemoryLevel<Buffer, Buffer>> {
  const db = new MemoryLevel<Buffer, Buffer>();
  const clock = clockAt(0);
  const tracker: Tracker = await openTracker({ db, clock });
  await simulate(tracker, clock, COMPANY, { fromDay: 0, days: 40 });
  // Words that JSON could trip over, and time that passes without any event.
  const at = clock.now();
  await tracker.record({
    id: '\ud800\u2028"',
    type: 'agent.hired',
    agentId: 'ünï\tcode\n',
    at,
    department: 'a\nb',
    metadata: { 10: 1, 2: -0.5, z: null, __proto__x: ['é'] },
  });
  await tracker.record({ type: 'task.assigned', agentId: 'ünï\tcode\n', at, taskId: 't' });
  clock.increment(40 * DAY);
  await tracker.flush();
  await tracker.close();
  return db;
}

function idOf(line: Record<string, unknown> | undefined): string {
  return String((line as { event: { id: string } }).event.id);
}

describe('an exported journal', () => {
  let original: MemoryLevel<Buffer, Buffer>;
  let lines: Lines;
  beforeAll(async () => {
    original = await lived();
    lines = await exportOf(original);
  });

  it('has every record, in order, after a header that says how many', () => {
    const [header, ...records] = lines;
    expect(header).toEqual({ tenure: 'journal', format: 1, records: records.length });
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, i) => i + 1));
    expect(new Set(records.map(({ kind }) => kind))).toEqual(new Set(['event', 'tick']));
    expect(records.some(({ stamps }) => stamps !== undefined)).toBe(true);
  });

  it('imported, gives the same answers to everything, and exports to the very same lines', async () => {
    const copy = new MemoryLevel<Buffer, Buffer>();
    const summary = await importJournal(lines, { db: copy });
    expect(summary).toMatchObject({ records: lines.length - 1, resumed: 0 });
    expect(await exportOf(copy)).toEqual(lines);
    expect(await answers(copy)).toEqual(await answers(original));
  });

  it('imported, is whatever it is first opened with', async () => {
    const db = new MemoryLevel<Buffer, Buffer>();
    await importJournal(lines, { db });
    await db.open();
    expect((await entriesOf(db, 'meta')).map(([key]) => String(key))).not.toContain('!meta!layout');
    const windows = ['3d'];
    await (await openTracker({ db, clock: clockAt(0), windows })).close();
    expect(await verifyDatabase({ db, windows })).toMatchObject({ findings: [], notes: [] });
    expect((await verifyDatabase({ db })).notes).toEqual([expect.stringContaining('(3d;5)')]);
  });

  it('has what was taken anew, in vain or not, to be imported again', async () => {
    let isMended = false;
    const sound = layered();
    const score = (task: TaskFacts) => {
      if (task.usage || isMended) return sound.score(task);
      throw new Error('usage is missing');
    };
    const options = { clock: clockAt(START + DAY), strategies: { quality: { name: 'mine', score } } };
    const db = new MemoryLevel<Buffer, Buffer>();
    const tracker = await openTracker({ db, ...options });
    await tracker.recordAll([task(0), task(1, { usage: { cost: 1 } })]);
    expect(await tracker.retry()).toMatchObject({ retried: 1, recovered: 0 });
    isMended = true;
    expect(await tracker.retry()).toMatchObject({ retried: 1, recovered: 1 });
    const performance = await tracker.performance('ada');
    await tracker.close();
    const exported = await exportOf(db);
    expect(exported.filter(({ kind }) => kind === 'retry')).toHaveLength(2);
    const copy = new MemoryLevel<Buffer, Buffer>();
    await importJournal(exported, { db: copy });
    const again = await openTracker({ db: copy, ...options });
    expect(await again.performance('ada')).toEqual(performance);
    await again.close();
    expect(await exportOf(copy)).toEqual(exported);
  });

  it('goes only into a new database, and leaves another as it is', async () => {
    const before = await answers(original);
    await expect(importJournal(lines, { db: original })).rejects.toMatchObject({
      code: 'TENURE_STORAGE',
      message: expect.stringContaining('the database holds records already'),
    });
    expect(await answers(original)).toEqual(before);
  });

  it('half imported, is opened by nothing, and is brought to its end by the same lines', async () => {
    const copy = new MemoryLevel<Buffer, Buffer>();
    const broken = function* () {
      yield* lines.slice(0, 1_500);
      throw new Error('the pipe broke');
    };
    await expect(importJournal(broken(), { db: copy })).rejects.toThrow('the pipe broke');
    const refusal = {
      code: 'TENURE_CORRUPT',
      message: expect.stringContaining('An import into this database did not come to its end'),
    };
    await expect(openTracker({ db: copy })).rejects.toMatchObject(refusal);
    await expect(collect(exportJournal({ db: copy }))).rejects.toMatchObject(refusal);
    const other = lines.with(7, { ...lines[7], now: 1 + Number(lines[6]?.now) });
    await expect(importJournal(other, { db: copy })).rejects.toMatchObject({
      message: 'line 8: record 7 is not the one that an earlier import brought in',
    });
    expect(await importJournal(lines, { db: copy })).toMatchObject({ resumed: 1_000 });
    expect(await answers(copy)).toEqual(await answers(original));
  });

  it('that was cut off is not taken for a whole one', async () => {
    const copy = new MemoryLevel<Buffer, Buffer>();
    await expect(importJournal(lines.slice(0, -1), { db: copy })).rejects.toMatchObject({
      message: `line ${lines.length - 1}: the export ends with record ${lines.length - 2} of ${lines.length - 1}`,
    });
    await expect(openTracker({ db: copy })).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
    await expect(importJournal([], { db: copy })).rejects.toMatchObject({
      message: 'line 0: expected the header of an export, got nothing',
    });
  });

  const event = (line: Record<string, unknown>, more: object) => ({
    ...line,
    event: { ...(line.event as object), ...more },
  });
  const wrong: [string, () => Lines, RegExp][] = [
    [
      'a header of another format',
      () => lines.with(0, { ...lines[0], format: 3 }),
      /^line 1: format: expected the header of an export of tenure, of format 1 or 2$/,
    ],
    ['no header', () => lines.slice(1), /^line 1: .*tenure/],
    ['a gap', () => lines.toSpliced(4, 1), /^line 5: expected record 4, got 5$/],
    [
      'a record too many',
      () => lines.with(0, { ...lines[0], records: 3 }),
      /^line 5: the header announced 3 records/,
    ],
    [
      'a clock that goes back',
      () => lines.with(9, { ...lines[9], now: 5 }),
      /^line 10: the clock goes back, from \d+ to 5$/,
    ],
    ['an event that is none', () => lines.with(1, event(lines[1]!, { at: 'noon' })), /^line 2: event\.at: /],
    [
      'an event with a key too many',
      () => lines.with(1, event(lines[1]!, { more: 1 })),
      /^line 2: event: .*more/,
    ],
    [
      'a time that was not normalised',
      () => lines.with(1, event(lines[1]!, { at: '2026-01-05T06:01:00Z' })),
      /^line 2: expected a line to the letter/,
    ],
    [
      'an id twice',
      () => lines.with(2, event(lines[2]!, { id: idOf(lines[1]) })),
      /^line 3: event ".*" is there already$/,
    ],
    [
      'an agent with another number',
      () => lines.with(1, { ...lines[1], agent: 9 }),
      /^line 2: expected agent 1 for ".*", got 9$/,
    ],
    ['another kind of record', () => lines.with(3, { ...lines[3], kind: 'dream' }), /^line 4: /],
    ['something else altogether', () => [...lines.slice(0, 3), 7 as never], /^line 4: /],
  ];
  for (const [what, lines, message] of wrong) {
    it(`with ${what} is refused, naming the line`, async () => {
      await expect(importJournal(lines(), { db: new MemoryLevel() })).rejects.toMatchObject({
        code: 'TENURE_INVALID_EVENT',
        message: expect.stringMatching(message),
      });
    });
  }

  it('with something that waits for ever in the place of a line is refused, and nothing waits for it', async () => {
    const never = { ...lines[3], ...Object.fromEntries([['then', () => undefined]]) };
    const target = new MemoryLevel();
    await expect(importJournal(lines.with(3, never), { db: target })).rejects.toMatchObject({
      code: 'TENURE_INVALID_EVENT',
      message: expect.stringMatching(/^line 4: /),
    });
    await target.close();
  });

  it('names the line of an event whose id came in with an earlier batch', async () => {
    const id = idOf(lines[1]);
    const at = lines.findLastIndex(({ kind }) => kind === 'event');
    const twice = lines.with(at, event(lines[at] as Record<string, unknown>, { id }));
    await expect(importJournal(twice, { db: new MemoryLevel() })).rejects.toMatchObject({
      message: `line ${at + 1}: event ${JSON.stringify(id)} is there already`,
    });
  });

  it('is not made of a database that is not there', async () => {
    await expect(collect(exportJournal({ path: '/nowhere/at-all' }))).rejects.toMatchObject({
      code: 'TENURE_STORAGE',
    });
  });
});
