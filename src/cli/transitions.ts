import { type Command, Option } from 'commander';
import type { TrendChanged } from '../agent/outputs.js';
import { type HiringSignal, isHiringSignal } from '../department/outputs.js';
import type { Tracker } from '../tracker.js';
import { TREND_METRICS } from '../trends/types.js';
import type { Context } from './context.js';
import { knownAgent } from './known-agent.js';
import { look } from './look.js';
import { example, type ReadOptions, wholeNumber, withReadOptions } from './options.js';
import { renderTransitions } from './render/transitions.js';

interface TransitionsOptions extends ReadOptions {
  readonly agent?: string;
  readonly metric?: string;
  readonly window?: string;
  readonly limit?: number;
  readonly after?: number;
}

const DEFAULT_LIMIT = 50;
/** What departments say, in place of a metric. */
const HIRING = 'hiring';

/** `tenure transitions` */
export function addTransitions(program: Command, context: Context): void {
  const command = program
    .command('transitions')
    .summary('list the turns of trends and the signals of departments')
    .description(
      [
        'List the turns of trends, and of departments that are short of hands or idle, in the order in which they were',
        'announced. Without --after, the latest ones; with it, those that follow that number. JSON: one object a line, all of them unless --limit is given.',
      ].join(' '),
    );
  withReadOptions(command)
    .option('--agent <id>', 'only of this agent')
    .addOption(new Option('--metric <metric>', 'only of this metric').choices([...TREND_METRICS, HIRING]))
    .option('--window <window>', 'only of this window, such as 30d')
    .option('--limit <n>', `at most so many (${DEFAULT_LIMIT} in a table)`, wholeNumber(1))
    .option('--after <seq>', 'only those after this sequence number', wholeNumber(0))
    .action((options: TransitionsOptions) => transitionsCommand(options, context));
  example(command, 'tenure transitions --agent ada-01 --metric quality');
}

async function transitionsCommand(options: TransitionsOptions, { io, out, colors }: Context): Promise<void> {
  const { json, after, limit = json ? Number.POSITIVE_INFINITY : DEFAULT_LIMIT } = options;
  await look(options, io, async (tracker) => {
    if (options.agent !== undefined) await knownAgent(tracker, options.agent);
    const found = matching(tracker, options);
    if (json && (after !== undefined || limit === Number.POSITIVE_INFINITY)) {
      for await (const transition of first(found, limit)) await out.json(transition);
      return;
    }
    const { shown, left } = after === undefined ? await last(found, limit) : await page(found, limit);
    if (json) for (const transition of shown) await out.json(transition);
    else await out.write(renderTransitions(shown, left, after, colors));
  });
}

async function* matching(
  tracker: Tracker,
  wanted: TransitionsOptions,
): AsyncGenerator<TrendChanged | HiringSignal> {
  const withSignals = wanted.agent === undefined && wanted.window === undefined;
  for await (const output of tracker.log(wanted.after)) {
    if (isHiringSignal(output)) {
      if (withSignals && (wanted.metric ?? HIRING) === HIRING) yield output;
      continue;
    }
    if (output.type !== 'trend.changed') continue;
    if (wanted.agent !== undefined && output.agentId !== wanted.agent) continue;
    if (wanted.metric !== undefined && output.metric !== wanted.metric) continue;
    if (wanted.window !== undefined && output.window !== wanted.window) continue;
    yield output;
  }
}

async function* first<Item>(items: AsyncIterable<Item>, limit: number): AsyncGenerator<Item> {
  let count = 0;
  for await (const item of items) {
    yield item;
    if (++count >= limit) return;
  }
}

/** The last ones, and how many there are before them. */
async function last<Item>(
  items: AsyncIterable<Item>,
  limit: number,
): Promise<{ shown: Item[]; left: number }> {
  let shown: Item[] = [];
  let left = 0;
  for await (const item of items) {
    shown.push(item);
    // Cut now and then rather than at every item.
    if (shown.length < 2 * limit) continue;
    left += shown.length - limit;
    shown = shown.slice(-limit);
  }
  left += Math.max(0, shown.length - limit);
  return { shown: shown.slice(-limit), left };
}

/** The first ones, and 1 when there are more. */
async function page<Item>(
  items: AsyncIterable<Item>,
  limit: number,
): Promise<{ shown: Item[]; left: number }> {
  const shown: Item[] = [];
  for await (const item of first(items, limit + 1)) shown.push(item);
  return { shown: shown.slice(0, limit), left: Math.max(0, shown.length - limit) };
}
