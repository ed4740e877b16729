import type { Command } from 'commander';
import type { DeadLetter, DeadLetterFilter, Tracker } from '../tracker.js';
import type { Context } from './context.js';
import { requireSameRules, withExistingDatabase } from './database.js';
import { knownAgent } from './known-agent.js';
import { look } from './look.js';
import { example, type ReadOptions, withReadOptions } from './options.js';
import { givenPolicy } from './policy-option.js';
import { renderLetters } from './render/letters.js';

interface DeadLettersOptions extends ReadOptions {
  readonly agent?: string;
  readonly event?: string;
  readonly retry?: true;
}

/** `tenure dead-letters` */
export function addDeadLetters(program: Command, context: Context): void {
  const command = program
    .command('dead-letters')
    .summary('list the events that agents go on without, or have them taken anew')
    .description(
      [
        'List the stored events that their agents go on without because a strategy failed on them, and why. With',
        '--retry, the agents take them anew with the strategies of this program: what fails again stays. JSON: an',
        'array of dead letters; with --retry, what became of them.',
      ].join(' '),
    );
  withReadOptions(command)
    .option('--agent <id>', 'only those of this agent')
    .option('--event <id>', 'only the one of this event')
    .option('--retry', 'have them taken anew')
    .action((options: DeadLettersOptions) => deadLettersCommand(options, context));
  example(command, 'tenure dead-letters --agent ada-01', 'tenure dead-letters --retry');
}

async function deadLettersCommand(options: DeadLettersOptions, context: Context): Promise<void> {
  const { agent, event } = options;
  const filter: DeadLetterFilter = {
    ...(agent !== undefined && { agentId: agent }),
    ...(event !== undefined && { eventId: event }),
  };
  const { io } = context;
  const known = async (tracker: Tracker): Promise<void> => {
    if (agent !== undefined) await knownAgent(tracker, agent);
  };
  // Under other rules every agent is rebuilt: what is listed would be the failures of those.
  if (!options.retry) {
    const work = (tracker: Tracker) => known(tracker).then(() => list(tracker, filter, options, context));
    return await look(options, io, work, 'refuse');
  }
  const database = await givenPolicy(options.policy);
  await requireSameRules(options.db, database);
  const work = (tracker: Tracker) => known(tracker).then(() => retry(tracker, filter, options, context));
  await withExistingDatabase(options, io.signal, work, database);
}

async function list(
  tracker: Tracker,
  filter: DeadLetterFilter,
  { json }: DeadLettersOptions,
  { out, colors }: Context,
): Promise<void> {
  const found: DeadLetter[] = [];
  for await (const letter of tracker.deadLetters(filter)) found.push(letter);
  if (json) await out.json(found);
  else await out.write(renderLetters(found, colors));
}

async function retry(
  tracker: Tracker,
  filter: DeadLetterFilter,
  { json }: DeadLettersOptions,
  { out }: Context,
): Promise<void> {
  const summary = await tracker.retry(filter);
  const { retried, recovered, failed } = summary;
  if (json) await out.json(summary);
  else await out.line(`${retried} taken anew: ${recovered} recovered, ${failed} failed again.`);
}
