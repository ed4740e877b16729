import { partsOf } from '../../agent/collaboration.js';
import type { CollaborationScoringStrategy } from '../../scoring/types.js';
import { pause } from '../breathe.js';
import { encodeRows, type NumberedRow } from '../codec/figure-rows.js';
import { pairOf } from '../codec/row-changes.js';
import { seal, unseal } from '../codec/seal.js';
import { encodePage } from '../codec/totals-page.js';
import { type Connection, type Del, del, type Put, put } from '../connection.js';
import { rollupKey } from '../keys.js';
import { CHUNK, type EntryReader, READING } from './entry-reader.js';
import { MAX_ROWS } from './fold.js';
import type { RowFilter } from './row-block.js';
import type { Scope, ScopeBook } from './scopes.js';
import { FAMILY, type Family, type Place, type Shelves } from './shelves.js';
import { DAYS, daysOf, HOURLY, type Level, periodOf, slotOf } from './slots.js';
import { addRow, emptyTotals, isObserved, type Totals } from './totals.js';

/** Slots that are mended one by one: with more of them, all is made anew from the journal. */
const MOST = 64;

/** A slot of which an entry is damaged or gone. */
export interface DamagedSlot extends Place {
  readonly family: Family;
}

export interface EntryMendingParts {
  readonly connection: Connection;
  readonly entries: EntryReader;
  readonly scopes: ScopeBook;
  readonly shelves: Shelves;
  readonly strategy: CollaborationScoringStrategy;
  /** Whether it is to be broken off. */
  readonly isStopped: () => boolean;
}

/** What is to be written in the place of a damaged slot. */
export interface MendedSlot extends DamagedSlot {
  readonly operations: readonly (Put | Del)[];
  /** How many entries it has then. */
  readonly entries: number;
}

/**
 * Makes single slots of the roll-ups again from the rest of them: every data point is there twice, by its time and by
 * its agent, and totals are sums of them. Nothing may be folded meanwhile.
 */
export class EntryMending {
  constructor(private readonly parts: EntryMendingParts) {}

  /** Looks at every entry that there should be; `undefined` when too many are damaged, or it was stopped. */
  async damaged(): Promise<DamagedSlot[] | undefined> {
    const damaged = new Map<string, DamagedSlot>();
    let chunk: DamagedSlot[] = [];
    for (const slot of this.slots()) {
      chunk.push(slot);
      if (chunk.length < CHUNK) continue;
      for (const one of await this.damagedAmong(chunk)) damaged.set(nameOf(one), one);
      if (damaged.size > MOST || this.parts.isStopped()) return undefined;
      chunk = [];
      await pause();
    }
    for (const one of await this.damagedAmong(chunk)) damaged.set(nameOf(one), one);
    return damaged.size > MOST ? undefined : [...damaged.values()];
  }

  /**
   * Damaged slots as they should be, to be written before the next are asked for: first those with data points, then the
   * totals.
   *
   * @throws TenureError `TENURE_CORRUPT` when what one of them is to be made of is damaged too
   */
  async *mended(damaged: readonly DamagedSlot[]): AsyncGenerator<MendedSlot[], void> {
    for (const ofTotals of [false, true]) {
      const mended: MendedSlot[] = [];
      for (const slot of damaged) {
        if (isPage(slot) !== ofTotals) continue;
        mended.push(await (ofTotals ? this.mendedPage(slot) : this.mendedRows(slot)));
        if (this.parts.isStopped()) return;
      }
      if (mended.length > 0) yield mended;
    }
  }

  private async damagedAmong(slots: readonly DamagedSlot[]): Promise<DamagedSlot[]> {
    const keys = slots.flatMap((place) => {
      const { family, shelf, slot } = place;
      const count = this.parts.shelves.entriesAt(family, shelf, slot);
      return Array.from({ length: count }, (_, entry) => ({
        key: rollupKey(family, shelf, slot, entry),
        place,
      }));
    });
    const values = await this.parts.connection.getMany(
      READING,
      keys.map(({ key }) => key),
    );
    const isSound = (key: Buffer, value: Buffer | undefined) =>
      value !== undefined && unseal(key, value) !== undefined;
    return keys.filter(({ key }, i) => !isSound(key, values[i])).map(({ place }) => place);
  }

  private *slots(): Generator<DamagedSlot> {
    const { shelves } = this.parts;
    for (const family of Object.values(FAMILY)) {
      for (const shelf of shelves.numbers(family, 0, ALL)) {
        for (const slot of shelves.slots(family, shelf, 0, ALL)) yield { family, shelf, slot };
      }
    }
  }

  private async mendedRows(slot: DamagedSlot): Promise<MendedSlot> {
    const isByTime = slot.family === FAMILY.rowsByTime;
    const rows = await (isByTime ? this.rowsOfHour(slot) : this.rowsOfAgent(slot));
    const payloads: Buffer[] = [];
    for (let i = 0; i < rows.length; i += MAX_ROWS) payloads.push(encodeRows(rows.slice(i, i + MAX_ROWS)));
    return this.replaced(slot, payloads);
  }

  /** What is in the place of everything that the slot has. */
  private replaced(place: DamagedSlot, payloads: readonly Buffer[]): MendedSlot {
    const { family, shelf, slot } = place;
    const count = Math.max(this.parts.shelves.entriesAt(family, shelf, slot), payloads.length);
    const operations = Array.from({ length: count }, (_, entry) => {
      const key = rollupKey(family, shelf, slot, entry);
      const payload = payloads[entry];
      return payload === undefined ? del(key) : put(key, seal(key, payload));
    });
    return { ...place, operations, entries: payloads.length };
  }

  /** The data points of an hour, from those of every agent. */
  private async rowsOfHour({ slot: hour }: Place): Promise<NumberedRow[]> {
    const { shelves, entries } = this.parts;
    const filter = { from: hour * HOURLY.ms, to: (hour + 1) * HOURLY.ms - 1 };
    const period = periodOf(filter.from);
    const rows: NumberedRow[] = [];
    for (const shelf of shelves.numbers(FAMILY.rowsByAgent, 0, ALL)) {
      if (shelves.entriesAt(FAMILY.rowsByAgent, shelf, period) === 0) continue;
      const block = await entries.rowsOf(shelves, FAMILY.rowsByAgent, { shelf, slot: period }, filter);
      rows.push(...block.toNumbered());
    }
    return rows;
  }

  /** The data points of an agent in a period, from those of everybody in all of its hours. */
  private async rowsOfAgent({ shelf: agentNo, slot: period }: Place): Promise<NumberedRow[]> {
    const { from, to } = daysOf(period);
    const rows: NumberedRow[] = [];
    for await (const some of this.rowsBetween(from, to)) {
      for (const row of some) if (row.agentNo === agentNo) rows.push(row);
    }
    return rows;
  }

  private async mendedPage(place: DamagedSlot): Promise<MendedSlot> {
    const { scopes, strategy } = this.parts;
    const level = place.family === FAMILY.days ? DAYS : HOURLY;
    const scope = scopes.byNumber(place.shelf);
    const page = new Map<number, Totals>();
    const partCount = strategy.additive?.size ?? 0;
    const { from, to } = timesOf(level, place.slot);
    for await (const rows of this.rowsBetween(slotOf(DAYS, from), slotOf(DAYS, to), { from, to })) {
      for (const { pairNo, row } of rows) {
        if (!isIn(scope, pairOf(scopes, pairNo))) continue;
        const slot = slotOf(level, row.at) % level.pageSlots;
        const totals = page.get(slot) ?? emptyTotals(partCount);
        addRow(totals, row, isObserved(row) ? partsOf(row.observation, strategy) : [], 1);
        page.set(slot, totals);
      }
      const due = pause();
      if (due) await due;
    }
    return this.replaced(place, [encodePage(page)]);
  }

  /** The data points of some days, both included, an hour at a time. */
  private async *rowsBetween(
    firstDay: number,
    lastDay: number,
    filter?: RowFilter,
  ): AsyncGenerator<NumberedRow[], void> {
    const { shelves, entries, isStopped } = this.parts;
    const family = FAMILY.rowsByTime;
    for (const shelf of shelves.numbers(family, firstDay, lastDay)) {
      for (const slot of shelves.slots(family, shelf, 0, ALL)) {
        if (isStopped()) return;
        yield (await entries.rowsOf(shelves, family, { shelf, slot }, filter)).toNumbered();
      }
    }
  }
}

const ALL = Number.MAX_SAFE_INTEGER;

/** The times of a page, epoch milliseconds, both included. */
function timesOf({ ms, pageSlots }: Level, page: number): { from: number; to: number } {
  return { from: page * pageSlots * ms, to: (page + 1) * pageSlots * ms - 1 };
}

function isIn(scope: Scope | undefined, pair: ReturnType<typeof pairOf>): boolean {
  return scope === pair || scope === pair.inDepartment || scope === pair.inProject;
}

function isPage({ family }: DamagedSlot): boolean {
  return family === FAMILY.days || family === FAMILY.hours;
}

function nameOf({ family, shelf, slot }: DamagedSlot): string {
  return `${family} ${shelf} ${slot}`;
}
