import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { TrackerOutput } from '../../src/agent/outputs.js';
import { openTracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { clockAt, collect, idle, START } from '../support/tracker.js';

const RECORDER = fileURLToPath(new URL('recorder.mjs', import.meta.url));

/** What the recorder computes with. */
export const OPTIONS = { windows: ['3h', '12h'], retention: '12h' } as const;

/** Between two events of the recorder. */
const EVENT_MS = 150_000;

/** Where a recorder is killed. */
export interface Place {
  readonly phase: string;
  readonly moment: 'before' | 'during' | 'after';
}

export const PLACES: readonly Place[] = [
  { phase: 'opening', moment: 'during' },
  { phase: 'recovering', moment: 'before' },
  { phase: 'committing', moment: 'before' },
  { phase: 'committing', moment: 'during' },
  { phase: 'committing', moment: 'after' },
  { phase: 'ticking', moment: 'during' },
  { phase: 'ticking', moment: 'after' },
  { phase: 'announcing', moment: 'before' },
  { phase: 'announcing', moment: 'during' },
  { phase: 'announcing', moment: 'after' },
  { phase: 'snapshotting', moment: 'before' },
  { phase: 'snapshotting', moment: 'during' },
  { phase: 'snapshotting', moment: 'after' },
  { phase: 'retention', moment: 'before' },
  { phase: 'retention', moment: 'during' },
  { phase: 'retention', moment: 'after' },
  { phase: 'closing', moment: 'before' },
  { phase: 'closing', moment: 'during' },
  { phase: 'closing', moment: 'after' },
];

/** Where a recorder is killed that damages what derives from the journal, and asks. */
export const MENDING_PLACES: readonly Place[] = [
  { phase: 'mending', moment: 'before' },
  { phase: 'mending', moment: 'during' },
  { phase: 'mending', moment: 'after' },
];

/** Everything that recorders of one database said before they were killed. */
export class Witness {
  /** Sequence numbers by event. */
  readonly acknowledged = new Map<string, number>();
  /** Announcements, in order. */
  readonly announced: string[] = [];
  /** The next event that was not acknowledged. */
  next = 0;
  /** Parts that a recorder has damaged. */
  readonly harmed = new Set<string>();

  hear(line: string): void {
    const [what, a, b] = line.split(' ');
    if (what === '!') this.announced.push(`${a}.${b}`);
    if (what === '#') this.harmed.add(a as string);
    if (what !== '+') return;
    this.acknowledged.set(`e${a}`, Number(b));
  }
}

/**
 * Runs a recorder until it gets to a place, or acknowledged so many events, and kills it there.
 *
 * @returns the phase in which it was killed
 */
export async function killAt(
  path: string,
  witness: Witness,
  place: Place | number,
  nth = 1,
): Promise<string> {
  const target = typeof place === 'number' ? [] : [place.phase, String(nth), place.moment];
  const child = spawn(process.execPath, [RECORDER, path, String(witness.next), ...target], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const before = witness.acknowledged.size;
  let where: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    witness.hear(line);
    if (line === 'here' || line === 'elsewhere') where = line;
    const isEnough = typeof place === 'number' && witness.acknowledged.size - before >= place;
    if (where || isEnough) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  expect(signal, `killed at ${JSON.stringify(place)}`).toBe('SIGKILL');
  return typeof place === 'number' || where !== 'here' ? 'anywhere' : place.phase;
}

/**
 * Expects a database that nobody closed to hold everything that was acknowledged, once, and nothing but what a replay
 * from nothing says. Leaves it as it was.
 *
 * @returns how many events it holds
 */
export async function expectNothingLost(path: string, witness: Witness): Promise<number> {
  const copy = `${path}-copy`;
  await cp(path, copy, { recursive: true });
  await rm(`${copy}/LOCK`, { force: true });
  try {
    const report = await verifyDatabase({ path: copy, ...OPTIONS });
    // Nothing is wrong but what was damaged, and all of that can be made again.
    const wrong = report.findings.filter(({ repairable }) => !repairable || witness.harmed.size === 0);
    expect(wrong).toEqual([]);
    expect(report.notes).toEqual([]);
    if (witness.harmed.size > 0) await expectMendedOnTheWay(path);
    const tracker = await openTracker({ path: copy, clock: clockAt(0), ...OPTIONS });
    // What was being dropped goes on.
    await idle(tracker);
    const events = await collect(tracker.events());
    const seqs = new Map(events.map(({ id, seq }) => [id, seq]));
    expect(seqs.size).toBe(events.length);
    // Nothing is dropped but what is older than all that is kept.
    const { from } = await tracker.query({ metrics: ['tasksCompleted'] });
    for (const [id, seq] of witness.acknowledged) {
      const isKept = START + Number(id.slice(1)) * EVENT_MS >= from;
      expect(seqs.get(id), `event ${id}`).toBe(isKept ? seq : undefined);
    }
    expectAnnouncedOnce(await collect(tracker.log()), witness);
    await tracker.close();
    // A host goes on after the last event that is there: recording the others again would answer `duplicate`.
    witness.next = Math.max(witness.next, ...events.map(({ id }) => Number(id.slice(1)) + 1));
    return report.events;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** What is damaged is made again by whoever asks: the answers are those of a database that was repaired. */
async function expectMendedOnTheWay(path: string): Promise<void> {
  const answers: unknown[] = [];
  for (const name of ['damaged', 'repaired']) {
    const copy = `${path}-${name}`;
    await cp(path, copy, { recursive: true });
    await rm(`${copy}/LOCK`, { force: true });
    if (name === 'repaired') {
      const { ok, findings } = await verifyDatabase({ path: copy, ...OPTIONS, repair: true });
      expect(findings).toEqual([]);
      expect(ok).toBe(true);
    }
    answers.push(await everythingIn(copy));
    await rm(copy, { recursive: true, force: true });
  }
  expect(answers[0]).toEqual(answers[1]);
}

async function everythingIn(path: string) {
  const tracker = await openTracker({ path, clock: clockAt(0), ...OPTIONS });
  await idle(tracker);
  const agents = await tracker.agents();
  const { from } = await tracker.query({ metrics: ['tasksCompleted'] });
  const given = {
    agents,
    performances: await Promise.all(agents.map(({ agentId }) => tracker.performance(agentId))),
    byAgent: rounded(await tracker.query({ groupBy: 'agent' })),
    company: rounded(await tracker.query()),
    series: rounded(await tracker.series({ metric: 'quality', every: '1h' })),
    events: await collect(tracker.events({ from })),
    ofEach: await Promise.all(agents.map(({ agentId }) => collect(tracker.events({ agentId })))),
    log: await collect(tracker.log()),
  };
  await tracker.close();
  return given;
}

/** Sums of the same in any order agree so far. */
function rounded(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (_key, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(9)) : value,
  );
}

/** Nothing was announced twice, and nothing that is not in the log; every transition begins where the last one ended. */
function expectAnnouncedOnce(log: readonly TrackerOutput[], { announced }: Witness): void {
  expect(new Set(announced).size).toBe(announced.length);
  const first = log[0]?.seq ?? 0;
  const names = new Set(log.map(({ seq, position }) => `${seq}.${position}`));
  expect(names.size).toBe(log.length);
  for (const name of announced) if (Number(name.split('.')[0]) >= first) expect(names).toContain(name);
  const last = new Map<string, string>();
  for (const output of log) {
    if (output.type !== 'trend.changed') continue;
    const key = `${output.agentId} ${output.metric} ${output.window}`;
    const from = last.get(key);
    if (from !== undefined) expect(output.from, key).toBe(from);
    last.set(key, output.to);
  }
}
