import { z } from 'zod';
import { sealJson, unsealJson } from './codec/seal.js';
import { type Connection, type Put, put } from './connection.js';
import { corrupt, refused } from './failures.js';
import { outputKey, outputPartsOf, outputsAfter } from './keys.js';
import type { Output, OutputPosition } from './types.js';

const READING = 'Reading outputs';
const POSITION_MAX = 0xffff_ffff;

const output = z.looseObject({
  type: z.string(),
  seq: z.int().min(1),
  position: z.int().min(0),
  at: z.number(),
  agentId: z.string().optional(),
});

/** What subscribers were told, by the record that caused it. */
export class Outputs {
  readonly #connection: Connection;
  #last: OutputPosition | undefined;

  private constructor(connection: Connection, last: OutputPosition | undefined) {
    this.#connection = connection;
    this.#last = last;
  }

  static async open(connection: Connection): Promise<Outputs> {
    const entry = await connection.last(READING, outputsAfter(0));
    const last = entry && outputPartsOf(entry[0]);
    if (entry !== undefined && last === undefined) throw corrupt('The outputs are damaged');
    return new Outputs(connection, last);
  }

  get last(): OutputPosition | undefined {
    return this.#last;
  }

  /** Stores those that are not stored yet, in one atomic batch. Callers take turns. */
  async append(outputs: readonly Output[], lastSeq: number): Promise<void> {
    for (const { seq, position } of outputs) checkPosition(seq, position, lastSeq);
    const fresh = await this.#notStored(outputs);
    if (fresh.length === 0) return;
    const puts: Put[] = fresh.map(([key, value]) => put(key, sealJson(key, value)));
    await this.#connection.write('Storing outputs', puts);
    for (const [, { seq, position }] of fresh) {
      if (isAfter({ seq, position }, this.#last)) this.#last = { seq, position };
    }
  }

  async has({ seq, position }: OutputPosition): Promise<boolean> {
    return (await this.#connection.get(READING, outputKey(seq, position))) !== undefined;
  }

  async *after(seq: number): AsyncGenerator<Output[], void> {
    for await (const entries of this.#connection.entries(READING, outputsAfter(seq))) {
      yield entries.map(([key, value]) => openOutput(key, value));
    }
  }

  /** What was announced stays as it was announced, so the first of two with the same position is kept. */
  async #notStored(outputs: readonly Output[]): Promise<[Buffer, Output][]> {
    const byKey = new Map<string, [Buffer, Output]>();
    for (const one of outputs) {
      const name = `${one.seq} ${one.position}`;
      if (!byKey.has(name)) byKey.set(name, [outputKey(one.seq, one.position), one]);
    }
    const candidates = [...byKey.values()];
    // Only a replay comes back to what may be stored.
    const known = candidates.filter(([, one]) => !isAfter(one, this.#last));
    if (known.length === 0) return candidates;
    const keys = known.map(([key]) => key);
    const values = await this.#connection.getMany(READING, keys);
    const stored = new Set(keys.filter((_, index) => values[index] !== undefined));
    return candidates.filter(([key]) => !stored.has(key));
  }
}

function isAfter(a: OutputPosition, b: OutputPosition | undefined): boolean {
  return b === undefined || a.seq > b.seq || (a.seq === b.seq && a.position > b.position);
}

function checkPosition(seq: number, position: number, lastSeq: number): void {
  if (!Number.isSafeInteger(seq) || seq < 1 || seq > lastSeq) {
    throw refused(`expected an output of a record up to ${lastSeq}, got ${seq}`);
  }
  if (!Number.isSafeInteger(position) || position < 0 || position > POSITION_MAX) {
    throw refused(`expected the position of an output, got ${position}`);
  }
}

function openOutput(key: Buffer, value: Buffer): Output {
  const parsed = output.safeParse(unsealJson(key, value));
  if (parsed.success && outputKey(parsed.data.seq, parsed.data.position).equals(key)) return parsed.data;
  const place = outputPartsOf(key);
  throw corruptOutput(place?.seq);
}

function corruptOutput(seq: number | undefined): Error {
  return corrupt(seq === undefined ? 'An output is damaged' : `An output of record ${seq} is damaged`);
}
