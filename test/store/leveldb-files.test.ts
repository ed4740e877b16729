import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/store.js';
import type { Store } from '../../src/store/types.js';
import { inTemporaryDirectory } from './support/places.js';
import { appendEvents, collect, range } from './support/records.js';

const OPTIONS = { durability: 'process' } as const;

let place: Awaited<ReturnType<typeof inTemporaryDirectory>>;
beforeEach(async () => {
  place = await inTemporaryDirectory();
});
afterEach(() => place.remove());

describe('a database that somebody else holds', () => {
  const locked = () => ({
    name: 'TenureError',
    code: 'TENURE_LOCKED',
    message: expect.stringContaining(place.path),
  });

  test('is refused to a second handle, and free when the first is closed', async () => {
    const first = await openStore(place.database(), OPTIONS);
    await expect(openStore(place.database(), OPTIONS)).rejects.toMatchObject(locked());
    await appendEvents(first, 1);
    await first.close();
    const second = await openStore(place.database(), OPTIONS);
    expect(second.lastSeq).toBe(1);
    await second.close();
  });

  test('is refused to a second process', async () => {
    const program = `
      import { Level } from 'level';
      const db = new Level(process.argv[1]);
      await db.open();
      process.stdout.write('open');
      process.stdin.on('end', () => db.close()).resume();
    `;
    const other = spawn(process.execPath, ['--input-type=module', '-e', program, place.path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exited = once(other, 'exit');
    try {
      await once(other.stdout, 'data');
      await expect(openStore(place.database(), OPTIONS)).rejects.toMatchObject(locked());
    } finally {
      other.stdin.end();
      await exited;
    }
    await (await openStore(place.database(), OPTIONS)).close();
  });

  test('is released when it is refused for what it holds', async () => {
    const db = new Level(place.path);
    await db.put('theirs', 'precious');
    await db.close();
    await expect(openStore(place.database(), OPTIONS)).rejects.toMatchObject({ code: 'TENURE_CORRUPT' });
    await db.open();
    expect(await db.get('theirs')).toBe('precious');
    await db.close();
  });

  test('that cannot be opened for another reason is TENURE_STORAGE, with the cause', async () => {
    await writeFile(join(place.path, 'file'), '');
    const opening = openStore(new Level(join(place.path, 'file', 'db')), OPTIONS);
    await expect(opening).rejects.toMatchObject({ code: 'TENURE_STORAGE', cause: expect.any(Error) });
  });
});

describe("damage to LevelDB's own files", () => {
  const COMMITS = 20;
  const RECORDS = 256;

  test('a log that was cut off, as by a power cut, ends with a whole commit', async () => {
    await fill();
    const log = await file('.log');
    await truncate(log, Math.floor((await readFile(log)).length * 0.7));
    const store = await openStore(place.database(), OPTIONS);
    expect(store.lastSeq).toBeGreaterThan(0);
    expect(store.lastSeq).toBeLessThan(COMMITS * RECORDS);
    expect(store.lastSeq % RECORDS).toBe(0);
    expect((await collect(store.replay(0))).map(({ seq }) => seq)).toEqual(range(1, store.lastSeq));
    expect(await collect(store.timeline({}))).toHaveLength(store.lastSeq);
    const lost = `event-${store.lastSeq + 1}`;
    expect(await store.seqsOf([`event-${store.lastSeq}`, lost])).toEqual([store.lastSeq, undefined]);
    await appendEvents(store, 1);
    await store.close();
  });

  test('a commit that the log lost in the middle is reported with its first sequence number', async () => {
    await fill();
    await flipMiddle(await file('.log'));
    const store = await openStore(place.database(), OPTIONS);
    expect(store.lastSeq).toBe(COMMITS * RECORDS);
    const { seq, records } = await readUntilDamage(store);
    expect(records).toBe(seq - 1);
    expect((seq - 1) % RECORDS).toBe(0);
    await store.close();
  });

  test('a table with a flipped bit is reported by whoever reads it', async () => {
    await fill();
    // Opening it turns the log into a table.
    await (await openStore(place.database(), OPTIONS)).close();
    await flipMiddle(await file('.ldb'));
    const store = await openStore(place.database(), OPTIONS);
    const { seq, records } = await readUntilDamage(store);
    expect(records).toBe(seq - 1);
    expect(await store.read(seq - 1)).toMatchObject({ seq: seq - 1 });
    await expect(store.read(seq)).rejects.toMatchObject({ code: 'TENURE_CORRUPT', seq });
    await store.close();
  });

  async function fill(): Promise<void> {
    const store = await openStore(place.database(), OPTIONS);
    for (let commit = 0; commit < COMMITS; commit += 1) await appendEvents(store, RECORDS);
    await store.close();
  }

  async function file(extension: string): Promise<string> {
    const names = (await readdir(place.path)).filter((name) => name.endsWith(extension));
    expect(names).not.toHaveLength(0);
    return join(place.path, names.sort().at(-1)!);
  }

  async function flipMiddle(path: string): Promise<void> {
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(path, bytes);
  }

  async function readUntilDamage(store: Store): Promise<{ seq: number; records: number }> {
    let records = 0;
    const reading = (async () => {
      for await (const _ of store.replay(0)) records += 1;
    })();
    const error = await reading.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'TENURE_CORRUPT', seq: expect.any(Number) });
    return { seq: (error as { seq: number }).seq, records };
  }
});
