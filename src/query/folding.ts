import type { Store } from '../store/types.js';
import type { Gate } from './gate.js';
import type { Mending } from './mending.js';
import type { FoldSize, Overlay } from './overlay.js';

export interface FoldingParts {
  readonly store: Store;
  readonly overlay: Overlay;
  readonly gate: Gate;
  readonly mending: Mending;
}

/**
 * What is folded in one write. Places are entries of the database, few enough to be handed to it without holding up the
 * event loop for long; how many changes there are is how long readers wait.
 */
const SIZE: FoldSize = { places: 1_500, most: 10_000 };

/** Folds all changes that are stored into the totals. Readers wait for the writes alone. */
export async function foldAll({ store, overlay, gate, mending }: FoldingParts): Promise<void> {
  for (let next = overlay.toFold(SIZE); next; next = overlay.toFold(SIZE)) {
    const { changes, upTo } = next;
    const isFolded = await store.foldFigures(changes, upTo, (write) =>
      gate.write(async () => overlay.folded(changes, upTo, await write())),
    );
    if (!isFolded && !(await mending.isMended())) return;
  }
}
