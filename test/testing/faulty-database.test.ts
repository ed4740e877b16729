import { MemoryLevel } from 'memory-level';
import { beforeEach, describe, expect, it } from 'vitest';
import { FaultyDatabase, flipBit, truncate, vanish } from '../../src/testing/index.js';
import { clockAt } from '../support/tracker.js';

const TEXT = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const;
const EIO = { code: 'EIO' };

const clock = clockAt();
let db: FaultyDatabase;
beforeEach(async () => {
  db = new FaultyDatabase(new MemoryLevel(), { clock });
  await db.open();
});

async function write(key: string, value = 'value'): Promise<void> {
  await db.batch([{ type: 'put', key, value, ...TEXT }], { ...TEXT, sync: true });
}

async function read(...keys: string[]) {
  return await db.getMany<string, string>(keys, TEXT);
}

async function all(): Promise<[string, string][]> {
  const iterator = db.iterator<string, string>({ ...TEXT, reverse: false, limit: -1 });
  const entries: [string, string][] = [];
  for (let chunk = await iterator.nextv(1); chunk.length > 0; chunk = await iterator.nextv(1))
    entries.push(...chunk);
  await iterator.close();
  return entries;
}

describe('a faulty database', () => {
  it('is the database that it was made of while nothing is planned', async () => {
    await write('a');
    await write('b');
    await db.clear({ keyEncoding: 'utf8', gte: 'b', lte: 'b' });
    await db.batch([{ type: 'del', key: 'a', keyEncoding: 'utf8' }], { ...TEXT, sync: false });
    await write('c');
    expect(await read('a', 'b', 'c')).toEqual([undefined, undefined, 'value']);
    expect(await all()).toEqual([['c', 'value']]);
    expect(db.written.map(({ kind, sync }) => [kind, sync])).toEqual([
      ['batch', true],
      ['batch', true],
      ['clear', false],
      ['batch', false],
      ['batch', true],
    ]);
    expect(db.lookups).toBe(3);
    await db.close();
    expect(db.status).toBe('closed');
  });

  it('fails the next write, or one later, or several, and goes on', async () => {
    db.failWrites();
    await expect(write('a')).rejects.toMatchObject(EIO);
    await write('b');
    db.failWrites({ after: 1, times: 2, error: new Error('mine') });
    await write('c');
    await expect(write('d')).rejects.toThrow('mine');
    await expect(db.clear({ keyEncoding: 'utf8', gte: 'a', lte: 'z' })).rejects.toThrow('mine');
    await write('e');
    expect((await all()).map(([key]) => key)).toEqual(['b', 'c', 'e']);
  });

  it('stores a write and fails it all the same', async () => {
    db.failWrites({ stored: true });
    await expect(write('a')).rejects.toMatchObject(EIO);
    expect(await read('a')).toEqual(['value']);
  });

  it('fails look-ups and iterators', async () => {
    await write('a');
    db.failReads();
    await expect(read('a')).rejects.toMatchObject(EIO);
    db.failReads({ after: 1 });
    await expect(all()).rejects.toMatchObject(EIO);
    expect(await read('a')).toEqual(['value']);
  });

  it('fails to open and to close', async () => {
    db.failClosing();
    await expect(db.close()).rejects.toMatchObject(EIO);
    db.failOpening({ times: 2 });
    await expect(db.open()).rejects.toMatchObject(EIO);
    await expect(db.open()).rejects.toMatchObject(EIO);
    await db.open();
    expect(db.status).toBe('open');
  });

  it('gives back damaged values, and the sound ones when it is healed', async () => {
    await write('!states!a', 'aaaa');
    await write('!states!b', 'bbbb');
    await write('!index!a', 'cccc');
    db.corrupt('states', vanish);
    db.corrupt((key) => Buffer.from(key).toString() === '!index!a');
    expect(await read('!states!a', '!index!a')).toEqual([undefined, 'ccbc']);
    expect(await all()).toEqual([['!index!a', 'ccbc']]);
    db.heal();
    db.corrupt('states', truncate);
    expect(await read('!states!a')).toEqual(['aa']);
    db.heal();
    expect(await all()).toHaveLength(3);
    expect(flipBit(new Uint8Array())).toEqual(new Uint8Array());
  });

  it('is full once there is no room, until it is healed', async () => {
    db.fillUp(12);
    await write('a');
    await write('b');
    await expect(write('c')).rejects.toMatchObject({ code: 'ENOSPC' });
    db.heal();
    await write('c');
    expect(await all()).toHaveLength(3);
  });

  it('is slow on the clock that it was given, and only then', async () => {
    const order: string[] = [];
    db.slowDown(5);
    const writing = write('a').then(() => order.push('written'));
    await Promise.resolve();
    clock.increment(4);
    await new Promise((resolve) => setImmediate(resolve));
    order.push('4 ms');
    clock.increment(1);
    await writing;
    expect(order).toEqual(['4 ms', 'written']);
    expect(() => new FaultyDatabase(new MemoryLevel()).slowDown(1)).toThrow(TypeError);
  });

  it('counts the faults that have happened, by kind', async () => {
    const none = { lostWrites: 0, storedWrites: 0, fullWrites: 0, reads: 0, openings: 0, closings: 0 };
    expect(db.faults).toEqual({ ...none, damagedValues: 0 });
    db.failWrites({ times: 2 });
    await expect(write('a')).rejects.toMatchObject(EIO);
    await expect(write('a')).rejects.toMatchObject(EIO);
    db.failWrites({ stored: true });
    await expect(write('a')).rejects.toMatchObject(EIO);
    db.failReads({ after: 1 });
    db.corrupt((key) => Buffer.from(key).toString() === 'a');
    expect(await read('a', 'b')).not.toEqual(['value', undefined]);
    await expect(all()).rejects.toMatchObject(EIO);
    db.fillUp(1);
    await expect(write('b')).rejects.toMatchObject({ code: 'ENOSPC' });
    db.heal();
    await write('b');
    db.failClosing();
    await expect(db.close()).rejects.toMatchObject(EIO);
    db.failOpening();
    await expect(db.open()).rejects.toMatchObject(EIO);
    await db.open();
    expect(db.faults).toEqual({
      lostWrites: 2,
      storedWrites: 1,
      fullWrites: 1,
      reads: 1,
      openings: 1,
      closings: 1,
      damagedValues: 1,
    });
  });

  it('says what is wrong with a plan', () => {
    expect(() => db.failWrites({ after: -1 })).toThrow('Expected `after` to be a number >= 0, got -1');
    expect(() => db.failReads({ times: Number.NaN })).toThrow(
      'Expected `times` to be a number >= 0, got NaN',
    );
  });

  it('holds writes until they are released', async () => {
    const release = db.holdWrites();
    const writing = write('a');
    expect(await read('a')).toEqual([undefined]);
    release();
    await writing;
    expect(await read('a')).toEqual(['value']);
  });
});
