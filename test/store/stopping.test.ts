import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../src/policy/index.js';
import type { Database } from '../../src/store/database.js';
import { type VerifyOptions, verifyDatabase } from '../../src/verify/verify.js';
import { testPolicy } from '../../src/what-if.js';
import { answersOf, furnish } from '../verify/company.js';
import { deleteRaw, entriesOf } from './support/raw.js';

/** A database of a company whose snapshots and outputs are damaged, which is to be repaired in many steps. */
async function damaged(): Promise<MemoryLevel> {
  const db = new MemoryLevel();
  await furnish(db, true);
  await db.open();
  for (const part of ['ids', 'outputs', 'directory'] as const) {
    await deleteRaw(db, (await entriesOf(db, part))[1]![0]);
  }
  return db;
}

/** Aborts a signal at the n-th use of a database. */
function abortedAt(db: Database, use: number): { readonly db: Database; readonly signal: AbortSignal } {
  const controller = new AbortController();
  let uses = 0;
  const watched = new Proxy(db, {
    get(target, name) {
      if (['getMany', 'iterator', 'batch'].includes(String(name)) && ++uses === use)
        controller.abort('enough');
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { db: watched, signal: controller.signal };
}

const ABORTED = { code: 'TENURE_ABORTED', cause: 'enough' };

describe('a signal', () => {
  it('stops a verification wherever it has got to', async () => {
    for (const use of [1, 2, 5, 10, 20, 50, 100]) {
      const { db, signal } = abortedAt(await damaged(), use);
      await expect(verifyDatabase({ db, signal })).rejects.toMatchObject(ABORTED);
    }
  });

  it('stops a repair wherever it has got to, and the next one repairs the rest', async () => {
    const sound = new MemoryLevel();
    await furnish(sound, true);
    const expected = await answersOf(sound);
    for (const use of [60, 100, 140, 180, 220]) {
      const base = await damaged();
      const { db, signal } = abortedAt(base, use);
      await expect(verifyDatabase({ db, signal, repair: true })).rejects.toMatchObject(ABORTED);
      expect(await verifyDatabase({ db: base, repair: true })).toMatchObject({ ok: true, findings: [] });
      expect(await answersOf(base)).toEqual(expected);
    }
  });

  it('stops the test of a policy', async () => {
    for (const use of [1, 2, 3]) {
      const { db, signal } = abortedAt(await damaged(), use);
      await expect(testPolicy(defaultPolicy(), { db, signal })).rejects.toMatchObject(ABORTED);
    }
  });

  it('is checked to be one', async () => {
    const signal = {} as AbortSignal;
    const refusal = { code: 'TENURE_INVALID_OPTIONS', path: 'options.signal' };
    const options: VerifyOptions = { db: new MemoryLevel(), signal };
    await expect(verifyDatabase(options)).rejects.toMatchObject(refusal);
    await expect(testPolicy(defaultPolicy(), options)).rejects.toMatchObject(refusal);
  });
});
