import { isTenureError } from '../../errors.js';
import type { Connection } from '../connection.js';
import { changesAfter, partRange, rollupKey, saveNoOf } from '../keys.js';
import type { RollupHead } from '../meta.js';
import { loadScopes } from '../rollups/scope-entries.js';
import { ScopeBook } from '../rollups/scopes.js';
import { FAMILY, Shelves } from '../rollups/shelves.js';
import type { Finding } from './finding.js';

const READING = 'Reading the roll-ups';

/** Parts that hold what questions about the company are answered from. */
export const ROLLUP_PARTS = ['rollups', 'shelves', 'scopes', 'changes'];

/** Looks for what is gone of the roll-ups: entries that are damaged do not fit their seals. */
export async function* inspectRollups(
  connection: Connection,
  head: RollupHead | undefined,
): AsyncGenerator<Finding, void> {
  if (head === undefined) {
    yield wrong('rollups', 'They are to be made anew: damage was met, or making them anew was broken off');
    return;
  }
  const { scopes, folded, saved = 0 } = head;
  const inScopes = await damageOf(() => loadScopes(connection, new ScopeBook(), scopes));
  if (inScopes !== undefined) yield wrong('scopes', inScopes);
  let expected = folded + 1;
  for await (const entries of connection.entries(READING, changesAfter(folded))) {
    for (const [key] of entries) {
      const saveNo = saveNoOf(key) ?? expected;
      if (saveNo !== expected) yield wrong('changes', `Changes of figures are missing (${expected})`);
      expected = saveNo + 1;
    }
  }
  if (expected <= saved) yield wrong('changes', `Changes of figures are missing (${expected} to ${saved})`);
  yield* inspectEntries(connection, head);
}

async function* inspectEntries(connection: Connection, head: RollupHead): AsyncGenerator<Finding, void> {
  let shelves = new Shelves();
  const damage = await damageOf(async () => {
    shelves = await Shelves.load(connection, head.shelves);
  });
  if (damage !== undefined) yield wrong('shelves', damage);
  const found = new Set<string>();
  for await (const entries of connection.entries(READING, partRange('rollups'))) {
    for (const [key] of entries) found.add(key.toString('latin1'));
  }
  for (const family of Object.values(FAMILY)) {
    for (const shelf of shelves.numbers(family, 0, Number.MAX_SAFE_INTEGER)) {
      for (const slot of shelves.slots(family, shelf, 0, Number.MAX_SAFE_INTEGER)) {
        for (let entry = 0; entry < shelves.entriesAt(family, shelf, slot); entry++) {
          if (found.has(rollupKey(family, shelf, slot, entry).toString('latin1'))) continue;
          const what = family === FAMILY.days || family === FAMILY.hours ? 'Totals' : 'Data points';
          yield wrong('rollups', `${what} are missing (family ${family}, shelf ${shelf}, slot ${slot})`);
        }
      }
    }
  }
}

async function damageOf(read: () => Promise<void>): Promise<string | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (isTenureError(error, 'TENURE_CORRUPT')) return error.message;
    throw error;
  }
}

function wrong(part: string, message: string): Finding {
  return { part, message, repairable: true };
}
