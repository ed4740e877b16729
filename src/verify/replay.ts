import type { Clock } from '../clock.js';
import { KEEP_ALL, type TrackerOptions } from '../options.js';
import { DEPARTMENTS } from '../runtime/departments.js';
import { decodeOutput } from '../store/codec/numbered-output.js';
import { Connection } from '../store/connection.js';
import type { Database } from '../store/database.js';
import type { Finding } from '../store/inspection/index.js';
import { outputPartsOf, partOf } from '../store/keys.js';
import {
  agentsPut,
  checkpointPut,
  droppedPut,
  formatPut,
  headPut,
  type Meta,
  type OutputsMeta,
  outputsPut,
  timelinePut,
} from '../store/meta.js';
import { Projections } from '../store/projections.js';
import { withScratch } from '../store/scratch.js';
import { stoppable } from '../store/stoppable-database.js';
import type { Projection } from '../store/types.js';
import { openHeld, type Tracker } from '../tracker.js';
import { compareDepartments, compareFigures, compareLogs } from './compare.js';
import { copyOwn, OverlayDatabase } from './overlay-database.js';

/** Agents in memory at once, of each of two trackers. */
const MAX_ACTIVE = 1_000;

/** Time stands still: a rebuild is as of the last record, adds none, and drops none. */
const FROZEN: Clock = { now: () => 0, setTimeout: () => undefined, clearTimeout: () => undefined };

const UNTOUCHED = { clock: FROZEN, retention: KEEP_ALL } as const;

export interface ReplayParts {
  readonly db: Database;
  /** Aborted, nothing is read or written any more. */
  readonly signal: AbortSignal | undefined;
  readonly meta: Meta;
  readonly options: TrackerOptions;
  /** Whether it is known that roll-ups are damaged: it need not be named again. */
  readonly areRollupsNamed: boolean;
  /** Told how many records were replayed. */
  readonly onReplayed: (seq: number) => void;
  readonly onCompared: (agents: number, total: number) => void;
}

/** Rebuilds everything from the journal in a scratch database, and compares its answers with those of what is stored. */
export async function* compareWithReplay(parts: ReplayParts): AsyncGenerator<Finding, void> {
  const findings: Finding[] = [];
  let kept: Projection | undefined;
  let made: Projection | undefined;
  const compare = (rebuilt: Tracker) =>
    withScratch(async (scratch) => {
      await copyOwn(parts.db, scratch);
      const { checkpoint, dropped } = parts.meta;
      if (checkpoint > dropped.seq && !(await departmentsIn(scratch))) findings.push(DEPARTMENTS_LOST);
      await withTracker(
        parts,
        scratch,
        () => {},
        async (stored) => {
          // What is damaged is made anew when somebody asks: it is named all the same.
          const listening = stored.actor.on('snapshot.rebuilt', ({ agentId, reason: message }) => {
            if (agentId === '*' && !parts.areRollupsNamed)
              findings.push({ part: 'rollups', message, repairable: true });
          });
          for await (const finding of compareFigures(stored, rebuilt, parts.onCompared))
            findings.push(finding);
          listening.unsubscribe();
          const settled = replayedFrom(parts.meta);
          for await (const finding of compareLogs(stored, rebuilt, settled)) findings.push(finding);
        },
      );
      kept = await departmentsIn(scratch);
    });
  await withRebuilt(parts, compare, async (scratch) => {
    made = await departmentsIn(scratch);
  });
  yield* findings;
  const difference = compareDepartments(kept, made);
  if (difference) yield difference;
}

const DEPARTMENTS_LOST: Finding = {
  part: 'projections',
  message: 'The departments are missing or damaged',
  repairable: true,
};

/** The departments as a tracker left them. */
async function departmentsIn(scratch: Database): Promise<Projection | undefined> {
  const connection = await Connection.open(scratch, { sync: false });
  return await new Projections(connection).load(DEPARTMENTS, Number.MAX_SAFE_INTEGER);
}

/** The record after which a replay makes every output again: before it they were made by other rules, or dropped. */
export function replayedFrom({ outputs, dropped }: Meta): number {
  return Math.max(outputs?.settled ?? 0, dropped.seq);
}

/**
 * Lends a tracker that knows nothing but the journal.
 *
 * @param afterwards gets the database that it left behind
 */
export function withRebuilt(
  parts: Omit<ReplayParts, 'onCompared' | 'areRollupsNamed'>,
  use: (rebuilt: Tracker) => Promise<void>,
  afterwards: (scratch: Database) => Promise<void> = async () => {},
): Promise<void> {
  return withScratch(async (scratch) => {
    const { head, dropped } = parts.meta;
    const outputs = await copySettled(parts.db, scratch, replayedFrom(parts.meta));
    const puts = [
      formatPut(),
      headPut(head),
      checkpointPut(0),
      // Not known: so it begins with what stands in for the records that were dropped.
      agentsPut(dropped.seq > 0 ? undefined : 0),
      ...(dropped.seq > 0 ? [droppedPut(dropped)] : []),
      outputsPut(outputs),
      // Nobody asks this one for events in time: they need not be counted.
      timelinePut({ seq: head.lastSeq, counts: [] }),
    ];
    await scratch.batch(puts, { keyEncoding: 'buffer', valueEncoding: 'buffer', sync: false });
    await withTracker(parts, scratch, parts.onReplayed, use);
    await afterwards(scratch);
  });
}

/** What was announced by other rules than those in force: a replay takes it from the log. */
async function copySettled(db: Database, scratch: Database, settled: number): Promise<OutputsMeta> {
  let last: Buffer | undefined;
  await copyOwn(db, scratch, (key) => {
    const place = partOf(key) === 'outputs' ? outputPartsOf(key) : undefined;
    if (place === undefined || place.seq > settled) return false;
    last = key;
    return true;
  });
  const connection = await Connection.open(scratch, { sync: false });
  const value = last && (await connection.get('Reading outputs', last));
  const no = last && value && decodeOutput(last, value)?.no;
  return { count: no ?? 0, ...(outputPartsOf(last ?? NO_KEY) ?? { seq: 0, position: 0 }), settled };
}

const NO_KEY = Buffer.alloc(0);

async function withTracker(
  { db, signal, options }: Pick<ReplayParts, 'db' | 'signal' | 'options'>,
  scratch: Database,
  onRead: (seq: number) => void,
  use: (tracker: Tracker) => Promise<void>,
): Promise<void> {
  const overlay = stoppable(new OverlayDatabase(db, scratch, onRead), signal);
  const tracker = await openHeld(overlay, { ...options, ...UNTOUCHED, maxActiveAgents: MAX_ACTIVE });
  try {
    await use(tracker);
  } finally {
    await tracker.close();
  }
}

/** Writes every snapshot and everything else that is derived from the journal anew, in the database itself. */
export async function rebuildInPlace(db: Database, options: TrackerOptions): Promise<void> {
  const tracker = await openHeld(db, { ...options, ...UNTOUCHED });
  await tracker.close();
}
