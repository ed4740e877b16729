import type { Command } from 'commander';
import { SimulatedClock } from 'xstate';
import type { TrackerOutput } from '../agent/outputs.js';
import type { AgentSummary } from '../agent/performance.js';
import {
  type AgentVerdict,
  type Company,
  type CompanyOptions,
  createCompany,
  judge,
  type Resumption,
  resume,
  type SimulationOutcome,
  simulate,
} from '../simulation/index.js';
import type { Tracker } from '../tracker.js';
import type { Context } from './context.js';
import { isDatabase, requireSameRules, withDatabase } from './database.js';
import { readDeadLetters } from './dead-letters.js';
import { weeklyQuality } from './departments.js';
import { CliError } from './errors.js';
import { type CommonOptions, example, wholeNumber, withCommonOptions } from './options.js';
import { policyFrom } from './policy-option.js';
import { recentTurns } from './recent-turns.js';
import { createProgress } from './render/progress.js';
import { renderSimulation, type SimulationReport } from './render/simulation.js';

interface SimulateCommandOptions extends CommonOptions {
  readonly days: number;
  readonly seed?: number;
  readonly agents?: number;
  readonly departments?: number;
  readonly policy: string;
}

const DEFAULT_SEED = 1;
/** Below this a skill would change so fast that no window could follow. */
const SHORTEST_CHAPTER = 90;
const TURNS_SHOWN = 12;
/** More agents than this are a list for `tenure agents`. */
const AGENTS_SHOWN = 40;
const KINDS: readonly string[] = ['breaks', 'fades', 'falls', 'improves', 'jumps', 'unfit', 'stays'];

/** `tenure simulate` */
export function addSimulate(program: Command, context: Context): void {
  const command = program
    .command('simulate')
    .summary('run a simulated agent company')
    .description(
      [
        'Run a company that does not exist: agents that improve, fade, jump, fall apart or stay as they are, with tasks,',
        'reviews and collaboration, on a simulated clock. The people who run it act on what is recommended: they promote,',
        'dismiss, hire and transfer. At the end, what Tenure said is compared with what was true. Run again on the',
        'same database, it goes on for so many days from where it stopped.',
      ].join(' '),
    );
  withCommonOptions(command)
    .option('--days <n>', 'days to live through', wholeNumber(1, 36_500), 180)
    .option('--seed <n>', `the same seed gives the same company (default: ${DEFAULT_SEED})`, wholeNumber(0))
    .option('--agents <n>', 'agents of a new company (default: 24)', wholeNumber(1, 100_000))
    .option('--departments <n>', 'departments of a new company (default: 4)', wholeNumber(1, 1_000))
    .option('--policy <which>', 'default, none, or a file: thresholds (.json) or an ES module', 'default')
    .action((options: SimulateCommandOptions) => simulateCommand(options, context));
  example(command, 'tenure simulate --days 90 --seed 7 --db ./company');
}

async function simulateCommand(options: SimulateCommandOptions, context: Context): Promise<void> {
  const { out, io, colors } = context;
  const startedAt = performance.now();
  const clock = new SimulatedClock();
  const live = async (tracker: Tracker): Promise<SimulationReport> => {
    const { company, lastDay } = await begin(tracker, options);
    const until = lastDay + options.days;
    // The last day may be there in part: it is lived through again, and what is known of it is a duplicate.
    const fromDay = Math.max(0, lastDay);
    const outcome = await watched(context, company, until - fromDay + 1, (onDay) =>
      simulate(tracker, clock, company, { fromDay, days: until - fromDay + 1, onDay, signal: io.signal }),
    );
    check(outcome, io.signal);
    const ms = performance.now() - startedAt;
    return {
      ...(await conclude(tracker, company, until, outcome)),
      company,
      summary: outcome,
      people: outcome.people,
      ms,
      firstDay: lastDay + 1,
      db: options.db,
    };
  };
  const policy = await policyFrom(options.policy);
  if (isDatabase(options.db)) await requireSameRules(options.db, { policy });
  const report = await withDatabase(options.db, clock, live, { policy });
  if (options.json) await out.json(simulationJson(report));
  else await out.write(renderSimulation(report, io.invocation, colors));
}

/** The company in the database, else a new one, of which no day is over yet. */
async function begin(tracker: Tracker, options: SimulateCommandOptions): Promise<Resumption> {
  const { seed, agents, departments, days } = options;
  const given: Partial<CompanyOptions> = {
    ...(seed !== undefined && { seed }),
    ...(agents !== undefined && { agents }),
    ...(departments !== undefined && { departments }),
  };
  const known = await resume(tracker, given);
  if (known) return known;
  const company = createCompany({ seed: DEFAULT_SEED, days: Math.max(days, SHORTEST_CHAPTER), ...given });
  return { company, lastDay: -1 };
}

async function watched(
  { io }: Context,
  company: Company,
  days: number,
  work: (onDay: (day: number) => void) => Promise<SimulationOutcome>,
): Promise<SimulationOutcome> {
  const progress = createProgress(io, days);
  let done = 0;
  try {
    return await work((day) => {
      const today = new Date(company.midnight(day)).toISOString().slice(0, 10);
      progress.update(++done, `day ${day + 1}, ${today}`);
    });
  } finally {
    progress.stop();
  }
}

function check({ rejected }: SimulationOutcome, signal: AbortSignal): void {
  const first = rejected[0];
  if (first)
    throw new CliError(
      'SIMULATION',
      `${rejected.length} events were rejected, the first: ${first.error.message}`,
    );
  if (signal.aborted) throw new CliError('INTERRUPTED', 'stopped; the same command goes on from there');
}

async function conclude(
  tracker: Tracker,
  company: Company,
  lastDay: number,
  { staff }: SimulationOutcome,
): Promise<Pick<SimulationReport, 'verdict' | 'agents' | 'turns' | 'deadLetters'>> {
  const said = await aboutQuality(tracker);
  const verdict = await judge(said, company, lastDay, staff);
  const summaries = new Map((await tracker.agents()).map((agent) => [agent.agentId, agent]));
  const agents = [];
  for (const judged of changedFirst(verdict.agents).slice(0, AGENTS_SHOWN)) {
    const summary = summaries.get(judged.agentId) as AgentSummary;
    agents.push({ ...judged, summary, weeks: await weeklyQuality(tracker, judged.agentId) });
  }
  const longest = [...new Set(agents[0]?.summary.trends.map(({ window }) => window))].slice(1);
  const turns = await recentTurns(
    said,
    ({ metric, window }) => metric === 'quality' && (longest.length === 0 || longest.includes(window)),
    TURNS_SHOWN,
  );
  return { verdict, agents, turns, deadLetters: await readDeadLetters(tracker) };
}

/** What was said about quality, and proposed: a year of a large company says much, and is read once. */
async function aboutQuality(tracker: Tracker): Promise<Pick<Tracker, 'log'>> {
  const said: TrackerOutput[] = [];
  for await (const output of tracker.log()) {
    const isWord = output.type === 'trend.changed' && output.metric === 'quality';
    if (isWord || output.type === 'recommendation.made') said.push(output);
  }
  return { log: () => streamed(said) };
}

async function* streamed<Item>(items: readonly Item[]): AsyncGenerator<Item, void> {
  yield* items;
}

/** By what became of them lately; those that stayed as they were come last. */
function changedFirst(agents: readonly AgentVerdict[]): AgentVerdict[] {
  const kind = ({ changes, courses }: AgentVerdict): number =>
    KINDS.indexOf((changes.at(-1)?.course ?? courses.at(-1))?.kind ?? 'stays');
  return agents.toSorted((a, b) => kind(a) - kind(b));
}

function simulationJson(report: SimulationReport): object {
  const { db, company, summary, people, ms, verdict, turns, deadLetters } = report;
  const { accepted, duplicates } = summary;
  return {
    db,
    company: company.options,
    accepted,
    duplicates,
    seconds: ms / 1_000,
    people,
    verdict,
    turns,
    deadLetters,
  };
}
