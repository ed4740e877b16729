import { type Command, InvalidArgumentError } from 'commander';
import type { Recommendation } from '../agent/outputs.js';
import { isTenureError } from '../errors.js';
import { explain } from '../policy/explain.js';
import type { RecommendationFilter, Tracker } from '../tracker.js';
import type { Context } from './context.js';
import { requireSameRules, withExistingDatabase } from './database.js';
import { CliError } from './errors.js';
import { knownAgent } from './known-agent.js';
import { look } from './look.js';
import { example, type ReadOptions, withReadOptions } from './options.js';
import { givenPolicy } from './policy-option.js';
import { renderRecommendations } from './render/recommendations.js';

const OUTCOMES = ['approved', 'rejected', 'deferred'] as const;
type Outcome = (typeof OUTCOMES)[number];
/** Of the recommendations that are open, where another was asked for. */
const NAMED = 5;

interface DecideOptions extends ReadOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly agent?: string;
  readonly department?: string;
}

/** `tenure decide` */
export function addDecide(program: Command, context: Context): void {
  const command = program
    .command('decide')
    .argument('[id]', 'the recommendation; without it, all that are open are listed')
    .argument('[outcome]', `${OUTCOMES.join(', ')}`, outcomeOf)
    .summary('list what is recommended, or decide on it')
    .description(
      [
        'List the open recommendations with their reasons, or decide on one. What is approved is done: the level of',
        'the agent moves, or it departs. JSON: an array of recommendations, each with its reasons; of a decision,',
        'what became of it.',
      ].join(' '),
    );
  withReadOptions(command)
    .option('--by <name>', 'who decides on the one that is named')
    .option('--reason <text>', 'why it is decided so')
    .option('--agent <id>', 'list only those about this agent')
    .option('--department <name>', 'list only those about this department')
    .action((id: string | undefined, outcome: Outcome | undefined, options: DecideOptions) =>
      decideCommand(id, outcome, options, context),
    );
  example(
    command,
    'tenure decide',
    'tenure decide promotion-1204-ada approved --by grace --reason "well done"',
  );
}

function outcomeOf(text: string): Outcome {
  const outcome = OUTCOMES.find((known) => known === text);
  if (outcome) return outcome;
  throw new InvalidArgumentError(`expected ${OUTCOMES.join(', ')}`);
}

async function decideCommand(
  id: string | undefined,
  outcome: Outcome | undefined,
  options: DecideOptions,
  context: Context,
): Promise<void> {
  const { by, reason } = options;
  if (id === undefined && (by !== undefined || reason !== undefined)) {
    const option = by === undefined ? '--reason' : '--by';
    throw new CliError('USAGE', `${option} decides on one recommendation: its id is missing (see --help)`);
  }
  if (id === undefined) {
    await look(options, context.io, (tracker) => list(tracker, options, context));
    return;
  }
  if (outcome === undefined)
    throw new CliError('USAGE', `what is decided is missing: ${OUTCOMES.join(', ')}`);
  if (by === undefined) throw new CliError('USAGE', 'who decides is missing: --by');
  const database = await givenPolicy(options.policy);
  await requireSameRules(options.db, database);
  await withExistingDatabase(
    options,
    context.io.signal,
    (tracker) => decide(tracker, { id, outcome, by, options }, context),
    database,
  );
}

async function list(
  tracker: Tracker,
  { agent, department, json }: DecideOptions,
  { out, io, colors }: Context,
): Promise<void> {
  if (agent !== undefined) await knownAgent(tracker, agent);
  const filter: RecommendationFilter = {
    ...(agent !== undefined && { agentId: agent }),
    ...(department !== undefined && { department }),
  };
  const open = await tracker.recommendations(filter);
  if (json) await out.json(open.map((one) => ({ ...one, explanation: explain(one) })));
  else await out.write(renderRecommendations(open, io.invocation, colors));
}

interface Decision {
  readonly id: string;
  readonly outcome: Outcome;
  readonly by: string;
  readonly options: DecideOptions;
}

async function decide(
  tracker: Tracker,
  { id, outcome, by, options }: Decision,
  { out }: Context,
): Promise<void> {
  const found = await recommendationOf(tracker, id);
  const { agentId, kind } = found;
  const event = {
    type: 'decision.recorded',
    agentId,
    at: await presentOf(tracker, found),
    recommendationId: id,
    outcome,
    by,
    ...(options.reason !== undefined && { reason: options.reason }),
  } as const;
  const { seq } = await tracker.record(event).catch(byOption);
  const after = await tracker.performance(agentId);
  const result = { seq, id, agentId, kind, outcome, by, level: after?.level, standing: after?.standing };
  if (options.json) await out.json(result);
  else
    await out.line(
      `${id} ${outcome} by ${by}: ${agentId} is ${after?.level ?? 'of no level'}, ${after?.standing}`,
    );
}

async function recommendationOf(tracker: Tracker, id: string): Promise<Recommendation> {
  const open = await tracker.recommendations();
  const found = open.find((one) => one.id === id);
  if (found) return found;
  throw new CliError('NO_RECOMMENDATION', `${id} is not open; open: ${namesOf(open)}`);
}

/** A few of them: there may be thousands. */
function namesOf(open: readonly Recommendation[]): string {
  if (open.length === 0) return 'nothing';
  const ids = open.slice(0, NAMED).map((one) => one.id);
  const more = open.length - ids.length;
  return more === 0 ? ids.join(', ') : `${ids.join(', ')} and ${more} more, which "tenure decide" lists`;
}

/** What is wrong with the decision came from the command line. */
function byOption(error: unknown): never {
  const issue = isTenureError(error, 'TENURE_INVALID_EVENT') ? error.issues[0] : undefined;
  if (issue?.path !== 'by' && issue?.path !== 'reason') throw error;
  throw new CliError('USAGE', `--${issue.path}: ${issue.message} (see --help)`);
}

/** The tracker's present, whichever clock it looks at. */
async function presentOf(tracker: Tracker, { agentId, at }: Recommendation): Promise<number> {
  return (await tracker.performance(agentId))?.asOf ?? at;
}
