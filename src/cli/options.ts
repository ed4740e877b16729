import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../windows/duration.js';

/** Options that every command has. */
export interface CommonOptions {
  readonly db: string;
  readonly json?: true;
}

/** Options of the commands that only look. */
export interface ReadOptions extends CommonOptions {
  readonly clock: 'events' | 'system';
  readonly policy?: string;
}

export const DEFAULT_DATABASE = './tenure-data';

export function withCommonOptions(command: Command): Command {
  return command
    .option('--db <dir>', 'directory of the database', DEFAULT_DATABASE)
    .option('--json', 'print JSON for machines');
}

export function withReadOptions(command: Command): Command {
  const clock = new Option('--clock <which>', 'look as of the last recorded moment, or as of the real time');
  return withPolicyOption(withCommonOptions(command)).addOption(
    clock.choices(['events', 'system']).default('events'),
  );
}

export function withPolicyOption(command: Command): Command {
  return command.option(
    '--policy <which>',
    'the policy that the database is written under, unless it is the default one: none, or a file',
  );
}

/** An example under the help of a command. */
export function example(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExample:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}

/** A whole number from `least` on. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const upper = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`;
    throw new InvalidArgumentError(`expected a whole number of at least ${least}${upper}`);
  };
}

/** A duration such as `12h` or `30d`, left as it is written. */
export function durationLabel(text: string): string {
  try {
    parseDuration(text);
    return text;
  } catch {
    throw new InvalidArgumentError("expected a duration such as '12h' or '30d'");
  }
}
