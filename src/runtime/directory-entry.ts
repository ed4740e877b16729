import type { AgentModel } from '../agent/model.js';
import { seatOf } from '../agent/profile.js';
import type { AgentState } from '../agent/state.js';
import type { DirectoryEntry } from '../store/types.js';

/** What the directory says of an agent in this state. */
export function directoryEntryOf(
  no: number,
  state: AgentState,
  { model, layout }: { readonly model: AgentModel; readonly layout: string },
): DirectoryEntry {
  const seat = seatOf(state.profile);
  return {
    no,
    agentId: state.agentId,
    seq: state.seq,
    dueAt: finiteOrNull(model.dueAt(state)),
    leftOut: state.leftOut.length,
    figuresDueAt: finiteOrNull(model.figuresDueAt(state)),
    role: state.profile.role?.value,
    layout,
    ...(seat !== undefined && { seat }),
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
