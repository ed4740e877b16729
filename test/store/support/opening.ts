import { afterEach, beforeEach } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import { openStore } from '../../../src/store/store.js';
import type { Repair, Store } from '../../../src/store/types.js';
import { FaultyDatabase } from '../../../src/testing/index.js';
import { counted } from '../../support/faults.js';
import type { MakePlace, Place } from './places.js';

/** A place of its own for every test, and the stores in it, which are closed after the test. */
export interface Home {
  open(db?: Database): Promise<Store>;
  /** Closes the store that is open and opens it anew. */
  reopen(): Promise<Store>;
  /** Does something to the database while no store has it open. */
  behind(tamper: (db: Database) => Promise<void>): Promise<void>;
  database(): Database;
  /** What the stores of this test repaired on their own. */
  readonly repairs: readonly Repair[];
  /** A store over a database that can be told to fail. */
  openFaulty(durability?: 'process' | 'power'): Promise<{ store: Store; faulty: FaultyDatabase }>;
}

export function useHome(makePlace: MakePlace): Home {
  let place: Place;
  let stores: Store[] = [];
  let repairs: Repair[] = [];
  beforeEach(async () => {
    place = await makePlace();
    repairs = [];
  });
  afterEach(async () => {
    await closeAll();
    await place.remove();
  });

  async function closeAll() {
    await Promise.all(stores.map((store) => store.close()));
    stores = [];
  }
  async function open(db = place.database(), durability: 'process' | 'power' = 'process') {
    const store = await openStore(db, { durability, onRepaired: (repair) => repairs.push(repair) });
    stores.push(store);
    return store;
  }
  return {
    open,
    async reopen() {
      await closeAll();
      return await open();
    },
    async behind(tamper) {
      await closeAll();
      const db = place.database();
      await db.open();
      await tamper(db);
      await db.close();
    },
    database: () => place.database(),
    get repairs() {
      return repairs;
    },
    async openFaulty(durability = 'process') {
      const faulty = counted(new FaultyDatabase(place.database()));
      return { store: await open(faulty, durability), faulty };
    },
  };
}
