import { Level } from 'level';
import { MemoryLevel } from 'memory-level';
import { describe, expect, it, vi } from 'vitest';
import type { Database } from '../../src/store/database.js';
import { writeOneBatch } from '../../src/store/one-batch.js';
import { inDirectory } from '../support/tracker.js';

const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

const key = (n: number) => Buffer.from(`k${String(n).padStart(6, '0')}`);
const puts = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    type: 'put' as const,
    key: key(n),
    value: Buffer.from(`${n}`),
    ...BINARY,
  }));

it('a batch on LevelDB gives the event loop turns while it is handed over, and is seen by nobody before it is whole', async () => {
  await inDirectory(async (path) => {
    const db = new Level<Buffer, Buffer>(path) as unknown as Database;
    await db.open();
    let now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 2));
    let turns = 0;
    let isDone = false;
    let seen: Promise<(Buffer | undefined)[]> | undefined;
    const look = () => {
      turns++;
      // What it sees is decided now; when the answer comes is up to LevelDB's threads.
      if (turns === 5) seen = db.getMany<Buffer, Buffer>([key(0), key(1)], BINARY);
      if (!isDone) setImmediate(look);
    };
    setImmediate(look);
    await writeOneBatch(db, puts(1_000), false);
    isDone = true;
    clock.mockRestore();
    expect(turns).toBeGreaterThan(15);
    expect(await seen).toEqual([undefined, undefined]);
    const ends = await db.getMany<Buffer, Buffer>([key(0), key(999)], BINARY);
    expect(ends.map(String)).toEqual(['0', '999']);
    await db.close();
  });
});

describe.each([
  ['LevelDB', (path: string) => new Level<Buffer, Buffer>(path) as unknown as Database],
  ['memory', () => new MemoryLevel<Buffer, Buffer>() as unknown as Database],
])('a batch on %s', (_name, make) => {
  it('removes and puts together, and leaves everything as it was when an entry is none', async () => {
    await inDirectory(async (path) => {
      const db = make(path);
      await db.open();
      await writeOneBatch(db, puts(3), true);
      const gone = { type: 'del' as const, key: key(0), keyEncoding: 'buffer' as const };
      const broken = { ...puts(1)[0]!, value: null as never };
      await expect(writeOneBatch(db, [gone, broken], false)).rejects.toThrow();
      expect(String(await db.getMany([key(0)], BINARY))).toBe('0');
      await writeOneBatch(db, [gone], false);
      await writeOneBatch(db, [], false);
      expect(await db.getMany([key(0)], BINARY)).toEqual([undefined]);
      await db.close();
    });
  });
});

it('a database with a batch of its own is handed all of it in one go', async () => {
  const db = new MemoryLevel<Buffer, Buffer>();
  const sizes: number[] = [];
  const { batch } = db as unknown as Database;
  Object.assign(db, {
    batch: (...[operations, options]: Parameters<Database['batch']>) => {
      sizes.push(operations.length);
      return batch.call(db, operations, options);
    },
  });
  await writeOneBatch(db as unknown as Database, puts(1_000), false);
  expect(sizes).toEqual([1_000]);
});
