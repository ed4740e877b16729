import { isTenureError, TenureError } from '../errors.js';
import { pause } from '../store/breathe.js';
import type { Alone } from '../store/queue.js';
import type { RowChange } from '../store/rollups/changes.js';
import type { CompanyParts } from './company-figures.js';
import { StoredRows } from './stored-rows.js';

/** How often one question has what is damaged made anew: a disk that damages all that it is given is not waited for. */
const MAX_ROUNDS = 3;
/** Agents whose events are held in memory together: the journal is read once for so many. */
const AGENTS = 1_024;
/** Data points written together, about. */
const CHUNK = 2_000;

export interface MendingParts extends CompanyParts {
  /** Told what was found damaged, once it is made anew. */
  readonly onMended: (reason: string) => void;
}

/**
 * Makes the roll-ups good when something of them is found damaged, while everything else goes on: single entries from the
 * others, else all of it anew from the journal. Who asks meanwhile waits for it.
 */
export class Mending {
  private running: Promise<void> | undefined;
  private isStopped = false;
  /** How often all was made anew. */
  private times = 0;

  constructor(private readonly parts: MendingParts) {}

  /**
   * The answer to a question; it is asked again once what it found damaged is made anew.
   *
   * @throws TenureError `TENURE_CORRUPT` with the record of the journal that keeps it from being made anew
   */
  async answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (let round = 0; ; round++) {
      const { times } = this;
      try {
        return await ask();
      } catch (error) {
        if (!isTenureError(error, 'TENURE_CORRUPT') || round === MAX_ROUNDS || this.isStopped) throw error;
        if (times !== this.times) continue;
        // It may be the journal that is damaged.
        if (this.parts.store.rollups.damage === undefined) throw error;
        await this.mend();
      }
    }
  }

  /** Makes anew what somebody who has nothing to answer found damaged. The answer is whether it is sound now. */
  async isMended(): Promise<boolean> {
    const { rollups } = this.parts.store;
    if (this.isStopped) return false;
    try {
      if (rollups.damage !== undefined) await this.mend();
    } catch (error) {
      // A damaged journal is for those who ask.
      if (!isTenureError(error, 'TENURE_CORRUPT') && !isTenureError(error, 'TENURE_CLOSED')) throw error;
    }
    return rollups.damage === undefined;
  }

  /** Breaks off what is under way: the next opening makes it good. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running?.catch(() => undefined);
  }

  private mend(): Promise<void> {
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    const { store, gate, onMended } = this.parts;
    const { damage = '' } = store.rollups;
    const alone: Alone = (write) => gate.write(write);
    await store.mendRollups(this.rows(), { alone, isStopped: () => this.isStopped });
    this.checkRunning();
    this.times++;
    onMended(damage);
  }

  /** The data points of everybody, as they are to be stored. */
  private async *rows(): AsyncGenerator<readonly RowChange[], void> {
    const { registry } = this.parts;
    const rows: RowChange[] = [];
    for (let first = 1; first <= registry.size; first += AGENTS) {
      const stored = new StoredRows(this.parts, registry.between(first, first + AGENTS - 1));
      for await (const some of stored.all(() => this.checkRunning())) {
        for (const row of some) {
          if (rows.push(row) >= CHUNK) yield rows.splice(0);
        }
        await pause();
      }
    }
    yield rows;
    this.checkRunning();
  }

  private checkRunning(): void {
    if (this.isStopped) throw new TenureError('TENURE_CLOSED', 'The tracker is closed');
  }
}
