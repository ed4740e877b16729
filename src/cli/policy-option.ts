import { defaultPolicy, proposeNothing } from '../policy/index.js';
import type { StandingPolicy } from '../policy/types.js';
import { loadPolicy } from './policy-file.js';

/** The policy that `--policy` names: `default`, `none`, or a file. @throws CliError, TenureError about the file */
export async function policyFrom(which: string): Promise<StandingPolicy> {
  if (which === 'default') return defaultPolicy();
  return which === 'none' ? proposeNothing() : await loadPolicy(which);
}
