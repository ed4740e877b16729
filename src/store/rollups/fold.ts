import { pause } from '../breathe.js';
import { encodeRows, type NumberedRow } from '../codec/figure-rows.js';
import { seal } from '../codec/seal.js';
import { encodePage } from '../codec/totals-page.js';
import { type Put, put } from '../connection.js';
import { rollupKey } from '../keys.js';
import type { RowChange } from './changes.js';
import { Deltas } from './deltas.js';
import { FAMILY, type Family, type Place } from './shelves.js';
import { DAYS, dayOfHour, HOURLY, type Level, periodOf, slotOf } from './slots.js';
import { addTotals, emptyTotals, type Totals } from './totals.js';

/** What a fold needs to know of what is stored. */
export interface FoldParts {
  readonly partCount: number;
  readonly entriesAt: (family: Family, place: Place) => number;
  readonly pages: (family: Family, places: readonly Place[]) => Promise<Map<number, Totals>[]>;
  readonly rowsAt: (family: Family, place: Place) => Promise<NumberedRow[]>;
}

/** How many entries a slot has once a fold is written. */
interface Written extends Place {
  readonly family: Family;
  readonly entries: number;
}

/** What is to be written. */
interface Batch {
  readonly puts: Put[];
  readonly written: Written[];
}

/** When a slot has so many entries, or a multiple of it, they become one: unless that one would be large. */
const MAX_ENTRIES = 16;
export const MAX_ROWS = 4_096;

/** All that is to be written to fold changes into totals and data points, and what the changes came to. */
export async function foldOf(
  changes: readonly RowChange[],
  parts: FoldParts,
): Promise<Batch & { readonly deltas: Deltas }> {
  const deltas = new Deltas(parts.partCount);
  const byTime = new Shelving();
  const byAgent = new Shelving();
  for (const change of changes) {
    deltas.add(change);
    const { agentNo, pair, after: row } = change;
    const numbered = { agentNo, pairNo: pair.no, row };
    const hour = slotOf(HOURLY, row.at);
    byTime.add(dayOfHour(hour), hour, numbered);
    byAgent.add(agentNo, periodOf(row.at), numbered);
    const due = pause();
    if (due) await due;
  }
  const batch: Batch = { puts: [], written: [] };
  await foldTotals(deltas, DAYS, parts, batch);
  await foldTotals(deltas, HOURLY, parts, batch);
  await foldRows(FAMILY.rowsByTime, byTime, parts, batch);
  await foldRows(FAMILY.rowsByAgent, byAgent, parts, batch);
  return { ...batch, deltas };
}

/** Adds what changed to the pages that it lies in. */
async function foldTotals(deltas: Deltas, level: Level, parts: FoldParts, batch: Batch): Promise<void> {
  const family = level === DAYS ? FAMILY.days : FAMILY.hours;
  const touched = pagesOf(deltas, level);
  for (let i = 0; i < touched.length; i += PAGES) {
    const slice = touched.slice(i, i + PAGES);
    const known = slice.filter((place) => parts.entriesAt(family, place) > 0);
    const pages = await parts.pages(family, known);
    const stored = new Map(known.map((place, k) => [place, pages[k] as Map<number, Totals>]));
    for (const place of slice) {
      const page = stored.get(place) ?? new Map<number, Totals>();
      for (const [slot, delta] of place.slots) {
        const totals = page.get(slot) ?? emptyTotals(parts.partCount);
        addTotals(totals, delta, 1);
        page.set(slot, totals);
      }
      add(batch, family, place, { entry: 0, payload: encodePage(page) });
      const due = pause();
      if (due) await due;
    }
  }
}

/** Pages read and written together: some hundred kilobytes. */
const PAGES = 16;

function pagesOf(deltas: Deltas, level: Level): (Place & { slots: Map<number, Totals> })[] {
  const pages: (Place & { slots: Map<number, Totals> })[] = [];
  for (const [scope, { days, hours }] of deltas.scopes) {
    const byPage = new Map<number, Map<number, Totals>>();
    for (const [slot, { totals }] of level === DAYS ? days : hours) {
      const number = Math.floor(slot / level.pageSlots);
      let page = byPage.get(number);
      if (!page) {
        page = new Map();
        byPage.set(number, page);
      }
      page.set(slot % level.pageSlots, totals);
    }
    for (const [slot, slots] of byPage) pages.push({ shelf: scope.no, slot, slots });
  }
  return pages;
}

/** Puts data points behind those that their slots have; a slot with many entries becomes one again. */
async function foldRows(family: Family, shelving: Shelving, parts: FoldParts, batch: Batch): Promise<void> {
  for (const place of shelving.slots()) {
    const { rows } = place;
    let entry = parts.entriesAt(family, place);
    if (entry > 0 && entry % MAX_ENTRIES === 0) {
      const stored = await parts.rowsAt(family, place);
      if (stored.length <= MAX_ROWS) {
        for (const known of stored) if (!rows.has(known.row.seq)) rows.set(known.row.seq, known);
        entry = 0;
      }
    }
    add(batch, family, place, { entry, payload: encodeRows([...rows.values()]) });
    const due = pause();
    if (due) await due;
  }
}

/** Data points by shelf and slot, each as it was last. */
class Shelving {
  readonly #shelves = new Map<number, Map<number, Map<number, NumberedRow>>>();

  add(shelf: number, slot: number, row: NumberedRow): void {
    const slots = own(this.#shelves, shelf);
    own(slots, slot).set(row.row.seq, row);
  }

  *slots(): Generator<Place & { rows: Map<number, NumberedRow> }> {
    for (const [shelf, slots] of this.#shelves) {
      for (const [slot, rows] of slots) yield { shelf, slot, rows };
    }
  }
}

function own<Value>(map: Map<number, Map<number, Value>>, key: number): Map<number, Value> {
  let value = map.get(key);
  if (!value) {
    value = new Map();
    map.set(key, value);
  }
  return value;
}

/** Puts an entry behind those that its slot has. */
function add(
  { puts, written }: Batch,
  family: Family,
  { shelf, slot }: Place,
  { entry, payload }: { readonly entry: number; readonly payload: Buffer },
): void {
  const key = rollupKey(family, shelf, slot, entry);
  puts.push(put(key, seal(key, payload)));
  written.push({ family, shelf, slot, entries: entry + 1 });
}
