import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const EXAMPLES = fileURLToPath(new URL('../examples', import.meta.url));

describe('the examples', async () => {
  const files = (await readdir(EXAMPLES)).filter((name) => name.endsWith('.mjs'));

  it('each say what they print', async () => {
    const expected = (await readdir(join(EXAMPLES, 'expected'))).map((name) => name.replace('.txt', '.mjs'));
    expect(expected.sort()).toEqual(files.sort());
    expect(files.length).toBeGreaterThanOrEqual(6);
  });

  for (const file of files) {
    it(`${file} prints what it says, twice the same`, async () => {
      const expected = await readFile(join(EXAMPLES, 'expected', file.replace('.mjs', '.txt')), 'utf8');
      const env = { ...process.env, NO_COLOR: '1' };
      for (let run = 0; run < 2; run++) {
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(EXAMPLES, file)], {
          env,
        });
        expect({ stdout, stderr }).toEqual({ stdout: expected, stderr: '' });
      }
    });
  }
});
