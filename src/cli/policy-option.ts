import type { Strategies } from '../options.js';
import { defaultPolicy, proposeNothing } from '../policy/index.js';
import type { StandingPolicy } from '../policy/types.js';
import type { DatabaseOptions } from './database.js';
import { loadPolicy } from './policy-file.js';

/** The policy that `--policy` names: `default`, `none`, or a file. @throws CliError, TenureError about the file */
export async function policyFrom(which: string, strategies?: Strategies): Promise<StandingPolicy> {
  if (which === 'default') return defaultPolicy();
  return which === 'none' ? proposeNothing() : await loadPolicy(which, strategies);
}

/** What a `--policy` that may be left out says of the database, beside its strategies. @throws as {@link policyFrom} */
export async function givenPolicy(
  which: string | undefined,
  strategies: Strategies = {},
): Promise<DatabaseOptions> {
  return which === undefined ? { strategies } : { strategies, policy: await policyFrom(which, strategies) };
}
