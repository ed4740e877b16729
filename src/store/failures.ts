import { TenureError } from '../errors.js';

/** Something stored, that is no record of the journal, cannot be trusted; `seq` where it belongs to a record. */
export function corrupt(
  what: string,
  { seq, cause }: { seq?: number | undefined; cause?: unknown } = {},
): TenureError {
  return new TenureError('TENURE_CORRUPT', what, { cause, ...(seq !== undefined && { seq }) });
}

/** A record of the journal, or what must lead to it, cannot be trusted. */
export function corruptRecord(seq: number, what: string, cause?: unknown): TenureError {
  return new TenureError('TENURE_CORRUPT', `Journal record ${seq}: ${what}`, { seq, cause });
}

/** The caller asked for what would make the store inconsistent. Nothing was written. */
export function refused(what: string, seq?: number): TenureError {
  return new TenureError('TENURE_STORAGE', `Nothing was written: ${what}`, seq === undefined ? {} : { seq });
}

/** What was asked for was kept when reading began, and is older than the retention now. */
export function droppedMeanwhile(path: string): TenureError {
  const message = 'what was asked for became older than the retention while it was read, and was dropped';
  return new TenureError('TENURE_INVALID_OPTIONS', `Reading was broken off: ${message}`, {
    issues: [{ path, message }],
  });
}

export function closed(): TenureError {
  return new TenureError('TENURE_CLOSED', 'The store is closed');
}

/** Adds to what is said of damage how to learn more of it. Other errors are as they are. */
export function withHint(error: unknown, location: string | undefined): unknown {
  if (!(error instanceof TenureError) || error.code !== 'TENURE_CORRUPT' || location === undefined)
    return error;
  const { message, cause, issues, seq } = error;
  const hint = `\`tenure verify --db ${location}\` shows more`;
  const known = seq === undefined ? { cause, issues } : { cause, issues, seq };
  return message.endsWith(hint) ? error : new TenureError(error.code, `${message}; ${hint}`, known);
}

/** Turns whatever a database threw into a {@link TenureError}. */
export function storageFailure(action: string, error: unknown): TenureError {
  if (error instanceof TenureError) return error;
  const reason = rootOf(error);
  if (codeOf(reason) === 'LEVEL_CORRUPTION') {
    return corrupt(`${action}: the database reports damage: ${messageOf(reason)}`, { cause: error });
  }
  return new TenureError('TENURE_STORAGE', `${action}: ${messageOf(reason)}`, { cause: error });
}

/** Nothing is written after a write that failed. */
export function writtenNothing(action: string, cause: TenureError): TenureError {
  const why = 'an earlier write failed, and it is not known what the database holds until it is opened again';
  return new TenureError('TENURE_STORAGE', `${action} was not tried: ${why} (${cause.message})`, { cause });
}

/** The same for opening, where somebody else may hold the database. */
export function openFailure(error: unknown, location: string | undefined): TenureError {
  if (codeOf(rootOf(error)) === 'LEVEL_LOCKED') return locked(location, error);
  return storageFailure(`Opening ${placeOf(location)} failed`, error);
}

/** Somebody else holds the database. */
export function locked(location: string | undefined, cause?: unknown): TenureError {
  const message = `Opening ${placeOf(location)} failed: another process, or another tracker in this one, holds it`;
  return new TenureError('TENURE_LOCKED', message, { cause });
}

function placeOf(location: string | undefined): string {
  return location === undefined ? 'the database' : `the database at ${location}`;
}

/** abstract-level wraps the reason of a failed opening: the code that tells is the cause's. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
