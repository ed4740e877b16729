import type { AgentModel } from '../agent/model.js';
import { seatOf } from '../agent/profile.js';
import type { AgentState } from '../agent/state.js';
import type { DirectoryEntry } from '../store/types.js';

/**
 * What the directory says of an agent in this state. Written down, what is `undefined` is left out; it is there for all
 * entries to be of one shape, for which V8 compiles the code that they go through.
 *
 * @param outdated tasks whose figures in the roll-ups are not those of the state any more
 */
export function directoryEntryOf(
  no: number,
  state: AgentState,
  { model, layout }: { readonly model: AgentModel; readonly layout: string },
  outdated: readonly string[] = [],
): DirectoryEntry {
  return {
    no,
    agentId: state.agentId,
    seq: state.seq,
    dueAt: finiteOrNull(model.dueAt(state)),
    leftOut: state.leftOut.length,
    figuresDueAt: finiteOrNull(model.figuresDueAt(state)),
    role: state.profile.role?.value,
    layout,
    seat: seatOf(state.profile),
    outdated: outdated.length > 0 ? outdated : undefined,
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
