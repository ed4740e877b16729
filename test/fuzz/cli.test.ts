import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/cli/errors.js';
import { MAX_LINE_BYTES, openInput } from '../../src/cli/input.js';
import { parseLine } from '../../src/cli/replay-events.js';
import { temporaryDirectory, tenure } from '../cli/harness.js';
import { noUncaughtErrors } from '../support/host-errors.js';
import { reportEffort, runs, tries } from './effort.js';
import { anyId } from './hostile.js';

const anyLine = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.constantFrom('', ' ', 'null', '[]', '{}', '[[[[', '{"type":', '\u2028', '\ufeff{}', '1e999', '"x"'),
  fc.constant('{"type":"agent.hired","agentId":"ada","at":"2026-01-01T00:00:00Z"}'),
  fc.constant(
    `{"type":"agent.hired","agentId":"ada","at":0,"metadata":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
  ),
);
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.array(anyLine, { maxLength: 8 }).map((lines) => Buffer.from(lines.join('\n'))),
);
/** As it is, compressed, or compressed and cut off or damaged. */
const anyInput = fc
  .tuple(anyBytes, fc.constantFrom('plain', 'gzip', 'cut', 'damaged'), fc.nat())
  .map(([bytes, how, at]) => {
    if (how === 'plain') return bytes;
    const packed = gzipSync(bytes);
    if (how === 'cut') return packed.subarray(0, at % packed.length);
    if (how === 'damaged') packed[at % packed.length]! ^= 0xff;
    return packed;
  });

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(source: Readable): Promise<{ lines: number; longest: number; error?: unknown }> {
  const { lines } = await openInput('-', source, new AbortController().signal);
  const found = { lines: 0, longest: 0 };
  try {
    for await (const line of lines) {
      expect(line.number).toBe(++found.lines);
      found.longest = Math.max(found.longest, line.text?.length ?? 0);
      parseLine(line);
    }
  } catch (error) {
    return { ...found, error };
  }
  return found;
}

describe('whatever is in a file to be replayed', () => {
  noUncaughtErrors();
  reportEffort('replay');

  it('is read line by line, or refused with the line up to which it was read', async () => {
    await fc.assert(
      fc.asyncProperty(anyInput, fc.integer({ min: 1, max: 64 }), async (bytes, size) => {
        tries();
        const { error } = await read(Readable.from(chunked(bytes, size)));
        if (error === undefined) return;
        expect(error).toBeInstanceOf(CliError);
        expect((error as Error).message).toMatch(/reading failed after line \d+/);
      }),
      runs(300),
    );
  });

  it('is replayed to its end, with every line accounted for', async () => {
    const db = await temporaryDirectory();
    await fc.assert(
      fc.asyncProperty(fc.array(anyLine, { maxLength: 10 }), async (lines) => {
        tries();
        const { code, stdout, stderr } = await tenure(['replay', '-', '--db', db, '--json'], {
          stdin: lines.join('\n'),
        });
        expect([code, stderr]).toEqual([0, '']);
        const { read: count, accepted, duplicates, rejected } = JSON.parse(stdout);
        expect(accepted + duplicates + rejected).toBe(count);
      }),
      runs(15),
    );
  });

  it('is never held in memory as a whole: a line without an end, and one that unpacks to a thousand times its size', async () => {
    const size = 64 * MAX_LINE_BYTES;
    const zeros = Buffer.alloc(size, 'x');
    const bomb = gzipSync(zeros);
    expect(bomb.length).toBeLessThan(size / 500);
    for (const source of [Readable.from(chunked(zeros, 65_536)), Readable.from(chunked(bomb, 1_024))]) {
      const { lines } = await openInput('-', source, new AbortController().signal);
      const found = [];
      for await (const line of lines) found.push(line);
      expect(found).toEqual([{ number: 1, problem: `longer than 1 MiB (${size} bytes)` }]);
    }
  });
});

describe('whatever the command line is called with', () => {
  noUncaughtErrors();
  reportEffort('command line');

  it('ends with 0, 1 or 2, and says why in one line when it is not 0', async () => {
    const db = await temporaryDirectory();
    const seed = '{"id":"1","type":"agent.hired","agentId":"ada","at":"2026-01-01T00:00:00Z"}';
    await tenure(['replay', '-', '--db', db], { stdin: seed });
    const word = fc.oneof(
      fc.constantFrom(
        'report',
        'agents',
        'transitions',
        'query',
        'dead-letters',
        'verify',
        'replay',
        '-',
        '--json',
        '--agent',
        'ada',
        '--metric',
        'quality',
        '--limit',
        '0',
        '-1',
        '1e9',
        '--after',
        '--help',
        '--version',
        '--department',
        '--clock',
        'system',
        '--',
        '--db',
        '/dev/null/x',
        '--max-gap',
        '1d',
        '-h',
        '--no-json',
        '--json=1',
        '--standing',
      ),
      anyId,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (argv) => {
        fc.pre(!argv.includes('simulate') && !argv.some((one) => /export|import|repair|upgrade/.test(one)));
        tries();
        const { code, stderr } = await tenure([...argv, '--db', db], { stdin: '' });
        expect([0, 1, 2]).toContain(code);
        if (code === 0) expect(stderr).toBe('');
        else expect(stderr).toMatch(/^tenure: [A-Z_]+: [^\n]*\n$/);
      }),
      runs(150),
    );
  });
});
