import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Line, MAX_LINE_BYTES, openInput } from '../../src/cli/input.js';
import { temporaryDirectory } from './harness.js';

const never = new AbortController().signal;

async function all(lines: AsyncIterable<Line>): Promise<Line[]> {
  const result: Line[] = [];
  for await (const line of lines) result.push(line);
  return result;
}

async function linesOf(...chunks: readonly (string | Buffer)[]): Promise<Line[]> {
  const { lines } = await openInput('-', Readable.from(chunks.map((chunk) => Buffer.from(chunk))), never);
  return all(lines);
}

describe('reading lines', () => {
  it('numbers lines from 1, with either kind of line end, and keeps blank ones', async () => {
    expect(await linesOf('one\r\n\ntwo\nthree')).toEqual([
      { number: 1, text: 'one' },
      { number: 2, text: '' },
      { number: 3, text: 'two' },
      { number: 4, text: 'three' },
    ]);
  });

  it('does not invent a line after the last line end', async () => {
    expect(await linesOf('one\n')).toHaveLength(1);
    expect(await linesOf('')).toEqual([]);
  });

  it('puts lines together from chunks, even when a character is cut in two', async () => {
    const bytes = Buffer.from('größe\nzwei');
    expect((await linesOf(...Array.from(bytes, (byte) => Buffer.of(byte)))).map(({ text }) => text)).toEqual([
      'größe',
      'zwei',
    ]);
  });

  it('tells gzip by its first bytes, even when they come one at a time', async () => {
    const packed = gzipSync('one\ntwo\n');
    const bytes = Array.from(packed, (byte) => Buffer.of(byte));
    expect((await linesOf(...bytes)).map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('reads files that were compressed in several parts', async () => {
    const parts = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]);
    expect((await linesOf(parts)).map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('gives up a line that is too long, with its number, and goes on with the next', async () => {
    const long = Buffer.alloc(MAX_LINE_BYTES + 1, 'x');
    expect(await linesOf('one\n', long, '\nthree\n')).toEqual([
      { number: 1, text: 'one' },
      { number: 2, problem: `longer than 1 MiB (${MAX_LINE_BYTES + 1} bytes)` },
      { number: 3, text: 'three' },
    ]);
  });

  it('accepts a line of exactly the allowed length', async () => {
    const [line] = await linesOf(Buffer.alloc(MAX_LINE_BYTES, 'x'), '\n');
    expect(line?.text).toHaveLength(MAX_LINE_BYTES);
  });

  it('keeps only counting while an endless line of a gzip bomb goes by', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MAX_LINE_BYTES, 'x'));
    const before = process.memoryUsage().arrayBuffers;
    expect(await linesOf(bomb)).toEqual([
      { number: 1, problem: `longer than 1 MiB (${64 * MAX_LINE_BYTES} bytes)` },
    ]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(48 * MAX_LINE_BYTES);
  });

  it('names a line that is not UTF-8', async () => {
    expect(await linesOf(Buffer.from([0xff, 0xfe, 0x0a]), 'two')).toEqual([
      { number: 1, problem: 'not UTF-8' },
      { number: 2, text: 'two' },
    ]);
  });

  it('skips a byte order mark', async () => {
    expect(await linesOf('\ufeff{}\n')).toEqual([{ number: 1, text: '{}' }]);
  });

  it('says after which line a damaged archive broke off', async () => {
    const packed = gzipSync('one\ntwo\n');
    await expect(linesOf(packed.subarray(0, packed.length - 9))).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/^reading failed after line \d+: /),
    });
  });

  it('knows how far it has got in a file', async () => {
    const file = join(await temporaryDirectory(), 'events.jsonl');
    await writeFile(file, 'one\ntwo\n');
    const input = await openInput(file, Readable.from([]), never);
    expect(input.bytes).toBe(8);
    expect(await all(input.lines)).toHaveLength(2);
    expect(input.bytesRead()).toBe(8);
  });

  it('says that a file is missing or a directory before anything else happens', async () => {
    const directory = await temporaryDirectory();
    await expect(openInput(join(directory, 'none'), Readable.from([]), never)).rejects.toMatchObject({
      code: 'INPUT',
    });
    await expect(openInput(directory, Readable.from([]), never)).rejects.toMatchObject({ code: 'INPUT' });
  });
});
