import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Command } from 'commander';
import { exportJournal } from '../transfer/export.js';
import type { ExportLine } from '../transfer/lines.js';
import type { Context } from './context.js';
import { requireDatabase } from './database.js';
import { CliError } from './errors.js';
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
        'stands in for them. From it "tenure import" makes a database that gives the same answers. The file takes its',
        'name once it is complete.',
      ].join(' '),
    );
  withCommonOptions(command).action((file: string, options: CommonOptions) =>
    exportCommand(file, options, context),
  );
  example(command, 'tenure export company.jsonl.gz --db ./company');
}

async function exportCommand(file: string, { db, json }: CommonOptions, context: Context): Promise<void> {
  requireDatabase(db);
  const { out, io } = context;
  if (file === '-') {
    for await (const line of unlessStopped(exportJournal({ path: db }), io.signal))
      await out.write(textOf(line));
    return;
  }
  const progress = createProgress(io, undefined);
  let records = 0;
  const watched = async function* () {
    for await (const line of unlessStopped(exportJournal({ path: db }), io.signal)) {
      if ('kind' in line && RECORDS.has(line.kind) && ++records % 1_000 === 0) {
        progress.update(records, counted(records, 'record'));
      }
      yield textOf(line);
    }
  };
  try {
    await writeWhole(file, watched());
  } finally {
    progress.stop();
  }
  if (json) await out.json({ db, file, records });
  else await out.line(`${counted(records, 'record')} of the journal in ${file}`);
}

/** Lines that are records of the journal. */
const RECORDS: ReadonlySet<string> = new Set(['event', 'retry', 'tick']);

async function* unlessStopped(
  lines: AsyncIterable<ExportLine>,
  signal: AbortSignal,
): AsyncGenerator<ExportLine> {
  for await (const line of lines) {
    if (signal.aborted) throw new CliError('INTERRUPTED', 'stopped; nothing is left of it');
    yield line;
  }
}

function textOf(line: ExportLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** Under another name first: a file of that name is always complete. */
async function writeWhole(file: string, texts: AsyncGenerator<string, void>): Promise<void> {
  const part = `${file}.part`;
  try {
    const target = createWriteStream(part);
    if (file.endsWith('.gz')) await pipeline(Readable.from(texts), createGzip(), target);
    else await pipeline(Readable.from(texts), target);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    // A pipeline that fails does not wait for its source, which has the database open.
    await texts.return();
  }
}
