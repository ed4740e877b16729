import { z } from 'zod';
import { stepTrend } from '../machines/trend.js';
import { stepTrust } from '../machines/trust.js';
import { AgentModel } from './agent/model.js';
import { resolveOptions, type TrackerOptions } from './options.js';
import type { StandingPolicy } from './policy/types.js';
import { argument, signalArgument } from './query/arguments.js';
import { type WhatIf, whatIf } from './runtime/what-if.js';
import { holding } from './store/claims.js';
import { existingDatabaseIn } from './store/existing-directory.js';
import { stoppable, unlessStopped } from './store/stoppable-database.js';
import { openStore } from './store/store.js';

/** The options that the database is used with: windows, strategies and levels count. */
export interface TestPolicyOptions extends TrackerOptions {
  /** Aborted, it stops soon, and rejects with `TENURE_ABORTED`. */
  readonly signal?: AbortSignal;
}

const testSchema = z.looseObject({ signal: signalArgument.optional() });

/**
 * What a policy would have recommended on the journal of a database that nobody has open, beside what was announced.
 * The database is read, and left as it is.
 *
 * @throws TenureError `TENURE_INVALID_OPTIONS`, `TENURE_LOCKED`, `TENURE_CORRUPT`, `TENURE_STORAGE`, `TENURE_ABORTED`
 */
export async function testPolicy(policy: StandingPolicy, options: TestPolicyOptions = {}): Promise<WhatIf> {
  const { signal, ...trackerOptions } = argument(testSchema, options, 'options');
  const resolved = resolveOptions({ ...trackerOptions, policy });
  return await unlessStopped(signal, () =>
    holding(resolved, existingDatabaseIn, async (db) => {
      const store = await openStore(stoppable(db, signal), { durability: 'process' });
      try {
        return await whatIf(store, new AgentModel({ ...resolved, stepTrend, stepTrust }));
      } finally {
        await store.close();
      }
    }),
  );
}
