/** Every code that a {@link TenureError} can carry. Codes are part of semver; messages are not. */
export type TenureErrorCode =
  | 'TENURE_INVALID_EVENT'
  | 'TENURE_EVENT_CONFLICT'
  | 'TENURE_FUTURE_EVENT'
  | 'TENURE_OVERLOADED'
  | 'TENURE_CLOSED'
  | 'TENURE_ABORTED'
  | 'TENURE_STORAGE'
  | 'TENURE_LOCKED'
  | 'TENURE_CORRUPT'
  | 'TENURE_INVALID_OPTIONS'
  | 'TENURE_HOST';

/** One thing that is wrong with an input: where (a dotted path, empty for the whole) and why. */
export interface TenureIssue {
  readonly path: string;
  readonly message: string;
}

export interface TenureErrorOptions {
  readonly cause?: unknown;
  /** What is wrong, field by field; the first one's path becomes {@link TenureError.path}. */
  readonly issues?: readonly TenureIssue[];
  /** The journal sequence number that the error is about. */
  readonly seq?: number;
}

/**
 * The one error class. `code` says what kind of failure it is and whether the event may have been stored:
 * `TENURE_STORAGE` means not known (recording again with the same id is safe), every other code of `record`
 * means certainly not stored.
 */
export class TenureError extends Error {
  readonly code: TenureErrorCode;
  readonly issues: readonly TenureIssue[];
  /** Dotted path of the first issue, `undefined` when the error is not about a field. */
  readonly path: string | undefined;
  readonly seq: number | undefined;

  constructor(code: TenureErrorCode, message: string, options: TenureErrorOptions = {}) {
    super(
      abridged(message, MESSAGE_LENGTH),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'TenureError';
    this.code = code;
    this.issues = options.issues ?? [];
    this.path = this.issues[0]?.path;
    this.seq = options.seq;
  }
}

/** What is wrong with the options that a tracker is opened with, by their paths. */
export function invalidOptions(issues: readonly TenureIssue[]): TenureError {
  const reasons = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return new TenureError('TENURE_INVALID_OPTIONS', `Invalid options: ${reasons}`, { issues });
}

/** Whether a value is a {@link TenureError}, of the given code if one is given. */
export function isTenureError(value: unknown, code?: TenureErrorCode): value is TenureError {
  return value instanceof TenureError && (code === undefined || value.code === code);
}

/** What a message quotes may be of any length. */
const MESSAGE_LENGTH = 4_000;
const REASON_LENGTH = 500;

/** What was thrown, in words. Anything can be thrown, and nothing of it is trusted: this never throws, and is short. */
export function reasonOf(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    return abridged(text, REASON_LENGTH);
  } catch {
    return 'something that cannot be put into words';
  }
}

function abridged(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
