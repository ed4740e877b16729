import type { JournalledEvent, PerformanceEvent, Stamped } from '../../events/schema.js';
import { corruptRecord } from '../failures.js';
import type { JournalRecord, NewEventRecord, NewRecord, TickRecord } from '../types.js';
import { seal, unseal } from './seal.js';
import { TextBytes } from './text-bytes.js';

/** Most records in a block: small enough to read one record cheaply, large enough to make a put a record needless. */
export const BLOCK_RECORDS = 128;

const NEWLINE = 0x0a;

/**
 * A block is a sealed text: a line with the number of records, then a line a record. JSON holds neither tabs nor
 * line breaks, so a record is `now` for a tick, for a retry `now`, the agent and the event's record, and for an
 * event `now`, the agent, what was stamped on it (JSON or nothing) and the canonical JSON to the letter, with tabs
 * between them. Stamps are the department alone, or an object when there is more; after the `now` of a tick may stand
 * the departments that had one active agent (JSON). The sequence number is the place in it.
 */
export function encodeBlock(key: Buffer, records: readonly NewRecord[]): Buffer {
  text.write(`${records.length}`);
  for (const record of records) writeLine(record);
  return seal(key, text.take());
}

/** Shared by all blocks: one is written to its end before the next one begins. */
const text = new TextBytes();

function writeLine(record: NewRecord): void {
  if (record.kind === 'tick') text.write(`\n${encodeTick(record)}`);
  else if (record.kind === 'retry') text.write(`\n${record.now}\t${record.agentNo}\t${record.of}`);
  else {
    text.write(`\n${record.now}\t${record.agentNo}\t${encodeStamps(record)}\t`);
    text.write(record.json);
  }
}

function encodeTick({ now, agents, alone }: TickRecord): string {
  if (agents) return `${now}\t${JSON.stringify({ agents, ...(alone && { alone }) })}`;
  return alone === undefined ? `${now}` : `${now}\t${JSON.stringify(alone)}`;
}

function encodeStamps({ department, stamped }: NewEventRecord): string {
  if (stamped) return JSON.stringify({ ...(department !== undefined && { department }), ...stamped });
  return department === undefined ? '' : JSON.stringify(department);
}

/** A block whose checksum held. Lines are found once, and parsed only when asked for. */
export class JournalBlock {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly #text: Buffer;
  readonly #ends: readonly number[];

  private constructor(firstSeq: number, text: Buffer, ends: readonly number[]) {
    this.firstSeq = firstSeq;
    this.lastSeq = firstSeq + ends.length - 2;
    this.#text = text;
    this.#ends = ends;
  }

  /** `undefined` when the block is damaged. */
  static open(firstSeq: number, key: Buffer, value: Buffer): JournalBlock | undefined {
    const text = unseal(key, value);
    if (text === undefined) return undefined;
    const ends: number[] = [];
    for (let at = text.indexOf(NEWLINE); at !== -1; at = text.indexOf(NEWLINE, at + 1)) ends.push(at);
    ends.push(text.length);
    const count = Number(text.toString('latin1', 0, ends[0]));
    return count >= 1 && count === ends.length - 1 ? new JournalBlock(firstSeq, text, ends) : undefined;
  }

  /** Whether a record of this sequence number lies in this block. */
  has(seq: number): boolean {
    return seq >= this.firstSeq && seq <= this.lastSeq;
  }

  record(seq: number): JournalRecord {
    const { now, agentNo, of, stamps, json } = this.#fields(seq);
    if (agentNo === undefined) return toTick(seq, now, stamps);
    if (json === undefined) return { kind: 'retry', seq, now, agentNo, of };
    return { kind: 'event', seq, now, agentNo, event: toStored(seq, now, json, stamps) };
  }

  /** The canonical JSON of an event, `undefined` for anything else. */
  canonical(seq: number): string | undefined {
    return this.#fields(seq).json;
  }

  #fields(seq: number): Fields {
    const index = seq - this.firstSeq;
    const line = this.#text.toString('utf8', this.#ends[index]! + 1, this.#ends[index + 1]);
    const first = line.indexOf('\t');
    if (first === -1) return { ...NO_FIELDS, now: Number(line) };
    const second = line.indexOf('\t', first + 1);
    const now = Number(line.slice(0, first));
    if (second === -1) return { ...NO_FIELDS, now, stamps: line.slice(first + 1) };
    const third = line.indexOf('\t', second + 1);
    const agentNo = Number(line.slice(first + 1, second));
    if (third === -1) return { ...NO_FIELDS, now, agentNo, of: Number(line.slice(second + 1)) };
    return { now, agentNo, of: 0, stamps: line.slice(second + 1, third), json: line.slice(third + 1) };
  }
}

/** What a line may say; which of it is there tells what kind of record it is. */
interface Fields {
  readonly now: number;
  readonly agentNo: number | undefined;
  readonly of: number;
  readonly stamps: string;
  readonly json: string | undefined;
}

const NO_FIELDS = { agentNo: undefined, of: 0, stamps: '', json: undefined } as const;

function toTick(seq: number, now: number, stamps: string): TickRecord {
  if (stamps === '') return { kind: 'tick', seq, now };
  const more = parse<string[] | Pick<TickRecord, 'agents' | 'alone'>>(seq, stamps);
  return { kind: 'tick', seq, now, ...(Array.isArray(more) ? { alone: more } : more) };
}

/** The event as others see it, with its own department, else the one that it was stamped with. */
function toStored(seq: number, now: number, json: string, stamps: string): JournalledEvent {
  const event: JournalledEvent = { ...parse<PerformanceEvent>(seq, json), seq, recordedAt: now };
  if (stamps === '') return event;
  const stamp = parse<string | ({ department?: string } & Stamped)>(seq, stamps);
  const { department, ...stamped } = typeof stamp === 'string' ? { department: stamp } : stamp;
  if (department !== undefined && event.department === undefined) {
    event.department = department;
    if (event.type === 'agent.hired') event.isDepartmentStamped = true;
  }
  if (typeof stamp !== 'string') event.stamped = stamped;
  return event;
}

function parse<T>(seq: number, json: string): T {
  try {
    return JSON.parse(json) as T;
  } catch (error) {
    // The checksum held, so this is what was handed in.
    throw corruptRecord(seq, 'it is not JSON', error);
  }
}
