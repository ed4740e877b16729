import { type NumberedRow, RowReader } from '../codec/figure-rows.js';
import type { Pair } from './scopes.js';

/** Which data points are wanted. */
export interface RowFilter {
  /** Epoch milliseconds, both included. */
  readonly from: number;
  readonly to: number;
  /** Of which pairs of department and project; absent: of all. */
  readonly isSelected?: ((pair: Pair) => boolean) | undefined;
}

const EVERYTHING: RowFilter = { from: 0, to: Number.POSITIVE_INFINITY };

/** The data points of one slot, each as it was last written. */
export class RowBlock {
  readonly #readers: RowReader[];
  readonly #pairOf: (no: number) => Pair;
  readonly #filter: RowFilter;

  /**
   * @param payloads the entries of the slot, in the order in which they were written
   * @throws RangeError when these are no such rows, or of pairs that nobody numbered
   */
  constructor(payloads: readonly Buffer[], pairOf: (no: number) => Pair, filter = EVERYTHING) {
    this.#readers = payloads.map((payload) => new RowReader(payload)).reverse();
    this.#pairOf = pairOf;
    this.#filter = filter;
    for (const reader of this.#readers) while (reader.advance()) pairOf(reader.pairNo);
  }

  /** The data points that are wanted, in no particular order; the reader is at one of them at a time. */
  *rows(): Generator<[RowReader, Pair], void> {
    const { from, to, isSelected } = this.#filter;
    // Entries are read latest first: what an earlier one says of the same data point is outdated.
    const seen = new Set<number>();
    const isOnly = this.#readers.length === 1;
    for (const reader of this.#readers) {
      reader.rewind();
      while (reader.advance()) {
        if (!isOnly) {
          const { seq } = reader;
          if (seen.has(seq)) continue;
          seen.add(seq);
        }
        const { at } = reader;
        if (at < from || at > to) continue;
        const pair = this.#pairOf(reader.pairNo);
        if (!isSelected || isSelected(pair)) yield [reader, pair];
      }
    }
  }

  toNumbered(): NumberedRow[] {
    return Array.from(this.rows(), ([reader]) => ({
      agentNo: reader.agentNo,
      pairNo: reader.pairNo,
      row: reader.row(),
    }));
  }
}
