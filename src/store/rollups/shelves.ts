import { z } from 'zod';
import { sealJson, unsealJson } from '../codec/seal.js';
import { type Connection, type Put, put } from '../connection.js';
import { corrupt } from '../failures.js';
import { ALL_SHELVES, shelfKey, shelfPartsOf } from '../keys.js';

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

/** How many entries each slot of a shelf has. */
type Slots = Map<number, number>;

const slotList = z.array(z.tuple([z.int().min(0), z.int().min(1)]));

/**
 * What there is of the roll-ups: how many entries in each slot of each shelf, so that every key is known and an
 * entry that is gone is noticed. In memory as a whole once it is needed.
 */
export class Shelves {
  readonly #families = new Map<number, Map<number, Slots>>();
  readonly #changed = new Map<Slots, { readonly family: Family; readonly shelf: number }>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @throws TenureError `TENURE_CORRUPT` */
  static async load(connection: Connection, expected: number): Promise<Shelves> {
    const shelves = new Shelves();
    for await (const entries of connection.entries('Reading the roll-ups', ALL_SHELVES)) {
      for (const [key, value] of entries) {
        const parts = shelfPartsOf(key);
        const slots = slotList.safeParse(unsealJson(key, value));
        if (!parts || !slots.success) throw corrupt('A shelf of the roll-ups is damaged');
        shelves.#add(parts.family, parts.shelf, new Map(slots.data));
      }
    }
    if (shelves.size === expected) return shelves;
    throw corrupt(`The roll-ups are damaged: ${shelves.size} shelves, expected ${expected}`);
  }

  /** How many entries a slot has. */
  entriesAt(family: Family, shelf: number, slot: number): number {
    return this.#slots(family, shelf)?.get(slot) ?? 0;
  }

  /** The slots of a shelf from one to another, both included, ascending. */
  slots(family: Family, shelf: number, from: number, to: number): number[] {
    return within(this.#slots(family, shelf)?.keys() ?? [], from, to);
  }

  /** The shelves of a family from one to another, both included, ascending. */
  numbers(family: Family, from: number, to: number): number[] {
    return within(this.#families.get(family)?.keys() ?? [], from, to);
  }

  /** Notes how many entries a slot has. */
  set(family: Family, shelf: number, slot: number, entries: number): void {
    const slots = this.#slots(family, shelf) ?? this.#add(family, shelf, new Map());
    if (slots.get(slot) === entries) return;
    slots.set(slot, entries);
    this.#changed.set(slots, { family, shelf });
  }

  /** What makes durable all that was noted since the last call. */
  takePuts(): Put[] {
    const puts = Array.from(this.#changed, ([slots, { family, shelf }]) => {
      const key = shelfKey(family, shelf);
      return put(key, sealJson(key, [...slots]));
    });
    this.#changed.clear();
    return puts;
  }

  #slots(family: number, shelf: number): Slots | undefined {
    return this.#families.get(family)?.get(shelf);
  }

  #add(family: number, shelf: number, slots: Slots): Slots {
    let shelves = this.#families.get(family);
    if (!shelves) {
      shelves = new Map();
      this.#families.set(family, shelves);
    }
    shelves.set(shelf, slots);
    this.#size++;
    return slots;
  }
}

function within(numbers: Iterable<number>, from: number, to: number): number[] {
  return [...numbers].filter((number) => number >= from && number <= to).sort((a, b) => a - b);
}
