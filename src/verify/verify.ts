import { z } from 'zod';
import { hiringLayout } from '../department/options.js';
import { isTenureError } from '../errors.js';
import { resolveOptions, type TrackerOptions } from '../options.js';
import { argument, signalArgument } from '../query/arguments.js';
import { hostError } from '../runtime/host.js';
import { layoutsIn } from '../runtime/layouts.js';
import { holding } from '../store/claims.js';
import { Connection } from '../store/connection.js';
import type { Database } from '../store/database.js';
import { existingDatabaseIn } from '../store/existing-directory.js';
import { type Finding, type Inspection, inspect } from '../store/inspection/index.js';
import { ROLLUP_PARTS } from '../store/inspection/rollups.js';
import { type Meta, openMeta } from '../store/meta.js';
import { stoppable, throwIfStopped, unlessStopped } from '../store/stoppable-database.js';
import { openUpgraded } from '../store/store.js';
import { unchanged } from '../store/unchanged.js';
import { needsNoRules, repairFinders, repairFindings } from './repair.js';
import { compareWithReplay } from './replay.js';

export type { Finding } from '../store/inspection/index.js';

/** How far a verification has got. */
export interface VerifyProgress {
  /** Reading the records of the journal, replaying them, comparing agents, repairing. */
  readonly phase: 'reading' | 'replaying' | 'comparing' | 'repairing';
  readonly done: number;
  readonly total: number;
}

/** The options that the database is used with, so that its states can be compared with a replay. */
export interface VerifyOptions extends TrackerOptions {
  /**
   * Whether to make again what can be made from the journal. Default false: the database is left as it is. With other
   * windows, strategies or another policy than the database was made with, only what finds records is repaired, and a
   * note says why: all else would be made to say something else than it said.
   */
  readonly repair?: boolean;
  readonly onProgress?: (progress: VerifyProgress) => void;
  /**
   * Aborted, it stops soon, and rejects with `TENURE_ABORTED`. A repair that is stopped leaves the database no worse than
   * it was, and is to be run again.
   */
  readonly signal?: AbortSignal;
}

export interface VerifyReport {
  /** Whether nothing is wrong, or nothing any more. */
  readonly ok: boolean;
  /** Records of the journal, the last one's sequence number. */
  readonly records: number;
  readonly events: number;
  /** That the journal knows of, whether or not their states were saved yet. */
  readonly agents: number;
  /** Events are kept of times from here on, epoch milliseconds; 0 as long as none was dropped. */
  readonly keptFrom: number;
  /** What is wrong, and still is after a repair. */
  readonly findings: readonly Finding[];
  /** What was wrong, and was repaired. */
  readonly repaired: readonly Finding[];
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
}

/**
 * Reads a whole database, compares every entry with what the journal says it should be, rebuilds every agent from the
 * journal in a scratch database, and compares every answer. Nobody else may have the database open.
 *
 * @throws TenureError `TENURE_LOCKED`, `TENURE_STORAGE` (also when there is no database), `TENURE_INVALID_OPTIONS`,
 * `TENURE_ABORTED`; damage is not thrown, it is what the report says
 */
export async function verifyDatabase(options: VerifyOptions = {}): Promise<VerifyReport> {
  const { repair, onProgress, signal, ...trackerOptions } = argument(verifySchema, options, 'options');
  const resolved = resolveOptions(trackerOptions);
  return await unlessStopped(signal, () =>
    holding(resolved, existingDatabaseIn, async (db) => {
      const parts = {
        signal,
        options: trackerOptions,
        layout: resolved.layout,
        hiring: hiringLayout(resolved.hiring),
        onProgress: guarded(onProgress, signal),
      };
      const verify = (db: Database) => verified({ ...parts, db: stoppable(db, signal) }, repair);
      try {
        return await (repair ? verify(db) : unchanged(db, verify));
      } finally {
        await db.close();
      }
    }),
  );
}

async function verified(parts: Parts, repair: boolean): Promise<VerifyReport> {
  const found = await examine(parts);
  if (!repair) return reportOf(found, []);
  const all = new Map<string, Finding>();
  let left = found;
  // What is repaired may bring to light what it hid: the figures are compared once the outputs are sound.
  for (let round = 0; round < ROUNDS && canRepair(left); round++) {
    parts.onProgress({ phase: 'repairing', done: round, total: ROUNDS });
    for (const finding of left.findings) all.set(finding.message, finding);
    const { findings, otherRules } = left;
    await (otherRules === undefined
      ? repairFindings({ ...parts, findings })
      : repairFinders({ ...parts, findings }));
    left = await examine(parts);
  }
  for (const { message } of left.findings) all.delete(message);
  return reportOf(withRefusal(left), [...all.values()]);
}

function canRepair({ findings, otherRules }: Examined): boolean {
  return findings.some((finding) => (otherRules === undefined ? finding.repairable : needsNoRules(finding)));
}

/** Says why something that can be repaired was not. */
function withRefusal(examined: Examined): Examined {
  const { findings, notes, otherRules } = examined;
  if (otherRules === undefined || !findings.some(({ repairable }) => repairable)) return examined;
  const refusal = `Nothing was repaired but what finds records: the rest is to be made again for ${otherRules.theirs}, and these options are for ${otherRules.ours}; repair it with the options that the database is opened with`;
  return { ...examined, notes: [...notes, refusal] };
}

/** What is not said here is for the tracker. */
const verifySchema = z.looseObject({
  repair: z.boolean().default(false),
  onProgress: z
    .custom<(progress: VerifyProgress) => void>((value) => typeof value === 'function', 'expected a function')
    .default(() => () => {}),
  signal: signalArgument.optional(),
});

function guarded(
  onProgress: (progress: VerifyProgress) => void,
  signal: AbortSignal | undefined,
): typeof onProgress {
  return (progress) => {
    throwIfStopped(signal);
    try {
      onProgress(progress);
    } catch (error) {
      throw hostError('onProgress', error);
    }
  };
}

/** Repairs before what is still wrong is reported as it is. */
const ROUNDS = 3;

interface Parts {
  readonly db: Database;
  readonly signal: AbortSignal | undefined;
  readonly options: TrackerOptions;
  readonly layout: string;
  readonly hiring: string;
  readonly onProgress: (progress: VerifyProgress) => void;
}

/** Something was made by other rules than those that are given. */
interface OtherRules {
  readonly what: string;
  readonly theirs: string;
  readonly ours: string;
}

interface Examined {
  readonly meta: Meta | undefined;
  /** What something was made with, when that is not what the options are for. */
  readonly otherRules: OtherRules | undefined;
  readonly agents: number;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

async function examine(parts: Parts): Promise<Examined> {
  const connection = await Connection.open(parts.db, { sync: false });
  try {
    const meta = await openUpgraded(connection);
    const { lastSeq: total } = meta.head;
    const onRead = (done: number) => parts.onProgress({ phase: 'reading', done, total });
    const inspection = await inspect(connection, meta, onRead);
    const { findings, agents } = inspection;
    const otherRules = await otherRulesIn(connection, meta, parts);
    const reason = whyNotCompared(inspection, otherRules);
    if (reason !== undefined) return { meta, otherRules, agents, findings, notes: [reason] };
    const areRollupsNamed = findings.some(({ part }) => ROLLUP_PARTS.includes(part));
    const more = await compared(parts, meta, areRollupsNamed);
    return { meta, otherRules, agents, findings: [...findings, ...more], notes: [] };
  } catch (error) {
    if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
    const seq = error.seq === undefined ? {} : { seq: error.seq };
    const finding = { part: 'meta', message: error.message, repairable: false, ...seq };
    const meta = await openMeta(connection).catch(() => undefined);
    return { meta, otherRules: undefined, agents: meta?.agents ?? 0, findings: [finding], notes: [] };
  }
}

/** A rebuild needs the whole journal, and the windows and strategies that the states were made with. */
function whyNotCompared(
  { findings, isJournalSound }: Inspection,
  otherRules: OtherRules | undefined,
): string | undefined {
  if (!isJournalSound) return 'The figures were not compared with a replay: the journal is damaged';
  if (findings.some(({ part }) => part === 'foundations'))
    return 'The figures were not compared with a replay: the foundations, which it begins with, are damaged';
  // Recovery takes from the log what was announced.
  if (findings.some(({ part }) => part === 'outputs'))
    return 'The figures were not compared with a replay: the outputs are damaged';
  if (otherRules === undefined) return undefined;
  const { what, theirs, ours } = otherRules;
  return `The figures were not compared with a replay: ${what} for ${theirs}, not for ${ours}`;
}

/** Where an opening with other options was broken off, not everything is made with the same. */
async function otherRulesIn(
  connection: Connection,
  meta: Meta,
  { layout, hiring }: Pick<Parts, 'layout' | 'hiring'>,
): Promise<OtherRules | undefined> {
  const theirs = (await layoutsIn(connection, meta)).find((one) => one !== layout);
  if (theirs !== undefined) return { what: 'the states were made', theirs, ours: layout };
  if (meta.head.lastSeq === 0 || meta.hiring === undefined || meta.hiring === hiring) return undefined;
  return { what: 'hiring was signalled', theirs: meta.hiring, ours: hiring };
}

async function compared(
  { db, signal, options, onProgress }: Parts,
  meta: Meta,
  areRollupsNamed: boolean,
): Promise<Finding[]> {
  const { lastSeq: total } = meta.head;
  const findings: Finding[] = [];
  const comparison = compareWithReplay({
    db,
    signal,
    meta,
    options,
    areRollupsNamed,
    onReplayed: (done) => onProgress({ phase: 'replaying', done, total }),
    onCompared: (done, total) => onProgress({ phase: 'comparing', done, total }),
  });
  for await (const finding of comparison) findings.push(finding);
  return findings;
}

function reportOf({ meta, agents, findings, notes }: Examined, repaired: readonly Finding[]): VerifyReport {
  return {
    ok: findings.length === 0,
    records: meta?.head.lastSeq ?? 0,
    events: meta?.head.events ?? 0,
    agents,
    keptFrom: meta?.dropped.horizon ?? 0,
    findings: findings.map(plain),
    repaired: repaired.map(plain),
    notes,
  };
}

/** Without what only a repair needs. */
function plain({ part, message, seq, agentId, repairable }: Finding): Finding {
  return {
    part,
    message,
    repairable,
    ...(seq !== undefined && { seq }),
    ...(agentId !== undefined && { agentId }),
  };
}
