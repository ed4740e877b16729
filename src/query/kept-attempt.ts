import type { AttemptRow } from '../store/rollups/totals.js';

const AT = 0;
const SEQ = 1;
const SUCCEEDED = 2;
const QUALITY = 3;
const COST = 4;
const COMPLETION_MS = 5;
const TOKENS = 6;
const TOOL_CALLS = 7;

/** Stands for a figure that there is none of: figures are finite. */
const NONE = Number.NaN;

/**
 * The figures of an attempt as one list of numbers: as fields each of them would be an object of its own on the heap,
 * and there are tens of thousands of attempts between two folds.
 */
export class KeptAttempt implements AttemptRow {
  readonly #numbers: readonly number[];

  constructor(row: AttemptRow) {
    this.#numbers = [
      row.at,
      row.seq,
      row.succeeded ? 1 : 0,
      row.quality ?? NONE,
      row.cost ?? NONE,
      row.completionMs ?? NONE,
      row.tokens ?? NONE,
      row.toolCalls ?? NONE,
    ];
  }

  get at(): number {
    return this.#numbers[AT]!;
  }

  get seq(): number {
    return this.#numbers[SEQ]!;
  }

  get succeeded(): boolean {
    return this.#numbers[SUCCEEDED] === 1;
  }

  get quality(): number | null {
    return this.#figure(QUALITY);
  }

  get cost(): number | null {
    return this.#figure(COST);
  }

  get completionMs(): number | null {
    return this.#figure(COMPLETION_MS);
  }

  get tokens(): number | null {
    return this.#figure(TOKENS);
  }

  get toolCalls(): number | null {
    return this.#figure(TOOL_CALLS);
  }

  #figure(place: number): number | null {
    const value = this.#numbers[place]!;
    return Number.isNaN(value) ? null : value;
  }
}
