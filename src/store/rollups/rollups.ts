import { isTenureError } from '../../errors.js';
import type { CollaborationScoringStrategy } from '../../scoring/types.js';
import { pause, pauseAmong } from '../breathe.js';
import { decodeChanges, encodeChanges } from '../codec/row-changes.js';
import { seal, unseal } from '../codec/seal.js';
import { type Connection, type Del, del, type Put, put } from '../connection.js';
import { corrupt } from '../failures.js';
import {
  ALL_ROLLUPS,
  ALL_SCOPES,
  ALL_SHELVES,
  changesAfter,
  changesKey,
  changesUpTo,
  KEY_MAX,
  rollupKey,
  saveNoOf,
} from '../keys.js';
import { type RollupHead, rollupsPut } from '../meta.js';
import type { Alone } from '../queue.js';
import type { RowChange } from './changes.js';
import type { Deltas } from './deltas.js';
import { EntryMending, type MendedSlot } from './entry-mending.js';
import { CHUNK, EntryReader, READING, type ScopeSlots, trusted } from './entry-reader.js';
import { type FoldParts, foldOf } from './fold.js';
import { RollupIntegrity } from './integrity.js';
import { type Outdated, outdatedSlots } from './outdated.js';
import type { RowBlock, RowFilter } from './row-block.js';
import { loadScopes, scopePuts } from './scope-entries.js';
import { type Scope, ScopeBook } from './scopes.js';
import { FAMILY, Shelves } from './shelves.js';
import type { Level } from './slots.js';

const MENDING = 'Making the roll-ups anew';

/** Runs the write of a fold; the answer of the write is what the changes came to. */
export type CommitFold = (write: () => Promise<Deltas>) => Promise<void>;

/**
 * What questions about the company are answered from, made from the agents' changes of figures: totals by day and
 * hour of every department and project, and the data points themselves. Changes are written with the snapshots of
 * their agents, in one batch, so that a replay makes again exactly those that are not stored; they are folded into
 * totals later, many at once.
 *
 * Everything here is derived. An entry that is damaged or gone is `TENURE_CORRUPT`, and that is remembered: nothing is
 * read or folded any more until it is made again from the others, or all of it from the journal, at once or at the next
 * opening.
 */
export class Rollups {
  readonly scopes = new ScopeBook();
  readonly #connection: Connection;
  readonly #integrity: RollupIntegrity;
  readonly #entries: EntryReader;
  #saveNo = 0;
  #strategy: CollaborationScoringStrategy | undefined;
  #shelves: Promise<Shelves> | undefined;

  constructor(connection: Connection, head: RollupHead | undefined) {
    this.#connection = connection;
    this.#integrity = new RollupIntegrity(connection, head);
    this.#entries = new EntryReader({
      connection,
      scopes: this.scopes,
      integrity: this.#integrity,
      shelves: () => this.#loadedShelves(),
      partCount: () => this.partCount,
    });
  }

  /**
   * Gets ready to save and to answer, and returns the changes that are stored and not folded yet, by the number of
   * their save.
   *
   * @param strategy the collaboration strategy that totals are kept for
   * @throws TenureError `TENURE_CORRUPT`: call `resetSnapshots` and replay the whole journal
   */
  load(strategy: CollaborationScoringStrategy): Promise<Map<number, RowChange[]>> {
    this.#strategy = strategy;
    return this.#connection.operation(() => this.#integrity.guarding(() => this.#load(strategy)));
  }

  /** Notes why they do not fit the agents any more: they are made anew by who reads them next. */
  distrust(reason: string): Promise<void> {
    return this.#integrity.distrust(reason);
  }

  /** What was found damaged and is not made anew yet, in words; `undefined` for nothing. */
  get damage(): string | undefined {
    return this.#integrity.damage;
  }

  /** How many numbers an observation comes to in the totals. */
  get partCount(): number {
    return this.#strategy?.additive?.size ?? 0;
  }

  /** What stores changes along with the snapshots of their agents; `undefined` without any. */
  savePuts(changes: readonly RowChange[]): { saveNo: number; puts: Put[] } | undefined {
    const { head } = this.#integrity;
    if (changes.length === 0 || !head) return undefined;
    const saveNo = this.#saveNo + 1;
    const key = changesKey(saveNo);
    const scopes = scopePuts(this.scopes.after(head.scopes));
    const next = { ...head, scopes: this.scopes.size, saved: saveNo };
    const puts = [put(key, seal(key, encodeChanges(changes))), ...scopes];
    // What is damaged must not pass for sound because of it.
    if (!this.#integrity.isDoubted) puts.push(rollupsPut(next));
    return { saveNo, puts };
  }

  /** Notes that what {@link savePuts} made is stored. */
  saved(saveNo: number, scopes: number): void {
    this.#saveNo = saveNo;
    const { head } = this.#integrity;
    if (head) this.#integrity.update({ ...head, scopes: Math.max(head.scopes, scopes), saved: saveNo });
  }

  /**
   * Folds stored changes into the totals and the data points, in one atomic batch. The answer is whether it did: not
   * when the roll-ups are damaged, and then everything stays as it is.
   *
   * @param upTo the save that the last of the changes was stored with
   * @param commit told when all is ready: writes, with nobody reading meanwhile, and learns what the changes came to
   */
  async fold(changes: readonly RowChange[], upTo: number, commit: CommitFold): Promise<boolean> {
    try {
      await this.#integrity.guarding(() => this.#fold(changes, upTo, commit));
      return true;
    } catch (error) {
      if (isTenureError(error, 'TENURE_CORRUPT')) return false;
      throw error;
    }
  }

  /** Stored totals of some scopes in the slots from one to another, both included. */
  totals(level: Level, scopes: readonly Scope[], from: number, to: number): AsyncIterable<ScopeSlots> {
    return this.#connection.stream(this.#entries.totals(level, scopes, from, to));
  }

  /** The days from one to another, both included, that have stored data points, ascending. */
  days(from: number, to: number): Promise<number[]> {
    return this.#connection.operation(async () =>
      (await this.#loadedShelves()).numbers(FAMILY.rowsByTime, from, to),
    );
  }

  /** Stored data points with `from ≤ at ≤ to`, of the hours and of the pairs that are wanted. */
  rowsByTime(filter: RowFilter, isWanted: (hour: number) => boolean): AsyncIterable<RowBlock> {
    return this.#connection.stream(this.#entries.rowsByTime(filter, isWanted));
  }

  /** Stored data points of one agent with `from ≤ at ≤ to`. */
  rowsByAgent(agentNo: number, filter: RowFilter): AsyncIterable<RowBlock> {
    return this.#connection.stream(this.#entries.rowsByAgent(agentNo, filter));
  }

  /**
   * Removes totals and data points that are of times before a midnight alone, some at a time. When the roll-ups are
   * damaged everything stays as it is: what they are made anew of is of times that are kept.
   *
   * @param alone runs the removal of some, with nobody reading or folding
   */
  async dropBefore(
    horizon: number,
    { isStopped, alone }: { readonly isStopped: () => boolean; readonly alone: Alone },
  ): Promise<void> {
    try {
      const outdated = await outdatedSlots(await this.#loadedShelves(), horizon);
      for (let i = 0; i < outdated.length && !isStopped(); i += CHUNK) {
        await alone(() => this.#remove(outdated.slice(i, i + CHUNK)));
        await pause();
      }
    } catch (error) {
      if (!isTenureError(error, 'TENURE_CORRUPT')) throw error;
    }
  }

  /**
   * Makes single damaged entries again from the rest, while nothing is folded. The answer is whether that was possible:
   * else all of it is to be made anew.
   *
   * @param commit runs the write, with nobody reading or folding
   */
  async mendEntries({
    isStopped,
    commit,
  }: {
    readonly isStopped: () => boolean;
    readonly commit: Alone;
  }): Promise<boolean> {
    if (!this.#integrity.isOfEntries || !this.#strategy || !this.#shelves) return false;
    try {
      const shelves = await this.#shelves;
      const parts = { connection: this.#connection, entries: this.#entries, scopes: this.scopes };
      const mending = new EntryMending({ ...parts, shelves, strategy: this.#strategy, isStopped });
      const damaged = await mending.damaged();
      if (!damaged) return false;
      for await (const mended of mending.mended(damaged)) await commit(() => this.#replace(shelves, mended));
      if (isStopped()) return false;
      this.#integrity.restore(this.#integrity.head as RollupHead);
      return true;
    } catch (error) {
      // What it is made of is damaged too.
      if (isTenureError(error, 'TENURE_CORRUPT')) return false;
      throw error;
    }
  }

  /**
   * Removes all totals and data points, to be made anew by {@link refill}. Changes that are stored and not folded stay as
   * they are, and go on being stored. Nobody reads or folds meanwhile.
   */
  async empty(): Promise<void> {
    this.#integrity.doubt();
    await this.#integrity.write(MENDING, [rollupsPut(undefined)]);
    for (const part of [ALL_ROLLUPS, ALL_SHELVES]) await this.#connection.clear(MENDING, part);
    this.#shelves = Promise.resolve(new Shelves());
  }

  /** Puts data points into what was emptied, each as a change from nothing. */
  async refill(changes: readonly RowChange[]): Promise<void> {
    const shelves = await (this.#shelves as Promise<Shelves>);
    const { puts, written } = await foldOf(changes, this.#foldParts(shelves));
    for (const { family, shelf, slot, entries } of written) shelves.set(family, shelf, slot, entries);
    await this.#integrity.write(MENDING, [...puts, ...(await shelves.takePuts())]);
  }

  /** Declares that all data points are there again. */
  async refilled(): Promise<void> {
    const { size } = await (this.#shelves as Promise<Shelves>);
    const head = { ...(this.#integrity.head as RollupHead), scopes: this.scopes.size, shelves: size };
    await this.#integrity.write(MENDING, [...scopePuts(this.scopes.after(0)), rollupsPut(head)]);
    this.#integrity.restore(head);
  }

  /** What empties all of it; when it is interrupted, what is left is known not to be trusted. */
  async reset(): Promise<void> {
    const action = 'Resetting the roll-ups';
    this.#integrity.forget();
    await this.#connection.writeDerived(action, [rollupsPut(undefined)]);
    for (const part of [ALL_ROLLUPS, ALL_SHELVES, ALL_SCOPES, changesUpTo(KEY_MAX)]) {
      await this.#connection.clear(action, part);
    }
    const head = { folded: 0, scopes: 0, shelves: 0, saved: 0 };
    await this.#connection.writeDerived(action, [rollupsPut(head)]);
    this.scopes.clear();
    this.#saveNo = 0;
    this.#shelves = undefined;
    this.#integrity.restore(head);
  }

  async #load(strategy: CollaborationScoringStrategy): Promise<Map<number, RowChange[]>> {
    const head = this.#integrity.known();
    this.scopes.clear();
    await loadScopes(this.#connection, this.scopes, head.scopes);
    const changes = new Map<number, RowChange[]>();
    this.#saveNo = head.folded;
    for await (const entries of this.#connection.entries(READING, changesAfter(head.folded))) {
      for (const [key, value] of entries) {
        const payload = unseal(key, value);
        const saveNo = saveNoOf(key);
        if (saveNo !== this.#saveNo + 1 || !payload) throw corrupt('Changes of figures are damaged');
        this.#saveNo = saveNo;
        changes.set(
          saveNo,
          trusted(() => decodeChanges(payload, this.scopes, strategy)),
        );
      }
    }
    if (this.#saveNo < (head.saved ?? 0)) throw corrupt('Changes of figures are missing');
    return changes;
  }

  async #fold(changes: readonly RowChange[], upTo: number, commit: CommitFold): Promise<void> {
    const shelves = await this.#loadedShelves();
    const { deltas, puts, written } = await foldOf(changes, this.#foldParts(shelves));
    await commit(async () => {
      const head = this.#integrity.known();
      for (const [i, { family, shelf, slot, entries }] of written.entries()) {
        shelves.set(family, shelf, slot, entries);
        const due = pauseAmong(i);
        if (due) await due;
      }
      const next = { ...head, folded: upTo, scopes: this.scopes.size, shelves: shelves.size };
      const operations: (Put | Del)[] = puts;
      for (const shelf of await shelves.takePuts()) operations.push(shelf);
      operations.push(...scopePuts(this.scopes.after(head.scopes)), rollupsPut(next));
      await this.#integrity.write('Folding figures', operations);
      this.#integrity.update(next);
      return deltas;
    });
    await this.#connection.clear('Folding figures', changesUpTo(upTo));
  }

  async #replace(shelves: Shelves, mended: readonly MendedSlot[]): Promise<void> {
    const operations: (Put | Del)[] = [];
    for (const slot of mended) {
      operations.push(...slot.operations);
      if (slot.entries > 0) shelves.set(slot.family, slot.shelf, slot.slot, slot.entries);
      else shelves.remove(slot.family, slot);
    }
    const head = { ...(this.#integrity.head as RollupHead), shelves: shelves.size };
    await this.#integrity.write(MENDING, [...operations, ...(await shelves.takePuts()), rollupsPut(head)]);
    this.#integrity.update(head);
  }

  #foldParts(shelves: Shelves): FoldParts {
    return {
      partCount: this.partCount,
      entriesAt: (family, { shelf, slot }) => shelves.entriesAt(family, shelf, slot),
      pages: (family, places) => this.#entries.pages(family, places),
      rowsAt: async (family, place) => (await this.#entries.rowsOf(shelves, family, place)).toNumbered(),
    };
  }

  async #remove(outdated: readonly Outdated[]): Promise<void> {
    const shelves = await this.#loadedShelves();
    const operations: (Put | Del)[] = [];
    for (const { family, shelf, slot } of outdated) {
      const count = shelves.entriesAt(family, shelf, slot);
      for (let entry = 0; entry < count; entry++) operations.push(del(rollupKey(family, shelf, slot, entry)));
      shelves.remove(family, { shelf, slot });
    }
    const next = { ...this.#integrity.known(), shelves: shelves.size };
    operations.push(...(await shelves.takePuts()), rollupsPut(next));
    await this.#integrity.write('Removing outdated figures', operations);
    this.#integrity.update(next);
  }

  #loadedShelves(): Promise<Shelves> {
    const { shelves } = this.#integrity.known();
    this.#shelves ??= this.#integrity
      .guarding(() => Shelves.load(this.#connection, shelves))
      .catch((error) => {
        this.#shelves = undefined;
        throw error;
      });
    return this.#shelves;
  }
}
