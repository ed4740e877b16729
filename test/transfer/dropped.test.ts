import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { beforeAll, describe, expect, it } from 'vitest';
import { FaultyDatabase } from '../../src/testing/index.js';
import { openTracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { sealed } from '../../src/transfer/foundation-lines.js';
import { importJournal } from '../../src/transfer/import.js';
import { day, known, lived, SHORT } from '../support/dropping.js';
import { counted, reportFaults } from '../support/faults.js';
import { clockAt, collect } from '../support/tracker.js';

reportFaults('Imports');

type Line = Record<string, unknown>;

describe('an export with what stands in for dropped records', () => {
  let original: MemoryLevel;
  let lines: Line[];
  beforeAll(async () => {
    const { tracker, db } = await lived(14);
    await tracker.close();
    original = db;
    lines = JSON.parse(JSON.stringify(await collect(exportJournal({ db }))));
  });

  const open = (db: MemoryLevel) => openTracker({ db, clock: clockAt(0), ...SHORT });
  const resealed = ({ crc: _crc, ...line }: Line, more: Line): Line => sealed({ ...line, ...more });
  const at = (kind: string, nth = 0) =>
    lines.map((line, i) => (line.kind === kind ? i : -1)).filter((i) => i >= 0)[nth] as number;

  it('has everything in order: the foundations, the records that are kept, the log, and its end', () => {
    const kinds = lines.map(({ kind }) => kind ?? 'header').filter((kind, i, all) => kind !== all[i - 1]);
    const foundations = ['agent', 'piece', 'past', 'departments'];
    const records = ['event', 'tick'];
    const order = kinds.map((kind) =>
      foundations.includes(String(kind)) ? 'foundation' : records.includes(String(kind)) ? 'record' : kind,
    );
    expect(order.filter((what, i) => what !== order[i - 1])).toEqual([
      'header',
      'foundation',
      'record',
      'output',
      'end',
    ]);
    expect(lines[0]).toMatchObject({ format: 2, dropped: { horizon: day(8), agents: 3, known: 3 } });
  });

  it('goes only into a new database, and an export of something else does not go on with it', async () => {
    await expect(importJournal(lines, { db: original })).rejects.toMatchObject({ code: 'TENURE_STORAGE' });
    const { tracker, db } = await lived(12);
    await tracker.close();
    const other: Line[] = JSON.parse(JSON.stringify(await collect(exportJournal({ db }))));
    const copy = new MemoryLevel();
    await expect(importJournal(lines.slice(0, -5), { db: copy })).rejects.toThrow();
    const refusal = { message: 'line 1: this is not the export that an earlier import began with' };
    await expect(importJournal(other, { db: copy })).rejects.toMatchObject(refusal);
    const plain = { tenure: 'journal', format: 1, records: 0 };
    await expect(importJournal([plain], { db: copy })).rejects.toMatchObject(refusal);
    await importJournal(lines, { db: copy });
    const [says, should] = [await open(copy), await open(original)];
    expect(await known(says, day(8))).toEqual(await known(should, day(8)));
    await says.close();
    await should.close();
  });

  it('with a line that is damaged, gone, twice, or in the place of another is refused with its number, and nothing opens it', async () => {
    const harm = fc.constantFrom('altered', 'gone', 'twice', 'swapped');
    await fc.assert(
      fc.asyncProperty(harm, fc.nat(), fc.nat(), async (how, pick, place) => {
        const i = pick % (lines.length - 1);
        const text = JSON.stringify(lines[i]);
        const wrong: unknown[] = [...lines];
        if (how === 'gone') wrong.splice(i, 1);
        if (how === 'twice') wrong.splice(i, 0, lines[i]);
        if (how === 'swapped') [wrong[i], wrong[i + 1]] = [wrong[i + 1], wrong[i]];
        if (how === 'altered') {
          // A digit, so that it is JSON all the same. Records say of themselves what they are: see their own test.
          fc.pre(!['event', 'tick'].includes(String(lines[i]?.kind)));
          const digits = [...text.matchAll(/[0-9]/g)].map(({ index }) => index);
          const where = digits[place % digits.length] as number;
          wrong[i] = JSON.parse(
            `${text.slice(0, where)}${(Number(text[where]) % 9) + 1}${text.slice(where + 1)}`,
          );
          fc.pre(JSON.stringify(wrong[i]) !== text);
        }
        const copy = new MemoryLevel();
        await expect(importJournal(wrong, { db: copy })).rejects.toMatchObject({
          code: 'TENURE_INVALID_EVENT',
          message: expect.stringMatching(/^line \d+: /),
        });
        await expect(open(copy)).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
      }),
      { numRuns: 60 },
    );
  });

  const wrong: [string, () => Line[], RegExp][] = [
    [
      'a checksum that is wrong',
      () => lines.with(at('past'), { ...lines[at('past')], no: 2 }),
      /: it is damaged: its checksum is wrong$/,
    ],
    [
      "another agent's state",
      () => {
        const entry = { ...(lines[at('agent')]?.entry as Line), agentId: 'someone' };
        return lines.with(at('agent'), resealed(lines[at('agent')] as Line, { entry }));
      },
      /: agent 1 is not the one whose state this is$/,
    ],
    [
      'a state that is none',
      () => {
        const data = Buffer.alloc(Number(lines[at('agent')]?.bytes), 7).toString('base64');
        return lines.with(at('agent') + 1, resealed(lines[at('agent') + 1] as Line, { data }));
      },
      /: the agent that ends here is damaged$/,
    ],
    [
      'the end of the log too early',
      () => lines.with(-1, resealed(lines.at(-1) as Line, { outputs: 1 })),
      /: expected 1 outputs, got \d+$/,
    ],
    [
      'something behind its end',
      () => [...lines, lines.at(-1) as Line],
      /: the export ended before this line$/,
    ],
    [
      'more dropped than there was',
      () => {
        const dropped = { ...(lines[0]?.dropped as Line), events: 1e9 };
        return lines.with(0, resealed(lines[0] as Line, { dropped }));
      },
      /^line 1: expected numbers that fit one another$/,
    ],
  ];
  for (const [what, lines, message] of wrong) {
    it(`with ${what} is refused, naming the line`, async () => {
      await expect(importJournal(lines(), { db: new MemoryLevel() })).rejects.toMatchObject({
        code: 'TENURE_INVALID_EVENT',
        message: expect.stringMatching(message),
      });
    });
  }

  it('is imported whole by the second go when any write of the first one fails, stored or not', async () => {
    const should = await open(original);
    const answers = await known(should, day(8));
    await should.close();
    let writes = 1;
    for (let after = -1; after < writes; after++) {
      for (const stored of after < 0 ? [false] : [false, true]) {
        const memory = new MemoryLevel();
        const faulty = counted(new FaultyDatabase(memory));
        if (after >= 0) faulty.failWrites({ after, stored });
        const first = await importJournal(lines, { db: faulty }).then(
          () => 'whole',
          (error) => expect(error).toMatchObject({ code: 'TENURE_STORAGE' }),
        );
        if (after < 0) writes = faulty.written.length;
        if (first !== 'whole') {
          // Its last write may be there, and only its confirmation be lost.
          await importJournal(lines, { db: faulty }).catch((error) =>
            expect(error.message).toContain('the database holds records already'),
          );
        }
        const copy = await open(memory);
        if (after % 4 === 0) expect(await known(copy, day(8)), `write ${after}`).toEqual(answers);
        await copy.close();
      }
    }
    expect(writes).toBeGreaterThan(10);
  });
});
