import { type Command, InvalidArgumentError, Option } from 'commander';
import { time } from '../events/fields.js';
import { QUERY_METRICS, SERIES_METRICS } from '../query/schemas.js';
import type { QueryMetric, SeriesMetric } from '../query/types.js';
import type { Context } from './context.js';
import { CliError } from './errors.js';
import { knownAgent } from './known-agent.js';
import { look } from './look.js';
import { durationLabel, example, type ReadOptions, withReadOptions } from './options.js';
import { renderQuery } from './render/query.js';
import { renderSeries } from './render/series.js';

interface QueryOptions extends ReadOptions {
  readonly agent?: string;
  readonly department?: string;
  readonly project?: string;
  readonly from?: number;
  readonly to?: number;
  readonly groupBy?: 'agent' | 'department' | 'project';
  readonly metrics?: readonly QueryMetric[];
  readonly metric?: SeriesMetric;
  readonly every?: string;
}

const DAY_MS = 86_400_000;

/** `tenure query` */
export function addQuery(program: Command, context: Context): void {
  const command = program
    .command('query')
    .summary('ask about a time range: agents, departments, projects')
    .description(
      [
        'Counts, averages and scores of a time range, of all or of an agent, a department or a project, as it is known',
        'now. With --metric, one of them over time: a line of bars and the trend. Times are ISO 8601 with an offset,',
        'epoch milliseconds, or days (2026-01-31: from its beginning, or to its end, UTC). JSON: what tracker.query or',
        'tracker.series answers.',
      ].join(' '),
    );
  withReadOptions(command)
    .option('--agent <id>', 'only of this agent')
    .option('--department <name>', 'only of this department')
    .option('--project <id>', 'only of this project')
    .option('--from <time>', 'from this moment on', timeOption(0))
    .option('--to <time>', 'up to this moment', timeOption(DAY_MS - 1))
    .addOption(
      new Option('--group-by <what>', 'one line for each').choices(['agent', 'department', 'project']),
    )
    .option(
      '--metrics <names>',
      `only these figures, with commas between them: ${QUERY_METRICS.join(', ')}`,
      metricList,
    )
    .addOption(new Option('--metric <name>', 'this one over time').choices(SERIES_METRICS))
    .option('--every <duration>', 'length of its steps, such as 1h, 1d (default) or 7d', durationLabel)
    .action((options: QueryOptions) => queryCommand(options, context));
  example(
    command,
    'tenure query --from 2026-01-01 --to 2026-03-31 --group-by department',
    'tenure query --department research --metric quality --every 7d',
  );
}

async function queryCommand(options: QueryOptions, context: Context): Promise<void> {
  const { from = 0, to = Number.POSITIVE_INFINITY } = options;
  if (from > to) throw new CliError('USAGE', '--from is after --to (see --help)');
  if (options.metric !== undefined) return seriesCommand(options, options.metric, context);
  if (options.every !== undefined) throw new CliError('USAGE', '--every needs --metric (see --help)');
  const { groupBy, metrics } = options;
  const { io, out, colors } = context;
  await look(options, io, async (tracker) => {
    if (options.agent !== undefined) await knownAgent(tracker, options.agent);
    const result = await tracker.query({ ...scopeOf(options), groupBy, metrics });
    if (options.json) await out.json(result);
    else await out.write(renderQuery(result, groupBy, metrics ?? QUERY_METRICS, colors));
  });
}

async function seriesCommand(
  options: QueryOptions,
  metric: SeriesMetric,
  { io, out, colors }: Context,
): Promise<void> {
  const { groupBy, metrics, every = '1d' } = options;
  const misplaced = groupBy === undefined ? (metrics === undefined ? undefined : '--metrics') : '--group-by';
  if (misplaced) throw new CliError('USAGE', `${misplaced} does not go with --metric (see --help)`);
  await look(options, io, async (tracker) => {
    if (options.agent !== undefined) await knownAgent(tracker, options.agent);
    const series = await tracker.series({ ...scopeOf(options), metric, every });
    if (options.json) await out.json(series);
    else await out.write(renderSeries(series, colors));
  });
}

function scopeOf({ agent, department, project, from, to }: QueryOptions) {
  return { agentId: agent, department, projectId: project, from, to };
}

/** @param intoDay milliseconds into a day that is named without a time */
function timeOption(intoDay: number): (text: string) => number {
  return (text) => {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
    const parsed = time.safeParse(isDay ? `${text}T00:00:00Z` : /^\d+$/.test(text) ? Number(text) : text);
    if (parsed.success) return isDay ? parsed.data + intoDay : parsed.data;
    throw new InvalidArgumentError(
      'expected a day such as 2026-01-31, ISO 8601 with an offset, or epoch milliseconds',
    );
  };
}

function metricList(text: string): QueryMetric[] {
  return text.split(',').map((name) => {
    const known = QUERY_METRICS.find((metric) => metric === name.trim());
    if (known) return known;
    throw new InvalidArgumentError(`there is no figure ${JSON.stringify(name.trim())}`);
  });
}
