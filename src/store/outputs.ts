import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { pause, pauseAmong } from './breathe.js';
import { decodeOutput, encodeOutput } from './codec/numbered-output.js';
import { type Connection, type Entry, type Put, put } from './connection.js';
import { corrupt, refused } from './failures.js';
import { outputKey, outputPartsOf, outputsAfter, outputsBetween, outputsUpTo } from './keys.js';
import { type OutputsMeta, outputsPut } from './meta.js';
import type { Gap, Output, OutputGap, OutputPosition } from './types.js';

const READING = 'Reading outputs';
const POSITION_MAX = 0xffff_ffff;

const output = z.looseObject({
  type: z.string(),
  seq: z.int().min(1),
  position: z.int().min(0),
  at: z.number(),
  agentId: z.string().optional(),
});

/**
 * What subscribers were told, by the record that caused it. Each is numbered, from 1: whoever reads over a place where
 * one is missing notices.
 */
export class Outputs {
  readonly #connection: Connection;
  #meta: OutputsMeta;

  private constructor(connection: Connection, meta: OutputsMeta) {
    this.#connection = connection;
    this.#meta = meta;
  }

  /** @param meta how far they go; `undefined` when that is not known any more: then as far as they can be read */
  static async open(connection: Connection, meta: OutputsMeta | undefined): Promise<Outputs> {
    return new Outputs(connection, meta ?? (await asFarAsTheyGo(connection)));
  }

  get last(): OutputPosition | undefined {
    const { count, seq, position } = this.#meta;
    return count === 0 ? undefined : { seq, position };
  }

  /**
   * Stores those after the last one that is stored, in one atomic batch: what was announced stays as it was
   * announced. Callers take turns.
   */
  async append(outputs: readonly Output[], lastSeq: number): Promise<void> {
    for (const { seq, position } of outputs) checkPosition(seq, position, lastSeq);
    const { settled } = this.#meta;
    let { count, seq, position } = this.#meta;
    const puts: Put[] = [];
    for (const one of outputs.toSorted(byPosition)) {
      if (count > 0 && byPosition(one, { seq, position }) <= 0) continue;
      ({ seq, position } = one);
      count += 1;
      const key = outputKey(seq, position);
      puts.push(put(key, encodeOutput(key, count, one)));
      const due = pauseAmong(puts.length);
      if (due) await due;
    }
    if (puts.length === 0) return;
    const meta = { count, seq, position, settled };
    await this.#connection.write('Storing outputs', [...puts, outputsPut(meta)]);
    this.#meta = meta;
  }

  get settled(): number {
    return this.#meta.settled;
  }

  /** Declares that what is stored, of records up to one, was made by other rules than those in force from now on. */
  async settle(lastSeq: number): Promise<void> {
    const meta = { ...this.#meta, settled: lastSeq };
    await this.#connection.writeDerived('Settling outputs', [outputsPut(meta)]);
    this.#meta = meta;
  }

  async has({ seq, position }: OutputPosition): Promise<boolean> {
    return (await this.#connection.get(READING, outputKey(seq, position))) !== undefined;
  }

  async *after(seq: number): AsyncGenerator<Output[], void> {
    const { count, seq: last } = this.#meta;
    let expected = (await this.#numberUpTo(seq)) + 1;
    for await (const entries of this.#connection.entries(READING, outputsAfter(seq))) {
      const outputs: Output[] = [];
      for (const [key, value] of entries) {
        const { no, output } = openOutput([key, value]);
        // One that was stored since this began may have been read, or not.
        if (no > count) continue;
        if (no !== expected) throw missing(expected, output.seq);
        expected += 1;
        outputs.push(output);
        const due = pause();
        if (due) await due;
      }
      yield outputs;
    }
    if (seq < last && expected <= count) throw missing(expected, last);
  }

  /** What is sound of them after a record, in order, and where others are damaged or gone. */
  async *sound(seq: number): AsyncGenerator<(Output | OutputGap)[], void> {
    const { count, seq: last } = this.#meta;
    let expected: number | undefined = await this.#numberUpTo(seq).then(
      (no) => no + 1,
      () => undefined,
    );
    let from = seq + 1;
    for await (const entries of this.#connection.entries(READING, outputsAfter(seq))) {
      const found: (Output | OutputGap)[] = [];
      for (const entry of entries) {
        const opened = soundOutput(entry);
        if (opened && opened.no > count) continue;
        if (opened && opened.no === expected) found.push(opened.output);
        else if (opened) found.push({ gap: { from, to: opened.output.seq } }, opened.output);
        expected = opened && opened.no + 1;
        if (opened) from = opened.output.seq;
        const due = pause();
        if (due) await due;
      }
      yield found;
    }
    if (seq < last && (expected ?? 0) <= count) yield [{ gap: { from, to: last } }];
  }

  /**
   * Puts outputs back that are damaged or gone, in one atomic batch: where what was made again has all that is sound of
   * the same records, has what is damaged, and is as much as there should be. The answer are the gaps of which that is
   * so. Callers take turns.
   *
   * @param remade all outputs of the records of the gaps
   */
  async mend(remade: readonly Output[], gaps: readonly Gap[]): Promise<Gap[]> {
    const filled: Gap[] = [];
    const puts: Put[] = [];
    const ordered = remade.toSorted(byPosition);
    let next = 0;
    for (const gap of gaps) {
      while (next < ordered.length && ordered[next]!.seq < gap.from) next++;
      const first = next;
      while (next < ordered.length && ordered[next]!.seq <= gap.to) next++;
      const missing = await this.#missing(ordered.slice(first, next), gap);
      if (!missing) continue;
      filled.push(gap);
      puts.push(...missing);
    }
    if (puts.length > 0) await this.#connection.write('Putting back outputs', puts);
    return filled;
  }

  /** What fills a gap with outputs in order; `undefined` when they are not what there was. */
  async #missing(remade: readonly Output[], { from, to }: Gap): Promise<Put[] | undefined> {
    const before = await this.#connection.last(READING, outputsUpTo(from - 1));
    const opened = before && soundOutput(before);
    if (before && !opened) return undefined;
    const sound = await this.#soundAmong(remade, { from, to });
    let no = opened?.no ?? 0;
    const puts: Put[] = [];
    for (const one of remade) {
      no += 1;
      const known = sound?.get(nameOf(one));
      if (known !== undefined && known !== no) return undefined;
      const key = outputKey(one.seq, one.position);
      if (known === undefined) puts.push(put(key, encodeOutput(key, no, one)));
    }
    return sound && (await this.#isLast(no, to)) ? puts : undefined;
  }

  /** The numbers of those that are sound, by name; `undefined` when there are others than what was made again. */
  async #soundAmong(
    remade: readonly Output[],
    { from, to }: Gap,
  ): Promise<ReadonlyMap<string, number> | undefined> {
    const all = new Map(remade.map((one) => [nameOf(one), one]));
    const numbers = new Map<string, number>();
    for await (const entries of this.#connection.entries(READING, outputsBetween(from, to))) {
      for (const entry of entries) {
        const place = outputPartsOf(entry[0]);
        const one = place && all.get(nameOf(place));
        const opened = soundOutput(entry);
        if (!one || (opened && !isSame(one, opened.output))) return undefined;
        if (opened) numbers.set(nameOf(one), opened.no);
      }
    }
    return numbers;
  }

  /** Whether an output with this number is the last of the records up to one. */
  async #isLast(no: number, seq: number): Promise<boolean> {
    for await (const [entry] of this.#connection.entries(READING, outputsAfter(seq))) {
      if (entry) return soundOutput(entry)?.no === no + 1;
    }
    return no === this.#meta.count;
  }

  async #numberUpTo(seq: number): Promise<number> {
    const entry = await this.#connection.last(READING, outputsUpTo(seq));
    return entry === undefined ? 0 : openOutput(entry).no;
  }
}

async function asFarAsTheyGo(connection: Connection): Promise<OutputsMeta> {
  const entry = await connection.last(READING, outputsAfter(0));
  if (entry === undefined) return { count: 0, seq: 0, position: 0, settled: 0 };
  const { no, output } = openOutput(entry);
  return { count: no, seq: output.seq, position: output.position, settled: output.seq };
}

function byPosition(a: OutputPosition, b: OutputPosition): number {
  return a.seq - b.seq || a.position - b.position;
}
function checkPosition(seq: number, position: number, lastSeq: number): void {
  if (!Number.isSafeInteger(seq) || seq < 1 || seq > lastSeq) {
    throw refused(`expected an output of a record up to ${lastSeq}, got ${seq}`);
  }
  if (!Number.isSafeInteger(position) || position < 0 || position > POSITION_MAX) {
    throw refused(`expected the position of an output, got ${position}`);
  }
}

function nameOf({ seq, position }: OutputPosition): string {
  return `${seq}.${position}`;
}

function openOutput(entry: Entry): { no: number; output: Output } {
  const opened = soundOutput(entry);
  if (opened) return opened;
  throw corruptOutput(outputPartsOf(entry[0])?.seq);
}

/** Whether an output that was made again is one that is stored. */
function isSame(remade: Output, stored: Output): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(remade)), stored);
}

/** `undefined` when it is damaged. */
function soundOutput([key, value]: Entry): { no: number; output: Output } | undefined {
  const decoded = decodeOutput(key, value);
  const { data } = output.safeParse(decoded?.output);
  if (!decoded || !data || !outputKey(data.seq, data.position).equals(key)) return undefined;
  return { no: decoded.no, output: data };
}

function corruptOutput(seq: number | undefined): Error {
  return corrupt(seq === undefined ? 'An output is damaged' : `An output of record ${seq} is damaged`, {
    seq,
  });
}

function missing(no: number, seq: number): Error {
  return corrupt(`Output ${no}, of record ${seq} or one before, is missing`, { seq });
}
