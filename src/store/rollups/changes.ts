import type { Pair } from './scopes.js';
import type { FigureRow } from './totals.js';

/** A data point that is new or has other figures than before, and whose it is. */
export interface RowChange {
  readonly agentNo: number;
  readonly pair: Pair;
  readonly before: FigureRow | undefined;
  readonly after: FigureRow;
  /** What an observation comes to in the additive form of the collaboration strategy. */
  readonly parts: readonly number[];
}
