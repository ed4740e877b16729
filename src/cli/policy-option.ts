import { readFile } from 'node:fs/promises';
import { type DefaultPolicyOptions, defaultPolicy, proposeNothing } from '../policy/index.js';
import type { StandingPolicy } from '../policy/types.js';
import { CliError } from './errors.js';

/** The policy that `--policy` names: `default`, `none`, or the default one with the options of a JSON file. */
export async function policyFrom(which: string): Promise<StandingPolicy> {
  if (which === 'default') return defaultPolicy();
  if (which === 'none') return proposeNothing();
  let options: unknown;
  try {
    options = JSON.parse(await readFile(which, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('INPUT', `${which} is no JSON file of options of the policy: ${reason}`);
  }
  return defaultPolicy(options as DefaultPolicyOptions);
}
