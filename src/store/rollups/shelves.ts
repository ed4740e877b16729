import { z } from 'zod';
import { pause } from '../breathe.js';
import { sealJson, unsealJson } from '../codec/seal.js';
import { type Connection, type Del, del, type Put, put } from '../connection.js';
import { corrupt } from '../failures.js';
import { ALL_SHELVES, shelfKey, shelfPartsOf } from '../keys.js';
import { SlotLists } from './slot-lists.js';

/** What lies on a shelf, and by what its number and its slots count. */
export const FAMILY = {
  /** Totals of a scope, pages of 64 days. */
  days: 1,
  /** Totals of a department, pages of 128 hours. */
  hours: 2,
  /** Data points of a day, by the hour. */
  rowsByTime: 3,
  /** Data points of an agent, by 32 days. */
  rowsByAgent: 4,
} as const;
export type Family = (typeof FAMILY)[keyof typeof FAMILY];

/** A slot of a shelf. */
export interface Place {
  readonly shelf: number;
  readonly slot: number;
}

const slotList = z.array(z.tuple([z.int().min(0), z.int().min(1)]));

/**
 * What there is of the roll-ups: how many entries in each slot of each shelf, so that every key is known and an
 * entry that is gone is noticed. In memory as a whole once it is needed.
 */
export class Shelves {
  readonly #families = new Map<Family, SlotLists>(
    Object.values(FAMILY).map((family) => [family, new SlotLists()]),
  );
  readonly #changed = new Map<Family, Set<number>>(
    Object.values(FAMILY).map((family) => [family, new Set<number>()]),
  );

  get size(): number {
    return [...this.#families.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** @throws TenureError `TENURE_CORRUPT` */
  static async load(connection: Connection, expected: number): Promise<Shelves> {
    const shelves = new Shelves();
    for await (const entries of connection.entries('Reading the roll-ups', ALL_SHELVES)) {
      for (const [key, value] of entries) {
        const parts = shelfPartsOf(key);
        const slots = slotList.safeParse(unsealJson(key, value));
        if (!parts || !slots.success) throw corrupt('A shelf of the roll-ups is damaged');
        const lists = shelves.#families.get(parts.family as Family);
        if (!lists) throw corrupt('A shelf of the roll-ups is damaged');
        for (const [slot, count] of slots.data) lists.set(parts.shelf, slot, count);
      }
      await pause();
    }
    if (shelves.size === expected) return shelves;
    throw corrupt(`The roll-ups are damaged: ${shelves.size} shelves, expected ${expected}`);
  }

  /** How many entries a slot has. */
  entriesAt(family: Family, shelf: number, slot: number): number {
    return this.#of(family).get(shelf, slot) ?? 0;
  }

  /** The slots of a shelf from one to another, both included, ascending. */
  slots(family: Family, shelf: number, from: number, to: number): number[] {
    return within(
      Array.from(this.#of(family).of(shelf), ([slot]) => slot),
      from,
      to,
    );
  }

  /** The shelves of a family from one to another, both included, ascending. */
  numbers(family: Family, from: number, to: number): number[] {
    return within(this.#of(family).shelves(), from, to);
  }

  /** Notes how many entries a slot has. */
  set(family: Family, shelf: number, slot: number, entries: number): void {
    const lists = this.#of(family);
    if (lists.get(shelf, slot) === entries) return;
    lists.set(shelf, slot, entries);
    this.#changed.get(family)?.add(shelf);
  }

  /** Notes that a slot has no entries any more. */
  remove(family: Family, { shelf, slot }: Place): void {
    this.#of(family).delete(shelf, slot);
    this.#changed.get(family)?.add(shelf);
  }

  /** What makes durable all that was noted since the last call. */
  async takePuts(): Promise<(Put | Del)[]> {
    const puts: (Put | Del)[] = [];
    for (const [family, shelves] of this.#changed) {
      for (const shelf of shelves) {
        const key = shelfKey(family, shelf);
        const slots = [...this.#of(family).of(shelf)];
        puts.push(slots.length > 0 ? put(key, sealJson(key, slots)) : del(key));
        const due = pause();
        if (due) await due;
      }
      shelves.clear();
    }
    return puts;
  }

  #of(family: Family): SlotLists {
    return this.#families.get(family) as SlotLists;
  }
}

function within(numbers: Iterable<number>, from: number, to: number): number[] {
  return [...numbers].filter((number) => number >= from && number <= to).sort((a, b) => a - b);
}
