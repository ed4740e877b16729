import { encodeState } from '../agent/codec.js';
import type { AgentModel } from '../agent/model.js';
import type { Overlay } from '../query/overlay.js';
import { pause } from '../store/breathe.js';
import { Queue } from '../store/queue.js';
import type { RowChange } from '../store/rollups/changes.js';
import type { AgentSnapshot, Store } from '../store/types.js';
import { type AgentActor, type AgentEntry, isUnsaved } from './agent-entry.js';
import { directoryEntryOf } from './directory-entry.js';
import type { Steps } from './steps.js';

export interface AgentSaverOptions {
  readonly store: Store;
  readonly model: AgentModel;
  /** Identifies what the states were computed with. */
  readonly layout: string;
  /**
   * Whatever brings agents forward and makes durable what they said runs here, and so does taking snapshots: a
   * snapshot must not be past an output that a crash could still lose.
   */
  readonly steps: Steps;
  /** Told what agents change of their figures; its changes are stored with their snapshots. */
  readonly overlay: Overlay;
}

/** Writes snapshots of active agents. */
export class AgentSaver {
  /** One write at a time: two of the same agent would both take its new events for theirs. */
  private readonly saving = new Queue();

  constructor(private readonly options: AgentSaverOptions) {}

  /** Writes the snapshots of these. What happens to them meanwhile stays for the next time. */
  save(entries: readonly AgentEntry[]): Promise<void> {
    return this.saving.run(() => this.saveNow(entries));
  }

  private async saveNow(entries: readonly AgentEntry[]): Promise<void> {
    const taken = await this.options.steps.capture(() => this.snapshots(entries));
    if (taken.length === 0) return;
    const saveNo = await this.options.store.saveAgents(taken.map(({ snapshot }) => snapshot));
    if (saveNo > 0) this.options.overlay.saved(saveNo, changesOf(taken));
    for (let i = 0; i < taken.length; i++) {
      const { entry, snapshot } = taken[i] as Taken;
      entry.savedSeq = snapshot.entry.seq;
      entry.dropSeqs(snapshot.newSeqs.length);
    }
  }

  private async snapshots(entries: readonly AgentEntry[]) {
    const taken: Taken[] = [];
    for (const entry of entries) {
      if (!isUnsaved(entry)) continue;
      taken.push({ entry, snapshot: this.snapshot(entry) });
      const due = pause();
      if (due) await due;
    }
    return taken;
  }

  private snapshot(entry: AgentEntry): AgentSnapshot {
    const { state } = (entry.actor as AgentActor).getSnapshot().context;
    const { layout, overlay } = this.options;
    return {
      entry: directoryEntryOf(entry.no, state, this.options, [...overlay.outdatedTasks(entry.no).keys()]),
      state: encodeState(state, layout),
      newSeqs: entry.newSeqs,
      changes: overlay.close(entry.no),
    };
  }
}

interface Taken {
  readonly entry: AgentEntry;
  readonly snapshot: AgentSnapshot;
}

function changesOf(taken: readonly Taken[]): RowChange[] {
  return taken.flatMap(({ snapshot: { changes = [] } }) => changes);
}
