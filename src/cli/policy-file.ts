import { access, readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reasonOf } from '../errors.js';
import { defaultPolicy } from '../policy/default-policy.js';
import type { StandingPolicy } from '../policy/types.js';
import { CliError } from './errors.js';

/**
 * A policy from a file: JSON with thresholds of the default policy, or an ES module whose default export is a policy.
 *
 * @throws CliError when the file cannot be read or holds no such thing; TenureError about a wrong threshold
 */
export async function loadPolicy(file: string): Promise<StandingPolicy> {
  if (extname(file) === '.json') return defaultPolicy(await readJson(file));
  const { default: policy } = await importModule(file);
  if (typeof policy === 'object' && policy !== null) return policy as StandingPolicy;
  throw new CliError('POLICY', `${file}: expected a default export that is a policy, got ${typeof policy}`);
}

async function readJson(file: string): Promise<object> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CliError('POLICY', `${file}: expected a file of JSON: ${reasonOf(error)}`);
  }
}

async function importModule(file: string): Promise<{ default?: unknown }> {
  try {
    await access(file);
    return await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw new CliError('POLICY', `${file}: expected JSON or an ES module: ${reasonOf(error)}`);
  }
}
