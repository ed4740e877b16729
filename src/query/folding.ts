import type { Store } from '../store/types.js';
import type { Gate } from './gate.js';
import type { Mending } from './mending.js';
import type { Overlay } from './overlay.js';

export interface FoldingParts {
  readonly store: Store;
  readonly overlay: Overlay;
  readonly gate: Gate;
  readonly mending: Mending;
}

/** Changes folded in one write: few enough to be handed to the database without holding up the event loop for long. */
const FOLD_CHUNK = 2_000;

/** Folds all changes that are stored into the totals. Readers wait for the writes alone. */
export async function foldAll({ store, overlay, gate, mending }: FoldingParts): Promise<void> {
  for (let next = overlay.toFold(FOLD_CHUNK); next; next = overlay.toFold(FOLD_CHUNK)) {
    const { changes, upTo } = next;
    const isFolded = await store.foldFigures(changes, upTo, (write) =>
      gate.write(async () => overlay.folded(changes, upTo, await write())),
    );
    if (!isFolded && !(await mending.isMended())) return;
  }
}
