/**
 * Where everything lies in the database. A key is the name of its part, as abstract-level's sublevels write it
 * (`!journal!`), and then fixed-width big-endian numbers, so that keys sort as what they stand for.
 */

const UINT32 = 0x1_0000_0000;

/** Greatest number that a key of the store can hold, and so the end of every open range. */
export const KEY_MAX = Number.MAX_SAFE_INTEGER;

/** Greatest number of an agent. */
export const AGENT_NO_MAX = UINT32 - 1;

const JOURNAL = Buffer.from('!journal!');
const TIMELINE = Buffer.from('!timeline!');
const DIRECTORY = Buffer.from('!directory!');
const STATES = Buffer.from('!states!');
const INDEX = Buffer.from('!index!');
const OUTPUTS = Buffer.from('!outputs!');
const FOUNDATIONS = Buffer.from('!foundations!');
const PROJECTIONS = '!projections!';
const ROLLUPS = Buffer.from('!rollups!');
const SHELVES = Buffer.from('!shelves!');
const SCOPES = Buffer.from('!scopes!');
const CHANGES = Buffer.from('!changes!');

/** First and last key of a range, both included. */
export interface KeyRange {
  readonly gte: Buffer;
  readonly lte: Buffer;
}

export type MetaName =
  | 'dropped'
  | 'format'
  | 'upgrade'
  | 'import'
  | 'head'
  | 'checkpoint'
  | 'agents'
  | 'layout'
  | 'outputs'
  | 'timeline'
  | 'rollups';

export function metaKey(name: MetaName): Buffer {
  return Buffer.from(`!meta!${name}`);
}

/** A block of the journal, by the sequence number of its first record. */
export function journalKey(firstSeq: number): Buffer {
  const key = start(JOURNAL, 8);
  putUint64(key, JOURNAL.length, firstSeq);
  return key;
}

/** `undefined` when this is no key of a block. */
export function firstSeqOf(key: Buffer): number | undefined {
  return key.length === JOURNAL.length + 8 ? getUint64(key, JOURNAL.length) : undefined;
}

/** A group of events that are close in time, within one block of the journal. */
export function timelineKey(level: number, minAt: number, blockSeq: number): Buffer {
  const key = start(TIMELINE, 17);
  key[TIMELINE.length] = level;
  putUint64(key, TIMELINE.length + 1, minAt);
  putUint64(key, TIMELINE.length + 9, blockSeq);
  return key;
}

export function timelinePartsOf(key: Buffer): { minAt: number; blockSeq: number } | undefined {
  if (key.length !== TIMELINE.length + 17) return undefined;
  return { minAt: getUint64(key, TIMELINE.length + 1), blockSeq: getUint64(key, TIMELINE.length + 9) };
}

export function directoryKey(agentNo: number): Buffer {
  return agentKey(DIRECTORY, agentNo);
}

/** The agent that a key of the directory is of. */
export function agentNoOf(key: Buffer): number {
  return key.readUInt32BE(DIRECTORY.length);
}

export function stateKey(agentNo: number): Buffer {
  return agentKey(STATES, agentNo);
}

/** A chunk of an agent's index, by its first sequence number; 0 is the head of the index. */
export function indexKey(agentNo: number, firstSeq: number): Buffer {
  const key = start(INDEX, 12);
  key.writeUInt32BE(agentNo, INDEX.length);
  putUint64(key, INDEX.length + 4, firstSeq);
  return key;
}

export function outputKey(seq: number, position: number): Buffer {
  const key = start(OUTPUTS, 12);
  putUint64(key, OUTPUTS.length, seq);
  key.writeUInt32BE(position, OUTPUTS.length + 8);
  return key;
}

/** What is kept of all agents together, by the name of the projection. */
export function projectionKey(name: string): Buffer {
  return Buffer.from(`${PROJECTIONS}${name}`);
}

export function outputPartsOf(key: Buffer): { seq: number; position: number } | undefined {
  if (key.length !== OUTPUTS.length + 12) return undefined;
  return { seq: getUint64(key, OUTPUTS.length), position: key.readUInt32BE(OUTPUTS.length + 8) };
}

/** One of the entries in a slot of a shelf of the roll-ups. */
export function rollupKey(family: number, shelf: number, slot: number, entry: number): Buffer {
  const key = start(ROLLUPS, 13);
  key[ROLLUPS.length] = family;
  key.writeUInt32BE(shelf, ROLLUPS.length + 1);
  key.writeUInt32BE(slot, ROLLUPS.length + 5);
  key.writeUInt32BE(entry, ROLLUPS.length + 9);
  return key;
}

/** What a shelf of the roll-ups has. */
export function shelfKey(family: number, shelf: number): Buffer {
  const key = start(SHELVES, 5);
  key[SHELVES.length] = family;
  key.writeUInt32BE(shelf, SHELVES.length + 1);
  return key;
}

/** `undefined` when this is no key of a shelf. */
export function shelfPartsOf(key: Buffer): { family: number; shelf: number } | undefined {
  if (key.length !== SHELVES.length + 5) return undefined;
  return { family: key[SHELVES.length]!, shelf: key.readUInt32BE(SHELVES.length + 1) };
}

export function scopeKey(no: number): Buffer {
  return agentKey(SCOPES, no);
}

/** What one write of snapshots changed of the figures, by the number of the write. */
export function changesKey(saveNo: number): Buffer {
  const key = start(CHANGES, 8);
  putUint64(key, CHANGES.length, saveNo);
  return key;
}

/** `undefined` when this is no key of changes. */
export function saveNoOf(key: Buffer): number | undefined {
  return key.length === CHANGES.length + 8 ? getUint64(key, CHANGES.length) : undefined;
}

/**
 * The key of an event's id, a string: ids are the one entry that every event has, and strings cross into LevelDB
 * faster than buffers. UTF-8 turns every lone surrogate into the same replacement character, so an id that has one
 * is spelled in hexadecimal code units, under a prefix of its own.
 */
export function idKey(id: string): string {
  if (isWellFormed(id)) return `!ids!u${id}`;
  return `!ids!w${Buffer.from(id, 'utf16le').toString('hex')}`;
}

/** What the foundations hold, each family under keys of its own. */
export const FOUNDATION = { entries: 0, states: 1, pasts: 2, events: 3, projections: 4 } as const;
export type FoundationFamily = (typeof FOUNDATION)[keyof typeof FOUNDATION];

/** An entry of a generation of the foundations, by the number of its agent or record. */
export function foundationKey(generation: number, family: FoundationFamily, no: number): Buffer {
  const key = start(FOUNDATIONS, 10);
  key[FOUNDATIONS.length] = generation;
  key[FOUNDATIONS.length + 1] = family;
  putUint64(key, FOUNDATIONS.length + 2, no);
  return key;
}

/**
 * How far a generation of the foundations is written, while it is. It lies where no piece of a projection can, so that it
 * goes with everything else of the generation.
 */
export function buildingKey(generation: number): Buffer {
  return foundationKey(generation, FOUNDATION.projections, KEY_MAX);
}

/** The generation, family and number of a key of the foundations. */
export function foundationPartsOf(
  key: Buffer,
): { generation: number; family: number; no: number } | undefined {
  if (key.length !== FOUNDATIONS.length + 10) return undefined;
  const at = FOUNDATIONS.length;
  return { generation: key[at]!, family: key[at + 1]!, no: getUint64(key, at + 2) };
}

/** All of a family, or of a generation. */
export function foundationRange(generation: number, family?: FoundationFamily): KeyRange {
  return {
    gte: foundationKey(generation, family ?? FOUNDATION.entries, 0),
    lte: foundationKey(generation, family ?? FOUNDATION.projections, KEY_MAX),
  };
}

/** The id that a key of {@link idKey} is of, `undefined` when it is no such key. */
export function idOfKey(key: Buffer): string | undefined {
  const text = key.toString();
  if (text.startsWith('!ids!u')) return text.slice('!ids!u'.length);
  if (!text.startsWith('!ids!w')) return undefined;
  return Buffer.from(text.slice('!ids!w'.length), 'hex').toString('utf16le');
}

/** All keys of a part, by its name. */
export function partRange(part: string): KeyRange {
  return {
    gte: Buffer.from(`!${part}!`),
    lte: Buffer.concat([Buffer.from(`!${part}!`), Buffer.alloc(1, 0xff)]),
  };
}

/** The first key that can come after another. */
export function keyAfter(key: Buffer): Buffer {
  return Buffer.concat([key, Buffer.alloc(1)]);
}

/** The part that a key lies in, `undefined` when it is no key of a store. */
export function partOf(key: Buffer): string | undefined {
  const end = key.indexOf('!', 1);
  return key[0] === 0x21 && end > 1 ? key.toString('latin1', 1, end) : undefined;
}

export const ALL_DIRECTORY: KeyRange = { gte: directoryKey(0), lte: directoryKey(AGENT_NO_MAX) };
export const ALL_STATES: KeyRange = { gte: stateKey(0), lte: stateKey(AGENT_NO_MAX) };
export const ALL_INDEX: KeyRange = { gte: indexKey(0, 0), lte: indexKey(AGENT_NO_MAX, KEY_MAX) };

export const ALL_PROJECTIONS: KeyRange = { gte: projectionKey(''), lte: projectionKey('\uffff') };
export const ALL_ROLLUPS: KeyRange = {
  gte: rollupKey(0, 0, 0, 0),
  lte: rollupKey(0xff, UINT32 - 1, UINT32 - 1, UINT32 - 1),
};
export const ALL_SHELVES: KeyRange = { gte: shelfKey(0, 0), lte: shelfKey(0xff, UINT32 - 1) };
export const ALL_SCOPES: KeyRange = { gte: scopeKey(0), lte: scopeKey(UINT32 - 1) };

/** Changes of all writes up to a number, or after it. */
export function changesUpTo(saveNo: number): KeyRange {
  return { gte: changesKey(0), lte: changesKey(saveNo) };
}

export function changesAfter(saveNo: number): KeyRange {
  return { gte: changesKey(saveNo + 1), lte: changesKey(KEY_MAX) };
}

/** Outputs after a sequence number, up to any. */
export function outputsAfter(seq: number): KeyRange {
  return { gte: outputKey(seq + 1, 0), lte: outputKey(KEY_MAX, UINT32 - 1) };
}

/** Outputs of some records, both included. */
export function outputsBetween(from: number, to: number): KeyRange {
  return { gte: outputKey(from, 0), lte: outputKey(to, UINT32 - 1) };
}

/** Outputs up to a sequence number. */
export function outputsUpTo(seq: number): KeyRange {
  return { gte: outputKey(0, 0), lte: outputKey(seq, UINT32 - 1) };
}

function agentKey(part: Buffer, agentNo: number): Buffer {
  const key = start(part, 4);
  key.writeUInt32BE(agentNo, part.length);
  return key;
}

function start(part: Buffer, width: number): Buffer {
  const key = Buffer.allocUnsafe(part.length + width);
  part.copy(key);
  return key;
}

function putUint64(target: Buffer, offset: number, value: number): void {
  target.writeUInt32BE(Math.floor(value / UINT32), offset);
  target.writeUInt32BE(value % UINT32, offset + 4);
}

function getUint64(source: Buffer, offset: number): number {
  return source.readUInt32BE(offset) * UINT32 + source.readUInt32BE(offset + 4);
}

/** Node has `String.prototype.isWellFormed` since version 20, the library of ES2023 that we compile against has not. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
