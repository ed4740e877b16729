import { pause } from '../breathe.js';
import { pairOf } from '../codec/row-changes.js';
import { unseal } from '../codec/seal.js';
import { decodePage } from '../codec/totals-page.js';
import type { Connection } from '../connection.js';
import { corrupt } from '../failures.js';
import { rollupKey } from '../keys.js';
import { DamagedEntry, type RollupIntegrity } from './integrity.js';
import { RowBlock, type RowFilter } from './row-block.js';
import type { Scope, ScopeBook } from './scopes.js';
import { FAMILY, type Family, type Place, type Shelves } from './shelves.js';
import { DAYS, HOURLY, type Level, periodOf } from './slots.js';
import type { Totals } from './totals.js';

export const READING = 'Reading the roll-ups';
/** Entries read together. */
export const CHUNK = 64;

/** Totals of one scope by slot. */
export interface ScopeSlots {
  readonly scope: Scope;
  readonly slots: ReadonlyMap<number, Totals>;
}

/** Where entries are read from. */
interface EntryStore {
  readonly connection: Connection;
  readonly scopes: ScopeBook;
  readonly integrity: RollupIntegrity;
  readonly shelves: () => Promise<Shelves>;
  /** How many numbers an observation comes to in the totals. */
  readonly partCount: () => number;
}

/**
 * Reads the entries of the roll-ups, some at a time.
 *
 * @throws TenureError `TENURE_CORRUPT` when one is damaged or gone
 */
export class EntryReader {
  readonly #store: EntryStore;

  constructor(store: EntryStore) {
    this.#store = store;
  }

  /** Totals of some scopes in the slots from one to another, both included. */
  async *totals(
    level: Level,
    scopes: readonly Scope[],
    from: number,
    to: number,
  ): AsyncGenerator<ScopeSlots[], void> {
    const shelves = await this.#store.shelves();
    const family = familyOf(level);
    const [first, last] = [Math.floor(from / level.pageSlots), Math.floor(to / level.pageSlots)];
    const places: (Place & { scope: Scope })[] = [];
    for (const scope of scopes) {
      for (const slot of shelves.slots(family, scope.no, first, last)) {
        places.push({ scope, shelf: scope.no, slot });
      }
    }
    for (let i = 0; i < places.length; i += CHUNK) {
      const chunk = places.slice(i, i + CHUNK);
      const pages = await this.#store.integrity.guarding(() =>
        this.pages(family, chunk, (page) => ({
          from: from - page * level.pageSlots,
          to: to - page * level.pageSlots,
        })),
      );
      for (const [k, { scope, slot: page }] of chunk.entries()) {
        const slots = new Map<number, Totals>();
        for (const [slot, totals] of pages[k]!) slots.set(page * level.pageSlots + slot, totals);
        yield [{ scope, slots }];
      }
    }
  }

  /** Pages of totals by the place of the slot in them. */
  async pages(
    family: Family,
    places: readonly Place[],
    within: (page: number) => { from: number; to: number } = () => ({ from: 0, to: 0xff }),
  ): Promise<Map<number, Totals>[]> {
    const keys = places.map(({ shelf, slot }) => rollupKey(family, shelf, slot, 0));
    const values = await this.#store.connection.getMany(READING, keys);
    const pages: Map<number, Totals>[] = [];
    for (const [i, value] of values.entries()) {
      const payload = value && unseal(keys[i]!, value);
      const { from, to } = within(places[i]!.slot);
      if (!payload) throw new DamagedEntry('Totals of the roll-ups are damaged');
      pages.push(trusted(() => decodePage(payload, this.#store.partCount(), from, to)));
      const due = pause();
      if (due) await due;
    }
    return pages;
  }

  /** Data points with `from ≤ at ≤ to`, of the hours and of the pairs that are wanted. */
  async *rowsByTime(
    filter: RowFilter,
    isWanted: (hour: number) => boolean,
  ): AsyncGenerator<RowBlock[], void> {
    const { from, to } = filter;
    const shelves = await this.#store.shelves();
    const [firstHour, lastHour] = [Math.floor(from / HOURLY.ms), Math.floor(to / HOURLY.ms)];
    const days = shelves.numbers(FAMILY.rowsByTime, Math.floor(from / DAYS.ms), Math.floor(to / DAYS.ms));
    for (const shelf of days) {
      const slots = shelves.slots(FAMILY.rowsByTime, shelf, firstHour, lastHour).filter(isWanted);
      yield* this.#blocks(shelves, { family: FAMILY.rowsByTime, shelf, slots }, filter);
      const due = pause();
      if (due) await due;
    }
  }

  /** Data points of one agent with `from ≤ at ≤ to`. */
  async *rowsByAgent(agentNo: number, filter: RowFilter): AsyncGenerator<RowBlock[], void> {
    const shelves = await this.#store.shelves();
    const [first, last] = [periodOf(filter.from), periodOf(filter.to)];
    const slots = shelves.slots(FAMILY.rowsByAgent, agentNo, first, last);
    yield* this.#blocks(shelves, { family: FAMILY.rowsByAgent, shelf: agentNo, slots }, filter);
  }

  /** The data points of some slots of a shelf; those of the next are under way while these are used. */
  async *#blocks(
    shelves: Shelves,
    { family, shelf, slots }: { family: Family; shelf: number; slots: readonly number[] },
    filter: RowFilter,
  ): AsyncGenerator<RowBlock[], void> {
    const chunks = chunked(slots, (slot) => shelves.entriesAt(family, shelf, slot));
    const fetch = (chunk: readonly number[] | undefined): Promise<Buffer[][]> | undefined => {
      const places = chunk?.map((slot) => ({ shelf, slot }));
      const payloads = places && this.#payloads(shelves, family, places);
      // If the consumer leaves, nobody will look at this one's failure.
      payloads?.catch(() => undefined);
      return payloads;
    };
    let next = fetch(chunks[0]);
    for (let i = 1; next; i++) {
      const fetched = await this.#store.integrity.guarding(() => next as Promise<Buffer[][]>);
      next = fetch(chunks[i]);
      for (const payloads of fetched) {
        yield [await this.#store.integrity.guarding(() => this.#blockOf(payloads, filter))];
      }
    }
  }

  /** All data points of a slot, or those that are asked for. */
  async rowsOf(shelves: Shelves, family: Family, place: Place, filter?: RowFilter): Promise<RowBlock> {
    const [payloads] = await this.#payloads(shelves, family, [place]);
    return this.#blockOf(payloads as Buffer[], filter);
  }

  async #blockOf(payloads: readonly Buffer[], filter?: RowFilter): Promise<RowBlock> {
    const due = pause();
    if (due) await due;
    return trusted(() => new RowBlock(payloads, (no) => pairOf(this.#store.scopes, no), filter));
  }

  /** What the entries of some slots hold, slot by slot. */
  async #payloads(shelves: Shelves, family: Family, places: readonly Place[]): Promise<Buffer[][]> {
    const countOf = ({ shelf, slot }: Place): number => shelves.entriesAt(family, shelf, slot);
    const counts = places.map(countOf);
    const keys = places.flatMap(({ shelf, slot }, i) =>
      Array.from({ length: counts[i]! }, (_, entry) => rollupKey(family, shelf, slot, entry)),
    );
    const values = await this.#store.connection.getMany(READING, keys);
    // Who looks up a single data point does so while others write.
    if (places.some((place, i) => countOf(place) !== counts[i]))
      return this.#payloads(shelves, family, places);
    const payloads = values.map((value, i) => {
      const payload = value && unseal(keys[i]!, value);
      if (!payload) throw new DamagedEntry('Data points of the roll-ups are damaged');
      return payload;
    });
    const slots: Buffer[][] = [];
    let first = 0;
    for (const count of counts) {
      slots.push(payloads.slice(first, first + count));
      first += count;
    }
    return slots;
  }
}

/** Slots whose entries are read together: one or more. */
function chunked(slots: readonly number[], entriesOf: (slot: number) => number): number[][] {
  const chunks: number[][] = [];
  let entries = CHUNK;
  for (const slot of slots) {
    if (entries >= CHUNK) {
      chunks.push([]);
      entries = 0;
    }
    chunks.at(-1)?.push(slot);
    entries += entriesOf(slot);
  }
  return chunks;
}

function familyOf(level: Level): Family {
  return level === DAYS ? FAMILY.days : FAMILY.hours;
}

/** A checksum that held over something that cannot be read: it was written by another version. */
export function trusted<Result>(decode: () => Result): Result {
  try {
    return decode();
  } catch (error) {
    throw corrupt('An entry of the roll-ups cannot be read', { cause: error });
  }
}
