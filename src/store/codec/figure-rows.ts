import type { CollaborationObservation } from '../../scoring/types.js';
import { addFigure, countAttempt, type FigureRow, isObserved, type Totals } from '../rollups/totals.js';

/** A data point with the numbers of the agent and the pair of department and project that it belongs to. */
export interface NumberedRow {
  readonly agentNo: number;
  readonly pairNo: number;
  readonly row: FigureRow;
}

const FAILED = 0;
const COMPLETED = 1;
/** Kinds of observations, from here on by their place in this list. */
const OBSERVED = 2;
const KINDS = ['delegation', 'conflict', 'meeting', 'loop', 'handoff', 'message', 'helpfulness'] as const;

/** kind, which figures follow, length of the text in bytes; agent, pair; at, seq. */
const HEADER = 28;
/** Figures follow as doubles; of an observation: its value, what was seen, seconds. */
type Figures = readonly (number | null)[];

/**
 * Data points one after the other: a header of fixed width, a double for each figure that is there, and the text
 * that an observation may have, in UTF-16 so that any text comes back as it was.
 */
export function encodeRows(rows: readonly NumberedRow[]): Buffer {
  const parts = rows.map(({ row }) => partsOf(row));
  let length = 0;
  for (const { figures, text } of parts) length += HEADER + 8 * countOf(figures) + 2 * text.length;
  const buffer = Buffer.allocUnsafe(length);
  // Ten times as fast as the methods of a buffer.
  const view = new DataView(buffer.buffer, buffer.byteOffset, length);
  let place = 0;
  for (let i = 0; i < rows.length; i++) {
    const { agentNo, pairNo, row } = rows[i]!;
    const { kind, figures, text } = parts[i]!;
    buffer[place] = kind;
    buffer[place + 1] = maskOf(figures);
    view.setUint16(place + 2, 2 * text.length, true);
    view.setUint32(place + 4, agentNo, true);
    view.setUint32(place + 8, pairNo, true);
    view.setFloat64(place + 12, row.at, true);
    view.setFloat64(place + 20, row.seq, true);
    place += HEADER;
    for (let j = 0; j < figures.length; j++) {
      const figure = figures[j]!;
      if (figure === null) continue;
      view.setFloat64(place, figure, true);
      place += 8;
    }
    if (text !== '') place += buffer.write(text, place, 'utf16le');
  }
  return buffer;
}

/**
 * Goes through the data points of an entry, in the order in which they were written. It is at one of them at a time:
 * much is added up that never becomes an object.
 */
export class RowReader {
  readonly #buffer: Buffer;
  readonly #view: DataView;
  /** Of the present data point. */
  #place = 0;
  #next = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  }

  /**
   * Goes on to the next data point, if there is one.
   *
   * @throws RangeError when these are no such rows
   */
  advance(): boolean {
    this.#place = this.#next;
    if (this.#place === this.#buffer.length) return false;
    if (this.#place + HEADER > this.#buffer.length) throw new RangeError('a row ends behind its entry');
    this.#next = this.#textAt() + this.#view.getUint16(this.#place + 2, true);
    if (this.#next > this.#buffer.length) throw new RangeError('a row ends behind its entry');
    if (this.#kind >= OBSERVED + KINDS.length) throw new RangeError(`a row of kind ${this.#kind}`);
    return true;
  }

  /** Back to before the first. */
  rewind(): void {
    this.#next = 0;
  }

  get agentNo(): number {
    return this.#view.getUint32(this.#place + 4, true);
  }

  get pairNo(): number {
    return this.#view.getUint32(this.#place + 8, true);
  }

  get at(): number {
    return this.#view.getFloat64(this.#place + 12, true);
  }

  get seq(): number {
    return this.#view.getFloat64(this.#place + 20, true);
  }

  get isObserved(): boolean {
    return this.#kind >= OBSERVED;
  }

  /** The present data point as an object. */
  row(): FigureRow {
    const textAt = this.#textAt();
    const text = textAt === this.#next ? '' : this.#buffer.toString('utf16le', textAt, this.#next);
    const figures = figuresAt(this.#view, this.#place + HEADER, this.#mask);
    return rowOf(this.#kind, this.at, this.seq, { figures, text });
  }

  /** Adds the present data point, an attempt. */
  addTo(totals: Totals): void {
    countAttempt(totals, this.#kind === COMPLETED);
    let place = this.#place + HEADER;
    for (let figure = 0, bits = this.#mask; bits !== 0; figure++, bits >>= 1) {
      if ((bits & 1) === 0) continue;
      addFigure(totals, figure, this.#view.getFloat64(place, true));
      place += 8;
    }
  }

  get #kind(): number {
    return this.#buffer[this.#place]!;
  }

  get #mask(): number {
    return this.#buffer[this.#place + 1]!;
  }

  #textAt(): number {
    return this.#place + HEADER + 8 * countOfBits(this.#mask);
  }
}

/**
 * All data points, in the order in which they were written.
 *
 * @throws RangeError when these are no such rows
 */
export function* decodeRows(buffer: Buffer): Generator<NumberedRow> {
  const reader = new RowReader(buffer);
  while (reader.advance()) {
    yield { agentNo: reader.agentNo, pairNo: reader.pairNo, row: reader.row() };
  }
}

function partsOf(row: FigureRow): { kind: number; figures: Figures; text: string } {
  if (!isObserved(row)) {
    const { succeeded, quality, cost, completionMs, tokens, toolCalls } = row;
    const figures = [quality, cost, completionMs, tokens, toolCalls];
    return { kind: succeeded ? COMPLETED : FAILED, figures, text: '' };
  }
  const { observation, value } = row;
  const { seen, seconds = null, text = '' } = seenIn(observation);
  return { kind: OBSERVED + KINDS.indexOf(observation.kind), figures: [value, seen, seconds], text };
}

function seenIn(observation: CollaborationObservation): {
  seen: number | null;
  seconds?: number | null;
  text?: string;
} {
  switch (observation.kind) {
    case 'delegation':
      return { seen: Number(observation.succeeded), seconds: observation.responseSeconds ?? null };
    case 'conflict':
      return { seen: observation.constructiveness };
    case 'meeting':
      return { seen: observation.contribution };
    case 'loop':
      return { seen: null };
    case 'handoff':
      return { seen: observation.completeness };
    case 'message':
      return { seen: observation.quality };
    case 'helpfulness':
      return { seen: observation.rating, text: observation.fromAgentId ?? '' };
  }
}

function rowOf(
  kind: number,
  at: number,
  seq: number,
  { figures, text }: { figures: Figures; text: string },
): FigureRow {
  if (kind < OBSERVED) {
    const [quality, cost, completionMs, tokens, toolCalls] = figures as [null, null, null, null, null];
    return { at, seq, succeeded: kind === COMPLETED, quality, cost, completionMs, tokens, toolCalls };
  }
  const [value, seen, seconds] = figures as [number | null, number, number | null];
  return { at, seq, value, observation: observationOf(kind, at, { seen, seconds, text }) };
}

function observationOf(
  kind: number,
  at: number,
  { seen, seconds, text }: { seen: number; seconds: number | null; text: string },
): CollaborationObservation {
  switch (KINDS[kind - OBSERVED]) {
    case 'delegation':
      return { at, kind: 'delegation', succeeded: seen === 1, responseSeconds: seconds ?? undefined };
    case 'conflict':
      return { at, kind: 'conflict', constructiveness: seen };
    case 'meeting':
      return { at, kind: 'meeting', contribution: seen };
    case 'loop':
      return { at, kind: 'loop' };
    case 'handoff':
      return { at, kind: 'handoff', completeness: seen };
    case 'message':
      return { at, kind: 'message', quality: seen };
    case 'helpfulness':
      return { at, kind: 'helpfulness', rating: seen, fromAgentId: text === '' ? undefined : text };
    default:
      throw new RangeError(`a row of kind ${kind}`);
  }
}

const FIGURES = 5;

function figuresAt(view: DataView, start: number, mask: number): Figures {
  const figures: (number | null)[] = [];
  let place = start;
  for (let i = 0; i < FIGURES; i++) {
    if (((mask >> i) & 1) === 0) {
      figures.push(null);
      continue;
    }
    figures.push(view.getFloat64(place, true));
    place += 8;
  }
  return figures;
}

function maskOf(figures: Figures): number {
  let mask = 0;
  for (let i = 0; i < figures.length; i++) if (figures[i] !== null) mask |= 1 << i;
  return mask;
}

function countOf(figures: Figures): number {
  return countOfBits(maskOf(figures));
}

function countOfBits(mask: number): number {
  let count = 0;
  for (let bits = mask; bits !== 0; bits &= bits - 1) count++;
  return count;
}
