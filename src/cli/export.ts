import type { Command } from 'commander';
import { exportJournal } from '../transfer/export.js';
import type { ExportLine } from '../transfer/lines.js';
import type { Context } from './context.js';
import { requireDatabase, withCopyOf } from './database.js';
import { CliError } from './errors.js';
import { exportFile } from './export-file.js';
import { type CommonOptions, example, withCommonOptions } from './options.js';
import { createProgress } from './render/progress.js';
import { counted } from './render/text.js';

/** `tenure export FILE` */
export function addExport(program: Command, context: Context): void {
  const command = program
    .command('export')
    .argument('<file>', 'where to write; compressed if it ends in .gz; - for standard output')
    .summary('write the journal to a file')
    .description(
      [
        'Write the journal as JSON Lines: every event and every tick, to the letter; where records were dropped, also what',
        'stands in for them. From it "tenure import" makes a database that gives the same answers. A file takes its',
        'name once it is complete; what is no file, such as a pipe, is written into.',
      ].join(' '),
    );
  withCommonOptions(command).action((file: string, options: CommonOptions) =>
    exportCommand(file, options, context),
  );
  example(command, 'tenure export company.jsonl.gz --db ./company');
}

async function exportCommand(file: string, options: CommonOptions, context: Context): Promise<void> {
  if (file === '') throw new CliError('USAGE', 'the name of the file is empty (see --help)');
  requireDatabase(options.db);
  // One of an older format would be upgraded.
  await withCopyOf(options.db, async (copy) => {
    const lines = exportJournal({ db: copy });
    if (STANDARD_OUTPUT.has(file)) await toStandardOutput(lines, context);
    else await toFile(file, lines, options, context);
  });
}

/** Through its stream, under either name: what it leads to may be shared with others. */
const STANDARD_OUTPUT: ReadonlySet<string> = new Set(['-', '/dev/stdout']);

async function toStandardOutput(lines: AsyncIterable<ExportLine>, { io, out }: Context): Promise<void> {
  for await (const line of lines) {
    if (io.signal.aborted) throw stopped(false);
    await out.write(textOf(line));
  }
}

async function toFile(
  file: string,
  lines: AsyncIterable<ExportLine>,
  { db, json }: CommonOptions,
  { io, out }: Context,
): Promise<void> {
  const target = await exportFile(file);
  const progress = createProgress(io, undefined);
  let records = 0;
  const texts = async function* () {
    for await (const line of lines) {
      if (io.signal.aborted) throw stopped(target.isReplaced);
      if ('kind' in line && RECORDS.has(line.kind) && ++records % 1_000 === 0) {
        progress.update(records, counted(records, 'record'));
      }
      yield textOf(line);
    }
  };
  try {
    await target.write(texts(), io.signal);
  } catch (error) {
    throw io.signal.aborted ? stopped(target.isReplaced) : error;
  } finally {
    progress.stop();
  }
  if (json) await out.json({ db, file, records });
  else await out.line(`${counted(records, 'record')} of the journal in ${file}`);
}

/** Lines that are records of the journal. */
const RECORDS: ReadonlySet<string> = new Set(['event', 'retry', 'tick']);

function stopped(isRemoved: boolean): CliError {
  const rest = isRemoved ? 'nothing is left of it' : 'what was written is incomplete';
  return new CliError('INTERRUPTED', `stopped; ${rest}`);
}

function textOf(line: ExportLine): string {
  return `${JSON.stringify(line)}\n`;
}
