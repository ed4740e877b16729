import { TenureError } from '../errors.js';
import type { Database } from './database.js';
import type { Store, StoreOptions } from './types.js';

/** Opens the store in a database, and the database itself if it is not open yet. */
export async function openStore(_db: Database, _options: StoreOptions): Promise<Store> {
  throw new TenureError('TENURE_STORAGE', 'The store cannot be opened');
}
