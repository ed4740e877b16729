import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { jsonLines, someEvents } from './events.js';
import { temporaryDirectory, tenure, widthOf } from './harness.js';

const EVENTS = someEvents();

async function database(): Promise<string> {
  return join(await temporaryDirectory(), 'db');
}

describe('tenure replay', () => {
  it('records a file, compressed or not, and says what it found', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'events.jsonl');
    await writeFile(file, gzipSync(jsonLines(EVENTS)));
    const { code, stdout, stderr } = await tenure(['replay', file, '--db', join(directory, 'db')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('36 events read');
    expect(stdout).toContain('36 accepted, 0 duplicates, 0 rejected');
    expect(stdout).toContain('2 agents');
    expect(stdout).toContain('as of 2025-03-09 12:00 UTC');
    expect(stdout).toMatch(/lab +2 +15 +3 +83 %/);
  });

  it('finds only duplicates when it is run again, and changes nothing', async () => {
    const db = await database();
    const stdin = jsonLines(EVENTS);
    await tenure(['replay', '-', '--db', db], { stdin });
    const before = await tenure(['agents', '--db', db, '--json']);
    const again = await tenure(['replay', '-', '--db', db, '--json'], { stdin });
    expect(JSON.parse(again.stdout)).toMatchObject({ accepted: 0, duplicates: 36, rejected: 0 });
    expect((await tenure(['agents', '--db', db, '--json'])).stdout).toBe(before.stdout);
  });

  it('goes on with what was added to a file', async () => {
    const db = await database();
    await tenure(['replay', '-', '--db', db], { stdin: jsonLines(EVENTS.slice(0, 20)) });
    const { stdout } = await tenure(['replay', '-', '--db', db, '--json'], { stdin: jsonLines(EVENTS) });
    expect(JSON.parse(stdout)).toMatchObject({ read: 36, accepted: 16, duplicates: 20 });
  });

  it('gives events without an id one that is the same every time', async () => {
    const db = await database();
    const stdin = jsonLines(EVENTS.map(({ id, ...event }) => event));
    const first = await tenure(['replay', '-', '--db', db, '--json'], { stdin });
    const second = await tenure(['replay', '-', '--db', db, '--json'], { stdin });
    expect(JSON.parse(first.stdout)).toMatchObject({ accepted: 36, duplicates: 0 });
    expect(JSON.parse(second.stdout)).toMatchObject({ accepted: 0, duplicates: 36 });
  });

  it('names every line that it rejects, with the reason, and records the others', async () => {
    const [first, second] = EVENTS;
    const stdin = [
      JSON.stringify(first),
      '',
      '{"type": "task.completed"',
      JSON.stringify({ ...second, at: 'yesterday' }),
      JSON.stringify({ ...first, taskId: 'another' }),
      'null',
      JSON.stringify({ ...second, shoeSize: 42 }),
      JSON.stringify(second),
    ].join('\r\n');
    const db = await database();
    const { code, stdout } = await tenure(['replay', '-', '--db', db, '--json'], { stdin });
    const report = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(report).toMatchObject({ read: 7, accepted: 2, duplicates: 0, rejected: 5 });
    expect(report.rejections).toEqual([
      { line: 3, code: 'INVALID_LINE', reason: 'not JSON' },
      { line: 4, code: 'TENURE_INVALID_EVENT', reason: expect.stringContaining('at: expected ISO 8601') },
      { line: 5, code: 'TENURE_EVENT_CONFLICT', reason: expect.any(String) },
      { line: 6, code: 'TENURE_INVALID_EVENT', reason: expect.any(String) },
      { line: 7, code: 'TENURE_INVALID_EVENT', reason: expect.stringContaining('shoeSize') },
    ]);
  });

  it('names a bounded number of rejected lines to people', async () => {
    const { code, stdout } = await tenure(['replay', '-', '--db', await database()], {
      stdin: 'x\n'.repeat(12_000),
    });
    expect(code).toBe(0);
    expect(stdout).toContain('0 accepted, 0 duplicates, 12,000 rejected');
    expect(stdout).toContain('line 20: INVALID_LINE: not JSON');
    expect(stdout).not.toContain('line 21:');
    expect(stdout).toContain('… and 11,980 more; --json names them all');
  });

  it('shows what agents are called without letting it move the cursor or break the width', async () => {
    const agentId = `\u001b[2J\n${'漢'.repeat(120)}`;
    const stdin = jsonLines(
      EVENTS.map((event) => ({ ...event, agentId, id: `${agentId.slice(0, 9)}${event.id}` })),
    );
    const db = await database();
    const outputs = [
      await tenure(['replay', '-', '--db', db], { stdin }),
      await tenure(['agents', '--db', db]),
      await tenure(['transitions', '--db', db]),
      await tenure(['report', '--db', db]),
      await tenure(['report', '--db', db, '--agent', agentId]),
    ];
    for (const { code, stdout } of outputs) {
      expect(code).toBe(0);
      expect(stdout).not.toContain('\u001b');
    }
    expect(widthOf(outputs[1]?.stdout ?? '')).toBeLessThanOrEqual(100);
  });

  it('does not let one wrong year move the clock, and says how to allow it', async () => {
    const [first, second] = EVENTS;
    const late = { ...second, id: 'late', at: '9999-01-01T00:00:00Z' };
    const db = await database();
    const stdin = jsonLines([first, late, second]);
    const { stdout } = await tenure(['replay', '-', '--db', db, '--json'], { stdin });
    expect(JSON.parse(stdout)).toMatchObject({
      accepted: 2,
      asOf: Date.UTC(2025, 2, 1, 12),
      rejections: [{ line: 2, code: 'INVALID_LINE', reason: expect.stringContaining('--max-gap') }],
    });
    const allowed = await tenure(['replay', '-', '--db', db, '--json', '--max-gap', '36500d'], {
      stdin: jsonLines([{ ...late, at: '2029-01-01T00:00:00Z' }]),
    });
    expect(JSON.parse(allowed.stdout)).toMatchObject({ accepted: 1, asOf: Date.UTC(2029, 0, 1) });
  });

  it('does not let a refused event move the clock either', async () => {
    const [first] = EVENTS;
    const stdin = jsonLines([first, { ...first, id: 'x', at: '2025-06-01T00:00:00Z', type: 'task.eaten' }]);
    const { stdout } = await tenure(['replay', '-', '--db', await database(), '--json'], { stdin });
    expect(JSON.parse(stdout)).toMatchObject({ accepted: 1, rejected: 1, asOf: Date.UTC(2025, 2, 1, 8) });
  });

  it('refuses the future by the real clock when told to', async () => {
    const stdin = jsonLines([EVENTS[0], { ...EVENTS[1], at: '9000-01-01T00:00:00Z' }]);
    const { stdout } = await tenure(
      ['replay', '-', '--db', await database(), '--json', '--clock', 'system'],
      { stdin },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      accepted: 1,
      rejections: [{ line: 2, code: 'TENURE_FUTURE_EVENT' }],
    });
  });

  it('stops when the user wants out, even while it waits, and goes on from there', async () => {
    const db = await database();
    const controller = new AbortController();
    const stdin = new PassThrough();
    stdin.write(jsonLines(EVENTS.slice(0, 10)));
    // All that was written has been asked for, and more: the command waits.
    stdin.once('drain', () => setImmediate(() => controller.abort()));
    stdin.write('\n'.repeat(stdin.writableHighWaterMark));
    const stopped = await tenure(['replay', '-', '--db', db], { stdin, signal: controller.signal });
    expect(stopped).toMatchObject({ code: 1, stdout: '' });
    expect(stopped.stderr).toMatch(
      /^tenure: INTERRUPTED: stopped after line \d+; the same command goes on from there\n$/,
    );
    const { stdout } = await tenure(['replay', '-', '--db', db, '--json'], { stdin: jsonLines(EVENTS) });
    const { accepted, duplicates } = JSON.parse(stdout);
    expect(accepted + duplicates).toBe(EVENTS.length);
  });

  it('fails when the archive breaks off, and keeps what it had recorded', async () => {
    const db = await database();
    const packed = gzipSync(jsonLines(EVENTS));
    const { code, stderr } = await tenure(['replay', '-', '--db', db], {
      stdin: packed.subarray(0, packed.length - 10),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tenure: INPUT: reading failed after line \d+: [^\n]+\n$/);
    expect((await tenure(['agents', '--db', db, '--json'])).code).toBe(0);
  });

  it('takes an empty input for what it is', async () => {
    const db = await database();
    const { code, stdout } = await tenure(['replay', '-', '--db', db], { stdin: '' });
    expect(code).toBe(0);
    expect(stdout).toContain('0 events read');
    expect((await tenure(['report', '--db', db])).stdout).toBe('Nothing is recorded yet.\n');
    expect((await tenure(['agents', '--db', db])).stdout).toBe('No agents.\n');
    expect((await tenure(['transitions', '--db', db])).stdout).toBe('No transitions.\n');
  });
});
