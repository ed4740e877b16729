import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { MemoryLevel } from 'memory-level';
import type { Database } from '../../../src/store/database.js';

/** Where a database lives for one test. */
export interface Place {
  /** A handle that is not open. What another handle wrote before it was closed is there. */
  database(): Database;
  remove(): Promise<void>;
}

export type MakePlace = () => Promise<Place>;

/** One memory database that remembers when it is closed and opened again. */
export async function inMemory(): Promise<Place> {
  const db = new MemoryLevel();
  return { database: () => db, remove: async () => {} };
}

export async function inTemporaryDirectory(): Promise<Place & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'tenure-store-'));
  return {
    path,
    database: () => new Level(path),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
