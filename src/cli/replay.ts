import { type Command, Option } from 'commander';
import { SimulatedClock } from 'xstate';
import { systemClock } from '../clock.js';
import type { Tracker } from '../tracker.js';
import { parseDuration } from '../windows/duration.js';
import type { Context } from './context.js';
import { isDatabase, requireSameRules, withDatabase } from './database.js';
import { readDeadLetters } from './dead-letters.js';
import { summariseDepartments } from './departments.js';
import { CliError } from './errors.js';
import { type Input, openInput } from './input.js';
import { durationLabel, example, type ReadOptions, withCommonOptions, withPolicyOption } from './options.js';
import { givenPolicy } from './policy-option.js';
import { createProgress } from './render/progress.js';
import { type ReplayReport, renderReplay, replayJson } from './render/replay.js';
import { grouped } from './render/text.js';
import { EventClock } from './replay-events.js';
import { type ReplayCounts, type ReplayResult, replay } from './replay-run.js';
import { takeSurvey } from './survey.js';

interface ReplayCommandOptions extends ReadOptions {
  readonly maxGap: string;
}

const DESCRIPTION = [
  'Record the events of a file of JSON Lines, and say who is doing well and who is fading.\n\nFILE may be',
  'compressed with gzip; - is standard input. Replaying a file again finds every event recorded already and changes',
  'nothing, so an interrupted replay is resumed by the same command. Events without an id get one from their line.',
  'Lines that are rejected are named with their number and reason, and the others are recorded: the exit code is 0',
  'when the run came to its end, whatever was rejected, and 1 when it failed.',
].join(' ');

/** `tenure replay FILE` */
export function addReplay(program: Command, context: Context): void {
  const command = program
    .command('replay')
    .argument('<file>', 'JSON Lines, gzip or not; - for standard input');
  withPolicyOption(withCommonOptions(command.summary('record a file of events').description(DESCRIPTION)))
    .addOption(
      new Option('--clock <which>', 'let time pass with the events, or be the real time')
        .choices(['events', 'system'])
        .default('events'),
    )
    .option(
      '--max-gap <duration>',
      'reject an event that is further than this ahead of all before it (clock "events")',
      durationLabel,
      '400d',
    )
    .action((file: string, options: ReplayCommandOptions) => replayCommand(file, options, context));
  example(command, 'tenure replay events.jsonl.gz --db ./company');
}

async function replayCommand(file: string, options: ReplayCommandOptions, context: Context): Promise<void> {
  const { io, out, colors } = context;
  const startedAt = performance.now();
  const database = await givenPolicy(options.policy);
  if (isDatabase(options.db)) await requireSameRules(options.db, database);
  const input = await openInput(file, io.stdin, io.signal);
  const clock = options.clock === 'system' ? systemClock : new SimulatedClock();

  const record = async (tracker: Tracker): Promise<ReplayReport> => {
    const admit =
      clock instanceof SimulatedClock ? await eventClock(tracker, clock, options.maxGap) : () => undefined;
    const result = await watched(context, input, (onProgress) => {
      const keep = options.json ? Number.POSITIVE_INFINITY : 20;
      return replay(tracker, input, { admit, keep, signal: io.signal, onProgress });
    });
    // A tick that the last event brought about is counted too.
    await tracker.flush();
    if (result.interrupted) throw interrupted(result);
    const survey = await takeSurvey(tracker);
    const departments = await summariseDepartments(tracker, survey.agents, survey.movers);
    const transitions = await countTransitions(tracker);
    const deadLetters = await readDeadLetters(tracker);
    return {
      result,
      survey,
      departments,
      transitions,
      deadLetters,
      ms: performance.now() - startedAt,
      db: options.db,
    };
  };
  const report = await withDatabase(options.db, clock, record, database);
  if (options.json) await out.json(replayJson(report));
  else await out.write(renderReplay(report, colors));
}

async function eventClock(
  tracker: Tracker,
  clock: SimulatedClock,
  maxGap: string,
): Promise<(event: unknown) => string | undefined> {
  let latest: number | undefined;
  for await (const { at } of tracker.events({ reverse: true, limit: 1 })) latest = at;
  const eventClock = new EventClock(clock, latest, parseDuration(maxGap));
  return (event) => eventClock.advance(event);
}

/** Runs with a progress bar: over the bytes of a file, or without an end in sight. */
async function watched(
  { io }: Context,
  input: Input,
  work: (onProgress: (counts: ReplayCounts) => void) => Promise<ReplayResult>,
): Promise<ReplayResult> {
  const progress = createProgress(io, input.bytes);
  try {
    return await work(({ read }) => progress.update(input.bytesRead(), `${grouped(read)} events`));
  } finally {
    progress.stop();
  }
}

function interrupted({ lastLine }: ReplayResult): CliError {
  return new CliError('INTERRUPTED', `stopped after line ${lastLine}; the same command goes on from there`);
}

/** Turns of a trend into or out of a direction, and all of them. */
async function countTransitions(tracker: Tracker): Promise<{ all: number; turns: number }> {
  let [all, turns] = [0, 0];
  for await (const output of tracker.log()) {
    if (output.type !== 'trend.changed') continue;
    all++;
    if (output.to === 'improving' || output.to === 'declining') turns++;
  }
  return { all, turns };
}
