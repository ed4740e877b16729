import type { Command } from 'commander';
import { importJournal } from '../transfer/import.js';
import type { Context } from './context.js';
import { CliError } from './errors.js';
import { type Input, openInput } from './input.js';
import { type CommonOptions, example, withCommonOptions } from './options.js';
import { createProgress } from './render/progress.js';
import { counted } from './render/text.js';

/** `tenure import FILE` */
export function addImport(program: Command, context: Context): void {
  const command = program
    .command('import')
    .argument('<file>', 'what "tenure export" wrote, gzip or not; - for standard input')
    .summary('make a database from an exported journal')
    .description(
      [
        'Make a new database from an exported journal. It gives the same answers as the one that was exported. A line',
        'that is wrong is named with its number and reason, and ends the import; a database that an import was broken',
        'off in is opened by nothing else, and the same command goes on from there.',
      ].join(' '),
    );
  withCommonOptions(command).action((file: string, options: CommonOptions) =>
    importCommand(file, options, context),
  );
  example(command, 'tenure import company.jsonl.gz --db ./copy');
}

async function importCommand(file: string, { db, json }: CommonOptions, context: Context): Promise<void> {
  const { io, out } = context;
  const input = await openInput(file, io.stdin, io.signal);
  const progress = createProgress(io, input.bytes);
  const onProgress = (records: number) => progress.update(input.bytesRead(), counted(records, 'record'));
  try {
    const summary = await importJournal(valuesOf(input, io.signal), { path: db, onProgress });
    if (json) await out.json({ db, ...summary });
    else await out.line(`${counted(summary.records, 'record')} of the journal in ${db}`);
  } finally {
    progress.stop();
  }
}

async function* valuesOf({ lines }: Input, signal: AbortSignal): AsyncGenerator<unknown> {
  const stopped = () => new CliError('INTERRUPTED', 'stopped; the same command goes on from there');
  try {
    for await (const { number, text, problem } of lines) {
      if (signal.aborted) throw stopped();
      yield jsonOf(number, text, problem);
    }
  } catch (error) {
    // Whoever wants out has the input taken away under the reading.
    throw signal.aborted ? stopped() : error;
  }
}

function jsonOf(number: number, text: string | undefined, problem: string | undefined): unknown {
  try {
    if (text !== undefined) return JSON.parse(text);
  } catch {
    throw new CliError('INPUT', `line ${number}: not JSON`);
  }
  throw new CliError('INPUT', `line ${number}: ${problem}`);
}
