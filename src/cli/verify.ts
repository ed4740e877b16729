import type { Command } from 'commander';
import { isTenureError } from '../errors.js';
import { type VerifyProgress, type VerifyReport, verifyDatabase } from '../verify/verify.js';
import type { Context } from './context.js';
import { isDatabase } from './database.js';
import { CliError } from './errors.js';
import type { Io } from './io.js';
import { type CommonOptions, example, withCommonOptions } from './options.js';
import { createProgress, type Progress } from './render/progress.js';
import { renderVerification } from './render/verify.js';

interface VerifyCommandOptions extends CommonOptions {
  readonly repair?: true;
}

/** `tenure verify` */
export function addVerify(program: Command, context: Context): void {
  const command = program
    .command('verify')
    .summary('prove that a database is sound, or say what is not')
    .description(
      'Read every entry of a database, rebuild every agent from the journal, and compare. Fails (1) when something is wrong. JSON: { ok, records, events, agents, keptFrom, findings, repaired, notes }.',
    );
  withCommonOptions(command)
    .option('--repair', 'make again what can be made from the journal')
    .action((options: VerifyCommandOptions) => verifyCommand(options, context));
  example(command, 'tenure verify --db ./tenure-data', 'tenure verify --db ./tenure-data --repair');
}

async function verifyCommand(options: VerifyCommandOptions, { io, out, colors }: Context): Promise<void> {
  const { db, json } = options;
  const repair = options.repair === true;
  if (!isDatabase(db)) throw new CliError('NO_DATABASE', `there is no database in ${db}; --db says where`);
  const bars = new PhaseBars(io);
  let report: VerifyReport;
  try {
    const onProgress = (progress: VerifyProgress): void => bars.update(progress);
    report = await verifyDatabase({ path: db, repair, onProgress, signal: io.signal });
  } catch (error) {
    throw isTenureError(error, 'TENURE_ABORTED') ? stopped(repair) : error;
  } finally {
    bars.stop();
  }
  if (json) await out.json(report);
  else await out.write(renderVerification(report, colors));
  if (!report.ok) throw new CliError('DAMAGED', damage(report, repair, db));
}

function stopped(repair: boolean): CliError {
  const rest = repair
    ? '; the database is no worse than it was, run the same command again to repair it'
    : '';
  return new CliError('INTERRUPTED', `stopped${rest}`);
}

function damage({ findings }: VerifyReport, repair: boolean, db: string): string {
  const count = `${findings.length} ${findings.length === 1 ? 'thing is' : 'things are'} wrong`;
  const repairable = findings.filter((finding) => finding.repairable).length;
  const isAllRepairable = repairable === findings.length;
  if (repair && isAllRepairable) {
    return `${count}, and can be repaired by the program that the database is of, with its options: verifyDatabase`;
  }
  if (repair || repairable === 0) return `${count}, and cannot be made from the journal`;
  const which = isAllRepairable ? 'and can' : `of which ${repairable} can`;
  return `${count}, ${which} be repaired: tenure verify --db ${db} --repair`;
}

const PHASES: Record<VerifyProgress['phase'], string> = {
  reading: 'records read',
  replaying: 'records replayed',
  comparing: 'agents compared',
  repairing: 'repairing',
};

/** One bar a phase, for work that takes longer than a second. */
class PhaseBars {
  private phase: VerifyProgress['phase'] | undefined;
  private bar: Progress | undefined;

  constructor(private readonly io: Io) {}

  update({ phase, done, total }: VerifyProgress): void {
    if (phase !== this.phase) {
      this.stop();
      this.phase = phase;
      this.bar = createProgress(this.io, total);
    }
    this.bar?.update(done, `${done} of ${total} ${PHASES[phase]}`);
  }

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}
