import { pause } from '../store/breathe.js';
import type { Store } from '../store/types.js';
import type { Departments } from './departments.js';
import type { AgentRegistry } from './registry.js';
import type { Replica } from './replica.js';

/** Snapshots in one write: small enough to encode without holding up the event loop for long. */
const SAVE_CHUNK = 32;

/**
 * Writes snapshots in the background, of the agents that changed. A round begins at a journal position; once every
 * agent that had changed by then is written, that position is the new checkpoint.
 */
export class Snapshotter {
  private round: Promise<void> | undefined;

  constructor(
    private readonly store: Store,
    private readonly registry: AgentRegistry,
    private readonly departments: Departments,
    private readonly replica: Replica,
    /** Journal records after which a round begins. */
    private readonly every: number,
    /** Folds the changes of figures that the snapshots were stored with. */
    private readonly fold: () => Promise<void>,
    private readonly onCheckpoint: (seq: number) => void,
  ) {}

  /** Begins a round when enough has happened and none is under way. A failure is told to `onFailure`. */
  beginIfDue(onFailure: (error: unknown) => void): void {
    if (this.round || this.replica.appliedSeq - this.store.checkpoint < this.every) return;
    this.round = this.saveAll()
      .catch(onFailure)
      .finally(() => {
        this.round = undefined;
      });
  }

  /** Writes what has changed by now, in a round of its own. */
  async saveNow(): Promise<void> {
    await this.round;
    this.round = this.saveAll().finally(() => {
      this.round = undefined;
    });
    await this.round;
  }

  /** Writes everything that changed and waits for it. */
  async finish(): Promise<void> {
    await this.round;
    await this.saveAll();
  }

  /** Waits for the round under way, if any. */
  async settle(): Promise<void> {
    await this.round;
  }

  private async saveAll(): Promise<void> {
    const position = this.replica.appliedSeq;
    if (position === this.store.checkpoint) return;
    const changed = await this.registry.unsaved();
    for (let i = 0; i < changed.length; i += SAVE_CHUNK) {
      await this.registry.save(changed.slice(i, i + SAVE_CHUNK));
      await pause();
    }
    await this.departments.save();
    await this.store.saveCheckpoint(position);
    await this.fold();
    this.onCheckpoint(position);
  }
}
