import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { expect, test } from 'vitest';
import { CopyOnWriteDatabase } from '../../src/store/copy-on-write-database.js';
import type { BatchOperation, Database, Encoding } from '../../src/store/database.js';
import { entriesOf } from '../store/support/raw.js';

const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

type Content = Buffer | string;

// Few and short, so that they meet; some with bytes above 0x7f, which sort otherwise as texts than as bytes.
const anyText = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '😀', '\uffff'),
  minLength: 1,
  maxLength: 2,
});
const anyBytes = fc
  .uint8Array({ min: 0xe0, max: 0xff, minLength: 1, maxLength: 2 })
  .map((bytes) => Buffer.from(bytes));
const anyKey: fc.Arbitrary<Content> = fc.oneof(anyText, anyBytes);
const anyValue: fc.Arbitrary<Content> = fc.oneof(fc.string({ maxLength: 3 }), anyBytes);
const anyEncoding = fc.constantFrom<Encoding>('buffer', 'utf8');

const anyWrite = fc.oneof(
  fc.record({ type: fc.constant('put' as const), key: anyKey, value: anyValue }),
  fc.record({ type: fc.constant('del' as const), key: anyKey }),
);
type Write = typeof anyWrite extends fc.Arbitrary<infer T> ? T : never;

const anyRange = fc.record({ gte: fc.option(anyBytes), lte: fc.option(anyText) });
const anyStep = fc.oneof(
  fc.record({
    kind: fc.constant('batch' as const),
    writes: fc.array(anyWrite, { minLength: 1, maxLength: 6 }),
  }),
  fc.record({ kind: fc.constant('clear' as const), gte: anyText, lte: anyText }),
  fc.record({ kind: fc.constant('get' as const), keys: fc.array(anyText), valueEncoding: anyEncoding }),
  fc.record({
    kind: fc.constant('iterate' as const),
    range: anyRange,
    reverse: fc.boolean(),
    limit: fc.integer({ min: -1, max: 6 }),
    size: fc.integer({ min: 1, max: 4 }),
    keyEncoding: anyEncoding,
    valueEncoding: anyEncoding,
    /** Written once the iterator is there: it does not see it. */
    meanwhile: fc.array(anyWrite, { maxLength: 3 }),
  }),
);
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

function encodingOf(content: Content): Encoding {
  return typeof content === 'string' ? 'utf8' : 'buffer';
}

async function write(db: Database, writes: readonly Write[]): Promise<void> {
  const operations = writes.map((one): BatchOperation<Content, Content> => {
    const keyEncoding = encodingOf(one.key);
    return one.type === 'del'
      ? { ...one, keyEncoding }
      : { ...one, keyEncoding, valueEncoding: encodingOf(one.value) };
  });
  if (operations.length > 0) await db.batch(operations, { ...BINARY, sync: false });
}

/** What a database answers to a step. */
async function answer(db: Database, step: Step): Promise<unknown> {
  if (step.kind === 'batch') return await write(db, step.writes);
  if (step.kind === 'clear') {
    return await db.clear<string>({ keyEncoding: 'utf8', gte: step.gte, lte: step.lte });
  }
  if (step.kind === 'get') {
    const { keys, valueEncoding } = step;
    return await db.getMany<string, Content>(keys, { keyEncoding: 'utf8', valueEncoding });
  }
  const { range, keyEncoding, size, meanwhile, ...options } = step;
  const bound = (key: Content | null) =>
    key === null ? undefined : keyEncoding === 'utf8' ? key.toString() : Buffer.from(key);
  const [gte, lte] = [bound(range.gte), bound(range.lte)];
  const iterator = db.iterator<Content, Content>({
    ...options,
    keyEncoding,
    ...(gte !== undefined && { gte }),
    ...(lte !== undefined && { lte }),
  });
  await write(db, meanwhile);
  const found = [];
  for (let some = await iterator.nextv(size); some.length > 0; some = await iterator.nextv(size)) {
    found.push(...some);
  }
  await iterator.close();
  return found;
}

test('a database that is copied on write answers as one that is written to, and leaves its base alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWrite, { maxLength: 20 }), fc.array(anyStep), async (before, steps) => {
      const [base, scratch, twin] = [new MemoryLevel(), new MemoryLevel(), new MemoryLevel()];
      await write(base, before);
      await write(twin, before);
      const untouched = await entriesOf(base);
      const db = new CopyOnWriteDatabase(base, scratch);
      await db.open();
      for (const step of steps) expect(await answer(db, step)).toEqual(await answer(twin, step));
      expect(await entriesOf(db)).toEqual(await entriesOf(twin));
      expect(await entriesOf(base)).toEqual(untouched);
      await db.close();
      expect([base.status, scratch.status, db.status]).toEqual(['closed', 'closed', 'closed']);
    }),
    { numRuns: 400 },
  );
});

test('many entries are cleared, and what comes after a long row of removed ones is found', async () => {
  const [base, scratch] = [new MemoryLevel(), new MemoryLevel()];
  const key = (n: number) => String(n).padStart(4, '0');
  await write(
    base,
    Array.from({ length: 1_000 }, (_, n) => ({ type: 'put', key: key(n), value: `${n}` })),
  );
  const db = new CopyOnWriteDatabase(base, scratch);
  await db.open();
  await db.clear<string>({ keyEncoding: 'utf8', gte: key(1), lte: key(998) });
  const last = db.iterator<string, string>({
    keyEncoding: 'utf8',
    valueEncoding: 'utf8',
    lte: key(998),
    reverse: true,
    limit: 1,
  });
  expect(await last.nextv(1)).toEqual([['0000', '0']]);
  expect(await last.nextv(1)).toEqual([]);
  await last.close();
  expect((await entriesOf(db)).map(([found]) => found.toString())).toEqual(['0000', '0999']);
  expect(await entriesOf(base)).toHaveLength(1_000);
  await db.close();
});

test('what it is a copy of has to be there: the scratch database is not even opened', async () => {
  const base = new MemoryLevel();
  await base.close();
  base.open = async () => {
    throw new Error('somebody holds it');
  };
  const scratch = new MemoryLevel();
  await scratch.close();
  await expect(new CopyOnWriteDatabase(base, scratch).open()).rejects.toThrow('somebody holds it');
  expect(scratch.status).toBe('closed');
});
