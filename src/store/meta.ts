import { z } from 'zod';
import { pause } from './breathe.js';
import { sealJson, unsealJson } from './codec/seal.js';
import { type Connection, type Put, put, putText } from './connection.js';
import { corrupt } from './failures.js';
import { buildingKey, foundationRange, type MetaName, metaKey } from './keys.js';

/** The format of the database that this version writes. Older ones are upgraded when they are opened. */
export const FORMAT = 3;
const FORMAT_TEXT = JSON.stringify({ format: FORMAT });

const READING = 'Reading the format of the database';
const DROPPED_UNKNOWN = 'How much was dropped from the journal is not known any more';
const CREATING = 'Creating the store';

const format = z.object({ format: z.int().min(1) });
const head = z.strictObject({
  lastSeq: z.int().min(0),
  watermark: z.number().min(0),
  events: z.int().min(0),
});
const checkpoint = z.strictObject({ seq: z.int().min(0), scrubbed: z.int().min(0).optional() });
const rollups = z.strictObject({
  /** Changes of saves up to this number are in the totals. */
  folded: z.int().min(0),
  scopes: z.int().min(0),
  shelves: z.int().min(0),
  /** The last save that stored changes; earlier versions did not note it. */
  saved: z.int().min(0).optional(),
});
const agents = z.strictObject({ count: z.int().min(0).optional() });
const layout = z.strictObject({ layout: z.string().min(1), hiring: z.string().min(1).optional() });
const outputs = z.strictObject({
  count: z.int().min(0),
  seq: z.int().min(0),
  position: z.int().min(0),
  settled: z.int().min(0),
});
/** Pairs of a shelf of the timeline and how many events lie on it: there may be very many. */
const counts = z.custom<[shelf: number, events: number][]>(
  (value) => Array.isArray(value) && value.every(isCount),
);

function isCount(one: unknown): boolean {
  if (!Array.isArray(one) || one.length !== 2) return false;
  return Number.isSafeInteger(one[0]) && Number.isSafeInteger(one[1]) && one[1] >= 1;
}

const timeline = z.strictObject({ seq: z.int().min(0), counts });
export const droppedSchema = z.strictObject({
  seq: z.int().min(0),
  horizon: z.int().min(0),
  generation: z.int().min(0).max(1),
  events: z.int().min(0),
  agents: z.int().min(0),
  known: z.int().min(0),
  pointsFrom: z.int().min(0),
});
const upgrade = z.strictObject({
  from: z.int().min(1),
  seq: z.int().min(0),
  position: z.int(),
  count: z.int(),
});

/** What the journal amounts to; written with every commit, so that a journal that lost its end is noticed. */
export type Head = z.output<typeof head>;

/**
 * How many outputs there are, the position of the last one, and the record up to which they were made with other windows
 * or strategies than those in force: a replay would not make them again.
 */
export type OutputsMeta = z.output<typeof outputs>;

/** How many entries the timeline has on each shelf, as of a record of the journal. */
export type TimelineMeta = z.output<typeof timeline>;

/**
 * What was dropped from the journal: records up to `seq`, with `events` among them, all of times before `horizon` (a UTC
 * midnight, epoch milliseconds). The first `agents` agents have a foundation of that record, the first `known` a past.
 * All of these hold the data points from `pointsFrom` on: how far back the windows reached that they were made with.
 */
export type Dropped = z.output<typeof droppedSchema>;

export const NOTHING_DROPPED: Dropped = {
  seq: 0,
  horizon: 0,
  generation: 0,
  events: 0,
  agents: 0,
  known: 0,
  pointsFrom: 0,
};

/** How far the upgrade of the outputs has got: the last one that is in the new format. */
export type Upgrade = z.output<typeof upgrade>;
/** What the roll-ups amount to. */
export type RollupHead = z.output<typeof rollups>;

export interface Meta {
  /** An upgrade to {@link FORMAT} that is due, or was interrupted. */
  readonly upgrade: Upgrade | undefined;
  readonly head: Head;
  readonly checkpoint: number;
  /** Whether that is what was saved, and not all that can be said. */
  readonly isCheckpointKnown: boolean;
  /** The record up to which the journal was last looked through for events that cannot be found any more. */
  readonly scrubbed: number;
  /** How many agents the directory has, `undefined` when that is not known any more. */
  readonly agents: number | undefined;
  /**
   * What states, and outputs after those that are settled, are made with; `undefined` when that is not known: in a
   * database of an earlier version, which did not note it, or any more.
   */
  readonly layout: string | undefined;
  /** By which rules hiring is signalled; `undefined` when that is not known. */
  readonly hiring: string | undefined;
  /** Whether it was noted, and cannot be read. */
  readonly isLayoutDamaged: boolean;
  /** `undefined` when it is not known any more. */
  readonly outputs: OutputsMeta | undefined;
  /** `undefined` when it is not known any more. */
  readonly timeline: TimelineMeta | undefined;
  readonly dropped: Dropped;
  /** `undefined` when they cannot be trusted any more. */
  readonly rollups: RollupHead | undefined;
}

const EMPTY = {
  upgrade: undefined,
  head: { lastSeq: 0, watermark: 0, events: 0 },
  checkpoint: 0,
  isCheckpointKnown: true,
  scrubbed: 0,
  agents: 0,
  layout: undefined,
  hiring: undefined,
  isLayoutDamaged: false,
  outputs: { count: 0, seq: 0, position: 0, settled: 0 },
  timeline: { seq: 0, counts: [] },
  dropped: NOTHING_DROPPED,
  rollups: { folded: 0, scopes: 0, shelves: 0, saved: 0 },
} satisfies Meta;

export function headPut(value: Head): Put {
  return metaPut('head', value);
}

/** @param scrubbed the record up to which the journal was looked through, 0 for its beginning */
export function checkpointPut(seq: number, scrubbed = 0): Put {
  return metaPut('checkpoint', { seq, scrubbed });
}

export function agentsPut(count: number | undefined): Put {
  return metaPut('agents', { count });
}

export function layoutPut(value: string, hiring: string | undefined): Put {
  return metaPut('layout', { layout: value, hiring });
}

export function outputsPut(value: OutputsMeta): Put {
  return metaPut('outputs', value);
}

export function timelinePut(value: TimelineMeta): Put {
  return metaPut('timeline', value);
}

export function droppedPut(value: Dropped): Put {
  return metaPut('dropped', value);
}

export function upgradePut(value: Upgrade): Put {
  return metaPut('upgrade', value);
}

export function rollupsPut(value: RollupHead | undefined): Put {
  return metaPut('rollups', value ?? {});
}

export function formatPut(): Put {
  // Without a seal: every version to come must be able to read it.
  return putText(metaKey('format'), FORMAT_TEXT);
}

/**
 * Reads what the database is, or makes an empty one Tenure's. Refuses a newer format, a database of somebody else,
 * and one whose head is damaged. A checkpoint that is damaged reads as 0: that is always true, if slow.
 */
export async function openMeta(connection: Connection): Promise<Meta> {
  const names: MetaName[] = [
    'format',
    'upgrade',
    'head',
    'checkpoint',
    'agents',
    'outputs',
    'timeline',
    'rollups',
    'dropped',
    'import',
    'layout',
  ];
  const keys = names.map(metaKey);
  const [version, ...sealed] = await connection.getMany(READING, keys);
  if (version === undefined) return await create(connection);
  const from = checkFormat(version);
  const values = sealed.map((value, index) => value && unsealJson(keys[index + 1]!, value));
  // Schemas are compiled when they are first used.
  await pause();
  const known = head.safeParse(values[1]);
  if (!known.success)
    throw corrupt('The head of the journal is damaged: its end is not known', { cause: known.error });
  const saved = checkpoint.safeParse(values[2]).data;
  const isCheckpointKnown = saved !== undefined && saved.seq <= known.data.lastSeq;
  const gone = droppedOf(sealed[7], values[7]);
  if (sealed[7] === undefined && sealed[8] === undefined) await checkNothingDropped(connection);
  await pause();
  const made = layout.safeParse(values[9]).data;
  const counted = timeline.safeParse(values[5]).data;
  await pause();
  return {
    upgrade: upgradeDue(from, sealed[0], values[0]),
    head: known.data,
    // Without what was dropped nothing can be replayed from before that.
    checkpoint: Math.max(isCheckpointKnown ? saved.seq : 0, gone.seq),
    isCheckpointKnown,
    dropped: gone,
    scrubbed: saved?.scrubbed ?? 0,
    agents: agents.safeParse(values[3]).data?.count,
    layout: made?.layout,
    hiring: made?.hiring,
    isLayoutDamaged: sealed[9] !== undefined && made === undefined,
    outputs: outputs.safeParse(values[4]).data,
    timeline: counted,
    rollups: rollups.safeParse(values[6]).data,
  };
}

/** Whether reading what the database is leaves it as it is: it is Tenure's, and nothing is to be upgraded. */
export async function isOfPresentFormat(connection: Connection): Promise<boolean> {
  const [version, upgrade] = await connection.getMany(READING, [metaKey('format'), metaKey('upgrade')]);
  return version?.toString() === FORMAT_TEXT && upgrade === undefined;
}

function droppedOf(stored: Buffer | undefined, value: unknown): Dropped {
  if (stored === undefined) return NOTHING_DROPPED;
  const known = droppedSchema.safeParse(value);
  if (known.success) return known.data;
  throw corrupt(DROPPED_UNKNOWN, { cause: known.error });
}

/**
 * Nothing says that anything was dropped: that may be gone. Foundations are there only once something was, or, with a
 * note of how far they are, while they are written for the first time.
 */
async function checkNothingDropped(connection: Connection): Promise<void> {
  const { generation } = NOTHING_DROPPED;
  const inForce = await connection.last(READING, foundationRange(generation));
  const next = await connection.last(READING, foundationRange(1 - generation));
  const isBeingWritten = next?.[0].equals(buildingKey(1 - generation)) ?? true;
  if (inForce !== undefined || !isBeingWritten) throw corrupt(DROPPED_UNKNOWN);
}

/** Where an upgrade is to begin, or to go on. */
function upgradeDue(from: number, stored: Buffer | undefined, value: unknown): Upgrade | undefined {
  if (stored === undefined) return from < FORMAT ? { from, seq: 0, position: -1, count: 0 } : undefined;
  const under = upgrade.safeParse(value);
  if (!under.success)
    throw corrupt('How far an upgrade of the database got is damaged', { cause: under.error });
  return under.data;
}

async function create(connection: Connection): Promise<Meta> {
  if (!(await connection.isEmpty(READING))) {
    throw corrupt('The database holds something, but not in a format of Tenure: it is left as it is');
  }
  await connection.write(CREATING, [
    formatPut(),
    headPut(EMPTY.head),
    checkpointPut(0),
    agentsPut(0),
    outputsPut({ count: 0, seq: 0, position: 0, settled: 0 }),
    timelinePut({ seq: 0, counts: [] }),
    rollupsPut(EMPTY.rollups),
  ]);
  return EMPTY;
}

/** The format of the database, if it is one that this version can read. */
function checkFormat(value: Buffer): number {
  let found: unknown;
  try {
    found = JSON.parse(value.toString());
  } catch {
    // Not JSON: what follows says so.
  }
  const version = format.safeParse(found);
  if (!version.success) throw corrupt('The format of the database cannot be read', { cause: version.error });
  if (version.data.format <= FORMAT) return version.data.format;
  throw corrupt(
    `The database is of format ${version.data.format}, this version of Tenure reads formats 1 to ${FORMAT}: open it with the version that wrote it, or a later one`,
  );
}

function metaPut(name: MetaName, value: unknown): Put {
  const key = metaKey(name);
  return put(key, sealJson(key, value));
}
