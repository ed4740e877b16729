import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Example {
  readonly code: string;
  readonly prints: string;
}

/** Every `js` block, with the `text` block after it. */
function examplesIn(markdown: string): Example[] {
  const pattern = /```js\n(.*?)```\n(?:\s*prints\s*)?\n*```text\n(.*?)```/gs;
  const examples = Array.from(markdown.matchAll(pattern), ([, code = '', prints = '']) => ({ code, prints }));
  expect(examples.length, 'every js block says what it prints').toBe(markdown.split('```js\n').length - 1);
  return examples;
}

/** Runs it as a program of somebody who installed the package: `tenure` resolves to the built one. */
async function outputOf(code: string): Promise<string> {
  const directory = await mkdtemp(join(ROOT, 'test', '.example-'));
  try {
    const file = join(directory, 'example.mjs');
    await writeFile(file, code);
    const env = { ...process.env, DB: join(directory, 'db'), NO_COLOR: '1' };
    return (await promisify(execFile)(process.execPath, [file], { env })).stdout;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function pages(): Promise<string[]> {
  const docs = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => join('docs', name))];
}

describe('the documentation', async () => {
  it('names everything that is exported', async () => {
    const text = (
      await Promise.all((await pages()).map((page) => readFile(join(ROOT, page), 'utf8')))
    ).join();
    const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));
    expect(entries.length).toBeGreaterThanOrEqual(3);
    const unnamed: string[] = [];
    for (const entry of entries) {
      const names = Object.keys(await import(entry.replace('.', 'tenure')));
      unnamed.push(...names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text)));
    }
    expect(unnamed).toEqual([]);
  });

  it('leads to nothing that is not in the package', async () => {
    const { files } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const links = Array.from(readme.matchAll(/\]\((?!https?:|#)([^/#)]+)/g), ([, folder]) => folder);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((folder) => !files.includes(folder))).toEqual([]);
  });

  for (const page of await pages()) {
    const examples = examplesIn(await readFile(join(ROOT, page), 'utf8'));
    for (const [i, { code, prints }] of examples.entries()) {
      it(`prints in example ${i + 1} of ${page} what it says`, async () => {
        expect(await outputOf(code)).toBe(prints);
      });
    }
  }
});
