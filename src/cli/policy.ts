import type { Command } from 'commander';
import { isTenureError } from '../errors.js';
import type { StandingPolicy } from '../policy/types.js';
import type { WhatIf } from '../runtime/what-if.js';
import { testPolicy } from '../what-if.js';
import type { Context } from './context.js';
import { interrupted, requireDatabase, withCopyOf } from './database.js';
import { CliError } from './errors.js';
import { requireAgent } from './known-agent.js';
import { type CommonOptions, example, withCommonOptions } from './options.js';
import { loadPolicy } from './policy-file.js';
import { counted } from './render/text.js';
import { renderWhatIf } from './render/what-if.js';

interface TestOptions extends CommonOptions {
  readonly agent?: string;
}

/** `tenure policy test FILE` */
export function addPolicy(program: Command, context: Context): void {
  const policy = program
    .command('policy')
    .summary('try out a policy')
    .description('Try out a standing policy.');
  policy.helpCommand(false);
  const command = policy
    .command('test')
    .argument('<file>', 'thresholds of the default policy (.json), or an ES module that exports a policy')
    .summary('see what another policy would have recommended')
    .description(
      [
        'Replay the journal under another policy, or other thresholds, and list what it would have recommended beside',
        'what was announced. The database is left as it is. Exits with 1 when the policy failed on an agent.',
      ].join(' '),
    );
  withCommonOptions(command)
    .option('--agent <id>', 'only of this agent')
    .action((file: string, options: TestOptions) => testCommand(file, options, context));
  example(command, 'tenure policy test stricter.json --db ./company');
}

async function tried(
  policy: StandingPolicy,
  { db: path, agent }: TestOptions,
  signal: AbortSignal,
): Promise<WhatIf> {
  try {
    return await withCopyOf(path, async (db) => {
      // At once: to replay a journal takes its time.
      if (agent !== undefined) await requireAgent(db, agent, signal);
      return await testPolicy(policy, { db, signal });
    });
  } catch (error) {
    throw isTenureError(error, 'TENURE_ABORTED') ? interrupted() : error;
  }
}

async function testCommand(file: string, options: TestOptions, { io, out, colors }: Context): Promise<void> {
  const { db, agent, json } = options;
  requireDatabase(db);
  const found = await tried(await loadPolicy(file), options, io.signal);
  const isMeant = ({ agentId }: { readonly agentId: string }) => agent === undefined || agentId === agent;
  const shown = {
    ...found,
    recommendations: found.recommendations.filter(isMeant),
    announced: found.announced.filter(isMeant),
    rows: found.rows.filter(isMeant),
    failures: found.failures.filter(isMeant),
  };
  if (json) await out.json(shown);
  else await out.write(renderWhatIf(shown, colors));
  const { length } = shown.failures;
  if (length === 0) return;
  throw new CliError('POLICY', `${file}: the policy failed on ${counted(length, 'agent')}`);
}
