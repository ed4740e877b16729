import { z } from 'zod';
import { stepTrend } from '../machines/trend.js';
import { stepTrust } from '../machines/trust.js';
import { AgentModel } from './agent/model.js';
import { resolveOptions, type TrackerOptions } from './options.js';
import type { StandingPolicy } from './policy/types.js';
import { argument } from './query/arguments.js';
import { type WhatIf, whatIf } from './runtime/what-if.js';
import { holding } from './store/claims.js';
import { existingDatabaseIn } from './store/existing-directory.js';
import { openStore } from './store/store.js';

/**
 * What a policy would have recommended on the journal of a database that nobody has open, beside what was announced.
 * The database is read, and left as it is.
 *
 * @param options with which the database is used: windows, strategies and levels count; of the policy, only `policy`
 * @throws TenureError `TENURE_INVALID_OPTIONS`, `TENURE_LOCKED`, `TENURE_CORRUPT`, `TENURE_STORAGE`
 */
export async function testPolicy(policy: StandingPolicy, options: TrackerOptions = {}): Promise<WhatIf> {
  const resolved = resolveOptions({ ...argument(z.looseObject({}), options, 'options'), policy });
  return await holding(resolved, existingDatabaseIn, async (db) => {
    const store = await openStore(db, { durability: 'process' });
    try {
      return await whatIf(store, new AgentModel({ ...resolved, stepTrend, stepTrust }));
    } finally {
      await store.close();
    }
  });
}
