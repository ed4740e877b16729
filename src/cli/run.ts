import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { addAgents } from './agents.js';
import { type Context, createContext } from './context.js';
import { addDeadLetters } from './dead-letters-command.js';
import { addDecide } from './decide.js';
import { CliError, errorLine, exitCodeOf } from './errors.js';
import { addExport } from './export.js';
import { addImport } from './import.js';
import { type Io, Output, OutputClosed } from './io.js';
import { addPolicy } from './policy.js';
import { addQuery } from './query.js';
import { addReplay } from './replay.js';
import { addReport } from './report.js';
import { addSimulate } from './simulate.js';
import { addTransitions } from './transitions.js';
import { addVerify } from './verify.js';

/**
 * Runs one command.
 *
 * @param argv the arguments alone, without the program
 * @returns the exit code: 0, 1 when the run failed, 2 when it was called wrongly
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const context = createContext(io);
  const errors = new Output(io.stderr);
  const [help, usage]: [string[], string[]] = [[], []];
  const program = createProgram(
    context,
    (text) => help.push(text),
    (text) => usage.push(text),
  );
  try {
    if (argv.length === 0) throw new CliError('USAGE', MISSING_COMMAND);
    await program.parseAsync(argv, { from: 'user' }).catch(byCommander);
    await context.out.write(help.join(''));
    return 0;
  } catch (error) {
    // Nobody reads what is printed: there is nothing to complain about, and nobody to complain to.
    if (error instanceof OutputClosed) return 0;
    await errors.write(usage.join('')).catch(() => {});
    await errors.line(errorLine(error)).catch(() => {});
    return exitCodeOf(error);
  }
}

function createProgram(
  context: Context,
  onHelp: (text: string) => void,
  onUsage: (text: string) => void,
): Command {
  const program = new Command('tenure')
    .description('The performance record of every agent in an AI-agent company.')
    .version(version(), '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: onHelp,
      // Help too, of a command that only has others when none of them is named.
      writeErr: onUsage,
      // Errors are thrown as well.
      outputError: () => {},
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
      getOutHasColors: () => false,
    })
    .helpCommand(false);
  addSimulate(program, context);
  addReplay(program, context);
  addReport(program, context);
  addAgents(program, context);
  addQuery(program, context);
  addTransitions(program, context);
  addDecide(program, context);
  addDeadLetters(program, context);
  addPolicy(program, context);
  addExport(program, context);
  addImport(program, context);
  addVerify(program, context);
  return program.addHelpText('after', '\nExit codes: 0 done, 1 the run failed, 2 called wrongly.');
}

/** From the package itself, wherever it is installed. */
function version(): string {
  const { version } = createRequire(import.meta.url)('tenure/package.json') as { version: string };
  return version;
}

const MISSING_COMMAND = 'a command is missing (see --help)';

/** Commander throws when it has shown help, and when it was called wrongly. */
function byCommander(error: unknown): void {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) return;
  if (error.code === 'commander.help') throw new CliError('USAGE', MISSING_COMMAND);
  throw new CliError('USAGE', `${error.message.replace(/^error: /, '').replaceAll('\n', ' ')} (see --help)`);
}
