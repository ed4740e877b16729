import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { TrackerOptions } from '../../src/options.js';
import { defaultPolicy } from '../../src/policy/index.js';
import { layered } from '../../src/scoring/index.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { singleWindow } from '../../src/windows/single-window.js';
import { entriesOf, type RawEntry } from '../store/support/raw.js';
import { putStored } from '../support/stored-fixture.js';
import { clockAt } from '../support/tracker.js';
import { jsonLines, someEvents } from './events.js';
import { temporaryDirectory, tenure } from './harness.js';

/** Commands that only look. */
const LOOKS: readonly (readonly string[])[] = [
  ['report'],
  ['report', '--agent', 'ada'],
  ['agents'],
  ['query', '--group-by', 'agent'],
  ['query', '--metric', 'quality'],
  ['transitions'],
  ['decide'],
  ['dead-letters'],
];

/** Long ago: of now, every window is empty. */
const END = Date.UTC(2025, 2, 10);
const EVENTS = someEvents() as PerformanceEventInput[];

type Ending = 'closed' | 'killed' | 'killed before its first snapshots';

/** The database of a program that went through some days long ago, and how that ended. */
async function company(
  options: TrackerOptions = {},
  {
    ending = 'closed',
    look = async () => {},
  }: { ending?: Ending; look?: (tracker: Tracker) => unknown } = {},
): Promise<string> {
  const directory = await temporaryDirectory();
  const [path, killed] = [join(directory, 'db'), join(directory, 'killed')];
  const open = () => openTracker({ path, clock: clockAt(END), ...options });
  if (ending !== 'killed before its first snapshots') {
    await using before = await open();
    await before.recordAll(EVENTS.slice(0, 30));
  }
  await using tracker = await open();
  await tracker.recordAll(EVENTS);
  await look(tracker);
  if (ending === 'closed') return path;
  // What a killed process leaves behind: the operating system has all of it, and no snapshot says so.
  await cp(path, killed, { recursive: true });
  return killed;
}

/** All entries of a database, which is left as it is on the disk. */
async function contents(path: string): Promise<RawEntry[]> {
  const copy = join(await temporaryDirectory(), 'copy');
  await cp(path, copy, { recursive: true });
  const db = new Level(copy);
  await db.open();
  const entries = await entriesOf(db);
  await db.close();
  return entries;
}

const ownStrategies: TrackerOptions = { strategies: { quality: { ...layered(), name: 'mine' } } };
const OTHERS: Record<string, TrackerOptions> = {
  'the same rules': {},
  'another policy': { policy: defaultPolicy({ promotion: { quality: 8 } }) },
  'other windows': { windows: ['2d', '5d'], minDataPoints: 2 },
  'other strategies': ownStrategies,
  'other rules of hiring': { hiring: { window: '21d' } },
};

/** Where temporary files lie for one test. */
async function temporaryFiles(): Promise<string> {
  const directory = join(await temporaryDirectory(), 'tmp');
  await mkdir(directory);
  vi.stubEnv('TMPDIR', directory);
  return directory;
}
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a command that only looks', () => {
  describe.each(Object.entries(OTHERS))('at a database of a program with %s', (_, options) => {
    it.each(['closed', 'killed'] as const)(
      'changes no entry of it, nor leaves anything behind (%s)',
      async (ending) => {
        const db = await company(options, { ending });
        const before = await contents(db);
        const scratch = await temporaryFiles();
        // Brought to the real time a tracker writes more.
        for (const argv of [['agents'], ...LOOKS.map((look) => [...look, '--clock', 'system'])]) {
          const { code, stderr } = await tenure([...argv, '--db', db]);
          if (argv[0] !== 'dead-letters') expect(code, stderr).toBe(0);
          expect(await readdir(scratch)).toEqual([]);
        }
        vi.unstubAllEnvs();
        expect(await contents(db)).toEqual(before);
      },
    );
  });

  it.each(['format-1', 'format-2', 'foundations-5'])(
    'leaves a database of an older format in it: %s',
    async (name) => {
      const db = join(await temporaryDirectory(), 'db');
      await putStored(new Level(db), name);
      const before = await contents(db);
      const policy = join(await temporaryDirectory(), 'policy.json');
      await writeFile(policy, '{ "promotion": { "quality": 8 } }');
      for (const argv of [['agents'], ['dead-letters'], ['policy', 'test', policy], ['export', '-']]) {
        expect(await tenure([...argv, '--db', db])).toMatchObject({ code: 0, stderr: '' });
      }
      expect(await contents(db)).toEqual(before);
    },
  );

  it('shows how far it is on a terminal, while agents are rebuilt for other rules', async () => {
    const db = await company({ policy: defaultPolicy({ promotion: { quality: 8 } }) });
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 600));
    const shown = await tenure(['agents', '--db', db], { terminal: true });
    expect(shown.stderr).toMatch(/opening: \d+ records? read/);
    expect(shown.stdout).not.toContain('opening');
    const piped = await tenure(['agents', '--db', db]);
    expect(piped.stderr).not.toContain('opening');
  });

  it('leaves nothing behind when it fails, or is stopped at any moment', async () => {
    const db = await company(ownStrategies, { ending: 'killed' });
    const before = await contents(db);
    const scratch = await temporaryFiles();
    const unknown = await tenure(['report', '--agent', 'eve', '--db', db]);
    expect(unknown.stderr).toContain('tenure: NO_AGENT');
    expect(await readdir(scratch)).toEqual([]);
    let stopped = 0;
    for (let turns = 1; turns < 200; turns = Math.ceil(turns * 1.3)) {
      const controller = new AbortController();
      const running = tenure(['report', '--db', db, '--clock', 'system'], { signal: controller.signal });
      for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      controller.abort();
      const { code, stderr } = await running;
      if (code !== 0) {
        stopped++;
        expect(stderr).toMatch(/^(note: [^\n]+\n)?tenure: INTERRUPTED: stopped\n$/);
      }
      expect(await readdir(scratch)).toEqual([]);
    }
    expect(stopped).toBeGreaterThan(5);
    vi.unstubAllEnvs();
    expect(await contents(db)).toEqual(before);
  });

  it('says where it has no room for a scratch database, and leaves the database free', async () => {
    const db = await company();
    const nowhere = join(await temporaryDirectory(), 'none');
    vi.stubEnv('TMPDIR', nowhere);
    const { code, stdout, stderr } = await tenure(['agents', '--db', db]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^tenure: TENURE_STORAGE: Making a scratch database in [^\n]*none failed[^\n]*ENOENT[^\n]*\n$/,
    );
    vi.unstubAllEnvs();
    expect((await tenure(['agents', '--db', db])).code).toBe(0);
  });

  it.each([
    ['multiWindow', OTHERS['other windows']],
    ['singleWindow', { strategies: { window: singleWindow({ window: '3d', minDataPoints: 2 }) } }],
  ])('shows what the program itself shows, in its own windows (%s)', async (_, options) => {
    let [agents, ada]: unknown[] = [];
    const look = async (tracker: Tracker) => {
      agents = await tracker.agents();
      ada = await tracker.performance('ada');
    };
    const db = await company(options, { look });
    const listed = await tenure(['agents', '--json', '--db', db]);
    expect({ ...listed, stdout: JSON.parse(listed.stdout) }).toEqual({
      code: 0,
      stdout: plain(agents),
      stderr: '',
    });
    const report = await tenure(['report', '--agent', 'ada', '--json', '--db', db]);
    expect(JSON.parse(report.stdout).performance).toEqual(plain(ada));
    expect((await tenure(['dead-letters', '--db', db])).stdout).toBe('No dead letters.\n');
  });

  it('says to people that the rules are not those of the program, and what they can do', async () => {
    const db = await company(OTHERS['another policy']);
    const { code, stdout, stderr } = await tenure(['agents', '--json', '--db', db]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(2);
    expect(stderr).toMatch(
      /^note: the database was written under [^\n]+ default#\w{12}, [^\n]+ with --policy;[^\n]+\n$/,
    );
    const file = join(await temporaryDirectory(), 'policy.json');
    await writeFile(file, '{ "promotion": { "quality": 8 } }');
    expect((await tenure(['agents', '--db', db, '--policy', file])).stderr).toBe('');
    const mine = await company(ownStrategies, { ending: 'killed before its first snapshots' });
    const { stderr: other } = await tenure(['agents', '--db', mine]);
    expect(other).toMatch(
      /^note: the database was written under [^\n]+ mine#[^\n]+: its windows or strategies differ[^\n]+\n$/,
    );
    expect(other).not.toContain('--policy');
  });

  it('takes a policy that needs a window of the program', async () => {
    const thresholds = { window: '5d' };
    const db = await company({ ...OTHERS['other windows'], policy: defaultPolicy(thresholds) });
    const file = join(await temporaryDirectory(), 'policy.json');
    await writeFile(file, JSON.stringify(thresholds));
    expect(await tenure(['agents', '--db', db, '--policy', file])).toMatchObject({ code: 0, stderr: '' });
    const usual = await tenure(['agents', '--db', await company(), '--policy', file]);
    expect(usual).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`POLICY: ${file}: `),
    });
  });
});

describe('a command that writes', () => {
  const WRITERS: readonly (readonly string[])[] = [
    ['replay', '-'],
    ['simulate', '--days', '1'],
    ['decide', 'promotion-1-ada', 'approved', '--by', 'grace'],
    ['dead-letters', '--retry'],
  ];

  it.each([
    ['another policy', /with --policy;/],
    ['other windows', /: its windows or strategies differ, use the program that owns it\n$/],
    ['other strategies', /: its windows or strategies differ, use the program that owns it\n$/],
    ['other rules of hiring', /by other rules \(option hiring\): use the program that owns it\n$/],
  ])('is refused the database of a program with %s, before anything is written', async (which, hint) => {
    const db = await company(OTHERS[which], { ending: 'killed before its first snapshots' });
    const before = await contents(db);
    for (const argv of WRITERS) {
      const { code, stdout, stderr } = await tenure([...argv, '--db', db], { stdin: jsonLines(EVENTS) });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^tenure: OTHER_RULES: [^\n]+\n$/);
      expect(stderr).toMatch(hint);
    }
    expect(await contents(db)).toEqual(before);
  });

  it('writes under the policy that it is given', async () => {
    const db = await company(OTHERS['another policy']);
    const file = join(await temporaryDirectory(), 'policy.json');
    await writeFile(file, '{ "promotion": { "quality": 8 } }');
    const more = [{ type: 'agent.hired', agentId: 'eve', at: '2025-03-11T00:00:00Z' }];
    const replayed = await tenure(['replay', '-', '--db', db, '--policy', file], { stdin: jsonLines(more) });
    expect(replayed).toMatchObject({ code: 0, stderr: '' });
    const { stdout, stderr } = await tenure(['agents', '--json', '--db', db, '--policy', file]);
    expect({ agents: JSON.parse(stdout).length, stderr }).toEqual({ agents: 3, stderr: '' });
  });
});

/** As JSON says it. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
