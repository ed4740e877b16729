import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../../src/tracker.js';
import { dayRange, hired, work } from '../department/support.js';
import { jsonLines, someEvents } from './events.js';
import { temporaryDirectory, tenure, widthOf } from './harness.js';

async function recorded(): Promise<string> {
  const db = join(await temporaryDirectory(), 'db');
  await tenure(['replay', '-', '--db', db], { stdin: jsonLines(someEvents()) });
  return db;
}

describe('tenure agents', () => {
  it('lists agents by name, and shows what is not known as such', async () => {
    const { code, stdout } = await tenure(['agents', '--db', await recorded()]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ada +lab +promotable +9 +0 +100 % +10\.0 +→ +→ +→\n/);
    expect(stdout).toMatch(/alan +lab +promotable +6 +3 +67 %/);
    expect(stdout).toContain('2 agents as of 2025-03-09 12:00 UTC.');
  });

  it('filters, limits, and says how many it left out', async () => {
    const db = await recorded();
    const { stdout } = await tenure(['agents', '--db', db, '--limit', '1']);
    expect(stdout).toContain('… and 1 more');
    expect((await tenure(['agents', '--db', db, '--department', 'none'])).stdout).toBe('No agents.\n');
    expect(
      JSON.parse((await tenure(['agents', '--db', db, '--standing', 'departed', '--json'])).stdout),
    ).toEqual([]);
  });

  it('looks as of the last recorded moment, or as of the real time', async () => {
    const db = await recorded();
    const [then] = JSON.parse((await tenure(['agents', '--db', db, '--json'])).stdout);
    expect(then).toMatchObject({
      asOf: Date.UTC(2025, 2, 9, 12),
      overallQualityScore: { status: 'ok', count: 9 },
    });
    const [now] = JSON.parse((await tenure(['agents', '--db', db, '--json', '--clock', 'system'])).stdout);
    expect(now.overallQualityScore).toMatchObject({ status: 'insufficient_data', count: 0 });
    expect(now.lifetime).toEqual(then.lifetime);
  });
});

describe('tenure report', () => {
  it('describes the company, and names what nothing feeds', async () => {
    const { code, stdout } = await tenure(['report', '--db', await recorded()]);
    expect(code).toBe(0);
    expect(stdout).toContain('2 agents as of 2025-03-09 12:00 UTC\nStandings: 2 promotable\n');
    expect(stdout).toMatch(/nothing feeds: cost, tokens, tool calls, collaboration\n/);
    expect(stdout).toMatch(/nothing feeds: criteria, cost efficiency, code review, evaluation, peer\n/);
    expect(widthOf(stdout)).toBeLessThanOrEqual(100);
  });

  it('describes one agent, with what every figure rests on', async () => {
    const { code, stdout } = await tenure(['report', '--db', await recorded(), '--agent', 'alan']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^alan: lab\nStanding promotable as of 2025-03-09 12:00 UTC\n/);
    expect(stdout).toMatch(/success rate +63 % \(8\) +67 % \(9\) +67 % \(9\)\n/);
    expect(stdout).toMatch(/cost a task +– \(0 of 5\) +– \(0 of 5\) +– \(0 of 5\)\n/);
    expect(stdout).toMatch(/completion time +4\.0 h \(8\)/);
    expect(stdout).toMatch(
      /too little data: cost a task \(none\), tokens a task \(none\), collaboration \(none\)\n/,
    );
    expect(widthOf(stdout)).toBeLessThanOrEqual(100);
  });

  it('gives machines all of it', async () => {
    const db = await recorded();
    const company = JSON.parse((await tenure(['report', '--db', db, '--json'])).stdout);
    expect(company).toMatchObject({
      agents: 2,
      standings: { promotable: 2 },
      departments: [{ department: 'lab' }],
    });
    const agent = JSON.parse((await tenure(['report', '--db', db, '--json', '--agent', 'ada'])).stdout);
    expect(agent.performance).toMatchObject({ agentId: 'ada', lifetime: { tasksCompleted: 9 } });
  });

  it.each([
    ['report'],
    ['query'],
    ['query', '--metric', 'quality'],
    ['transitions'],
    ['decide'],
    ['dead-letters'],
  ])('says that nobody is called so: %s %s', async (...argv) => {
    expect(await tenure([...argv, '--db', await recorded(), '--agent', 'eve\n'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tenure: NO_AGENT: no agent is called "eve\\n"\n',
    });
  });
});

describe('tenure transitions', () => {
  it('lists turns with their evidence, the latest last', async () => {
    const { code, stdout } = await tenure(['transitions', '--db', await recorded()]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ada +quality +7d +– ▸ → +0\.00 +1\.000 +5\n/);
    expect(widthOf(stdout)).toBeLessThanOrEqual(100);
  });

  it('filters and pages, by lines of JSON too', async () => {
    const db = await recorded();
    const all = await tenure(['transitions', '--db', db, '--json']);
    const lines = all.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(6);
    const quality = await tenure([
      'transitions',
      '--db',
      db,
      '--json',
      '--metric',
      'quality',
      '--agent',
      'ada',
      '--window',
      '7d',
    ]);
    expect(
      quality.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(
      lines.filter(
        ({ metric, agentId, window }) => metric === 'quality' && agentId === 'ada' && window === '7d',
      ),
    );
    const latest = await tenure(['transitions', '--db', db, '--json', '--limit', '2']);
    expect(
      latest.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(lines.slice(-2));
    const next = await tenure(['transitions', '--db', db, '--json', '--limit', '2', '--after', '0']);
    expect(
      next.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(lines.slice(0, 2));
    const table = await tenure(['transitions', '--db', db, '--limit', '2']);
    expect(table.stdout).toContain(`2 transitions shown, ${lines.length - 2} before them`);
  });
});

describe('an event that a strategy failed on', () => {
  it('is shown with its reason, in the company’s report and in the agent’s', async () => {
    const db = join(await temporaryDirectory(), 'db');
    const quality = {
      name: 'layered',
      score: () => {
        throw new Error('the judge is out');
      },
    };
    const clock = new SimulatedClock();
    clock.set(1_000_000);
    const tracker = await openTracker({ path: db, clock, strategies: { quality } });
    await tracker.record({ id: 'e-1', type: 'task.completed', agentId: 'ada', taskId: 't', at: 1_000_000 });
    await tracker.close();
    const expected = '1 event left out, because a strategy failed on it\n  e-1 of ada: ';
    expect((await tenure(['report', '--db', db])).stdout).toContain(expected);
    const ofAda = await tenure(['report', '--db', db, '--agent', 'ada']);
    expect(ofAda.stdout).toContain(expected);
    expect(ofAda.stdout).toContain('the judge is out');
  });
});

describe('every command', () => {
  it('says in one line that another process holds the database', async () => {
    const db = await recorded();
    await using tracker = await openTracker({ path: db, clock: new SimulatedClock() });
    for (const command of ['report', 'agents', 'transitions', 'simulate']) {
      const { code, stdout, stderr } = await tenure([command, '--db', db]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^tenure: TENURE_LOCKED: [^\n]+\n$/);
    }
    await tracker.flush();
  });

  it('leaves the database free, whatever happened', async () => {
    const db = await recorded();
    await tenure(['report', '--db', db, '--agent', 'nobody']);
    await tenure(['agents', '--db', db]);
    await using tracker = await openTracker({ path: db, clock: new SimulatedClock() });
    expect(await tracker.agents()).toHaveLength(2);
  });

  it('is coloured on a terminal, unless NO_COLOR says otherwise', async () => {
    const db = await recorded();
    const coloured = '\u001b[';
    expect((await tenure(['report', '--db', db], { terminal: true })).stdout).toContain(coloured);
    expect(
      (await tenure(['report', '--db', db], { terminal: true, env: { NO_COLOR: '1' } })).stdout,
    ).not.toContain(coloured);
    expect(
      (await tenure(['report', '--db', db], { terminal: true, env: { TERM: 'dumb' } })).stdout,
    ).not.toContain(coloured);
    expect((await tenure(['report', '--db', db])).stdout).not.toContain(coloured);
  });

  it('ends quietly when nobody reads any more', async () => {
    const db = await recorded();
    for (const argv of [['agents'], ['transitions', '--json'], ['report']]) {
      const stdout = new Writable({
        write(_chunk, _encoding, done) {
          done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
        },
      });
      const { code, stderr } = await tenure([...argv, '--db', db], { stdout });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
    expect((await tenure(['agents', '--db', db])).code).toBe(0);
  });

  it('stops when the user wants out', async () => {
    const db = await recorded();
    const { code, stderr } = await tenure(['report', '--db', db], { signal: AbortSignal.abort() });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'tenure: INTERRUPTED: stopped\n' });
    expect((await tenure(['agents', '--db', db])).code).toBe(0);
  });
});

describe('the signals of departments', () => {
  async function short(): Promise<string> {
    const db = join(await temporaryDirectory(), 'db');
    const events = [hired('ada', 'lab'), ...work('ada', dayRange(0, 20), 4, 2)].map((event) => ({
      ...event,
      department: 'lab',
    }));
    await tenure(['replay', '-', '--db', db], { stdin: jsonLines(events.toSorted((a, b) => a.at - b.at)) });
    return db;
  }

  it('stand among the transitions, and alone when they are asked for', async () => {
    const db = await short();
    const { stdout } = await tenure(['transitions', '--db', db, '--metric', 'hiring']);
    expect(stdout).toMatch(/^ +\d+ {2}2026-01-\d\d 00:00|08:00 +lab +hiring +14d +short of hands +\d+$/m);
    const lines = (await tenure(['transitions', '--db', db, '--json'])).stdout.trimEnd().split('\n');
    const types = lines.map((line) => JSON.parse(line).type);
    expect(types.filter((type) => type === 'hiring.recommended')).toHaveLength(1);
    expect(types).toContain('trend.changed');
    const ofAda = await tenure(['transitions', '--db', db, '--agent', 'ada']);
    expect(ofAda.stdout).not.toContain('short of hands');
  });

  it('are in the report of the company, with their reasons', async () => {
    const { stdout } = await tenure(['report', '--db', await short()]);
    expect(stdout).toMatch(/Hiring\n {2}2026-01-\d\d {2}hire: lab is short of hands with 1 agent: /);
    expect(widthOf(stdout)).toBeLessThanOrEqual(100);
  });
});
