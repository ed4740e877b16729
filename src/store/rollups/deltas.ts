import type { RowChange } from './changes.js';
import type { Pair, Scope } from './scopes.js';
import { DAYS, HOURLY, slotOf } from './slots.js';
import { addRow, addTotals, emptyTotals, type FigureRow, type Totals } from './totals.js';

/** What some changes come to in one slot. */
interface Delta {
  readonly totals: Totals;
  /** How many changes: without any, what rounding has left of the sums means nothing. */
  changes: number;
}

/** The slots of one scope: days, and for departments hours too. */
interface ScopeDeltas {
  readonly days: Map<number, Delta>;
  readonly hours: Map<number, Delta>;
}

/**
 * What some changes come to: totals by scope and slot, to be added to what is stored. Departments are kept by the
 * hour too, so that a range of theirs needs single data points only for the parts of an hour at its ends.
 */
export class Deltas {
  readonly scopes = new Map<Scope, ScopeDeltas>();
  readonly #latest = new Map<Pair, { readonly hour: number; readonly slots: readonly Delta[] }>();

  constructor(private readonly partCount: number) {}

  add(change: RowChange): void {
    const { before, after, parts } = change;
    const slots = this.#slotsOf(change);
    for (let i = 0; i < slots.length; i++) {
      const delta = slots[i] as Delta;
      delta.changes++;
      if (before) addRow(delta.totals, before, parts, -1);
      addRow(delta.totals, after, parts, 1);
    }
  }

  /** Gives a change that was added other figures after it. */
  replace(change: RowChange, after: FigureRow): void {
    for (const { totals } of this.#slotsOf(change)) {
      addRow(totals, change.after, change.parts, -1);
      addRow(totals, after, change.parts, 1);
    }
  }

  /** Takes out changes that were added before, a slot at a time; others may be added meanwhile. */
  *subtract(other: Deltas): Generator<undefined, void> {
    for (const [scope, { days, hours }] of other.scopes) {
      const own = this.scopes.get(scope);
      if (!own) continue;
      yield* this.#subtractAll(own.days, days);
      yield* this.#subtractAll(own.hours, hours);
      if (own.days.size > 0 || own.hours.size > 0) continue;
      this.#latest.clear();
      this.scopes.delete(scope);
    }
  }

  *#subtractAll(slots: Map<number, Delta>, others: ReadonlyMap<number, Delta>): Generator<undefined, void> {
    for (const [slot, other] of others) {
      const own = slots.get(slot);
      if (!own) continue;
      own.changes -= other.changes;
      if (own.changes > 0) addTotals(own.totals, other.totals, -1);
      else {
        // Nothing may be added any more to what is given up.
        this.#latest.clear();
        slots.delete(slot);
      }
      yield;
    }
  }

  /** All slots that a change counts in. Most changes are of the same hour as the one before. */
  #slotsOf({ pair, after: { at } }: RowChange): readonly Delta[] {
    const hour = slotOf(HOURLY, at);
    const latest = this.#latest.get(pair);
    if (latest?.hour === hour) return latest.slots;
    const day = slotOf(DAYS, at);
    const department = this.#of(pair.inDepartment);
    const slots = [
      this.#at(this.#of(pair).days, day),
      this.#at(this.#of(pair.inProject).days, day),
      this.#at(department.days, day),
      this.#at(department.hours, hour),
    ];
    this.#latest.set(pair, { hour, slots });
    return slots;
  }

  #of(scope: Scope): ScopeDeltas {
    let slots = this.scopes.get(scope);
    if (!slots) {
      slots = { days: new Map(), hours: new Map() };
      this.scopes.set(scope, slots);
    }
    return slots;
  }

  #at(slots: Map<number, Delta>, slot: number): Delta {
    let delta = slots.get(slot);
    if (!delta) {
      delta = { totals: emptyTotals(this.partCount), changes: 0 };
      slots.set(slot, delta);
    }
    return delta;
  }
}
