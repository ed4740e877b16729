import { isTenureError, TenureError } from '../errors.js';
import { printable } from './render/text.js';

/** The run failed. */
export const FAILED = 1;
/** The command was called in a way that it does not understand. */
export const USAGE = 2;

export type CliErrorCode =
  | 'USAGE'
  | 'DAMAGED'
  | 'NO_DATABASE'
  | 'NO_AGENT'
  | 'NO_RECOMMENDATION'
  | 'OTHER_RULES'
  | 'POLICY'
  | 'INPUT'
  | 'OUTPUT'
  | 'INTERRUPTED'
  | 'SIMULATION';

/** A failure of the command line's own making; those of the tracker are {@link TenureError}s. */
export class CliError extends Error {
  constructor(
    readonly code: CliErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'CliError';
  }
}

/** One line for people: the code and what happened, never a stack trace. */
export function errorLine(error: unknown): string {
  const { code, message } = describe(error);
  return `tenure: ${code}: ${printable(message)}`;
}

/** What the tracker says of its options is about the command line: nothing else hands it any. */
export function exitCodeOf(error: unknown): number {
  const isUsage = error instanceof CliError && error.code === 'USAGE';
  return isUsage || isTenureError(error, 'TENURE_INVALID_OPTIONS') ? USAGE : FAILED;
}

/** What kind of failure, and what happened. */
export function describe(error: unknown): { code: string; message: string } {
  if (error instanceof CliError || error instanceof TenureError) {
    return { code: error.code, message: error.message };
  }
  if (!(error instanceof Error)) return { code: 'UNEXPECTED', message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return { code: 'UNEXPECTED', message: error.message };
  // The system's begin with their code already.
  const told = `${code}: `;
  return { code, message: error.message.startsWith(told) ? error.message.slice(told.length) : error.message };
}
