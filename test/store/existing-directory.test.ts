import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultPolicy } from '../../src/policy/index.js';
import { exportJournal } from '../../src/transfer/export.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { testPolicy } from '../../src/what-if.js';
import { temporaryDirectory } from '../cli/harness.js';
import { collect } from '../support/tracker.js';

const readers: [name: string, read: (path: string) => Promise<unknown>][] = [
  ['verifyDatabase', (path) => verifyDatabase({ path })],
  ['testPolicy', (path) => testPolicy(defaultPolicy(), { path })],
  ['exportJournal', (path) => collect(exportJournal({ path }))],
];

it.each(readers)('%s makes nothing where there is no database', async (_, read) => {
  const directory = await temporaryDirectory();
  const [none, empty, file] = ['none', 'empty', 'file'].map((name) => join(directory, name)) as string[];
  await mkdir(empty as string);
  await writeFile(file as string, '');
  const refusal = (path: string | undefined, why: string) => ({
    code: 'TENURE_STORAGE',
    message: expect.stringContaining(`Opening the database at ${path} failed: ${why}`),
  });
  await expect(read(none as string)).rejects.toMatchObject(refusal(none, 'there is no database'));
  await expect(read(empty as string)).rejects.toMatchObject(refusal(empty, 'there is no database'));
  await expect(read(file as string)).rejects.toMatchObject(refusal(file, 'ENOTDIR'));
  expect(existsSync(none as string)).toBe(false);
  expect(await readdir(empty as string)).toEqual([]);
});
