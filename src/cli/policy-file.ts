import { access, constants, readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isTenureError, reasonOf, type TenureIssue } from '../errors.js';
import { resolveOptions, type Strategies } from '../options.js';
import { defaultPolicy } from '../policy/default-policy.js';
import type { StandingPolicy } from '../policy/types.js';
import { CliError } from './errors.js';
import { systemReason } from './system-error.js';

/**
 * A policy from a file: JSON with thresholds of the default policy, or an ES module whose default export is a policy.
 *
 * @param strategies what it is to be used with: a policy may need windows
 * @throws CliError `POLICY` with the file, and the field where it is about one
 */
export async function loadPolicy(file: string, strategies: Strategies = {}): Promise<StandingPolicy> {
  if (extname(file) === '.json') {
    const thresholds = await readJson(file);
    return checked(file, strategies, () => defaultPolicy(thresholds));
  }
  const { default: policy } = await importModule(file);
  if (typeof policy === 'object' && policy !== null)
    return checked(file, strategies, () => policy as StandingPolicy);
  throw new CliError('POLICY', `${file}: expected a default export that is a policy, got ${typeof policy}`);
}

/** A policy that a tracker of this program takes. */
function checked(file: string, strategies: Strategies, make: () => StandingPolicy): StandingPolicy {
  try {
    const policy = make();
    resolveOptions({ policy, strategies });
    return policy;
  } catch (error) {
    if (!isTenureError(error, 'TENURE_INVALID_OPTIONS')) throw error;
    const reasons = error.issues.map(reasonFor);
    throw new CliError('POLICY', `${file}: ${reasons.join('; ')}`);
  }
}

/** With the path of the field, which some messages name themselves. */
function reasonFor({ path, message }: TenureIssue): string {
  const field = path.replace(/^policy\./, '');
  return field === '' || message.includes(`\`${field}\``) ? message : `${field}: ${message}`;
}

async function readJson(file: string): Promise<object> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unreadable(file, 'a file of JSON', error);
  }
}

async function importModule(file: string): Promise<{ default?: unknown }> {
  try {
    await access(file, constants.R_OK);
    return await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw unreadable(file, 'JSON or an ES module', error);
  }
}

function unreadable(file: string, expected: string, error: unknown): CliError {
  const reason = systemReason(error);
  if (reason !== undefined) return new CliError('POLICY', `${file} cannot be read: ${reason}`);
  return new CliError('POLICY', `${file}: expected ${expected}: ${reasonOf(error)}`);
}
