/** What a host needs to test that it lives with a database that fails. */
export type { Clock } from '../clock.js';
export type {
  BatchOperation,
  Database,
  DatabaseSnapshot,
  Encoding,
  EntryIterator,
} from '../store/database.js';
export { type Damage, type DatabasePart, flipBit, truncate, vanish, type Where } from './damage.js';
export {
  type FaultCounts,
  FaultyDatabase,
  type FaultyDatabaseOptions,
  type ObservedWrite,
  type WriteFault,
} from './faulty-database.js';
export type { Fault } from './schedule.js';
