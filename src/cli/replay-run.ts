import type { TenureError } from '../errors.js';
import type { PerformanceEventInput } from '../events/schema.js';
import type { Tracker } from '../tracker.js';
import type { Input, Line } from './input.js';
import { parseLine, type Rejection } from './replay-events.js';

export interface ReplayOptions {
  /** Says why an event is not to be recorded, and moves the clock along otherwise. */
  readonly admit: (event: PerformanceEventInput) => string | undefined;
  /** How many rejections are kept word for word. */
  readonly keep: number;
  readonly signal: AbortSignal;
  readonly onProgress: (summary: ReplayCounts) => void;
}

export interface ReplayCounts {
  /** Lines that hold something. */
  readonly read: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

export interface ReplayResult extends ReplayCounts {
  /** In the order of their lines, at most as many as are to be kept. */
  readonly rejections: readonly Rejection[];
  readonly lastLine: number;
  /** Whether the end was not reached because the user wanted out. */
  readonly interrupted: boolean;
}

/** So many events are handed over at a time: it bounds what is remembered of the way from event to line. */
const CHUNK = 5_000;

/** Records every line of an input, and remembers which were refused, and why. */
export async function replay(tracker: Tracker, input: Input, options: ReplayOptions): Promise<ReplayResult> {
  const lines = input.lines[Symbol.asyncIterator]();
  const counts = { read: 0, accepted: 0, duplicates: 0, rejected: 0 };
  const rejections: Rejection[] = [];
  let lastLine = 0;
  let more = true;

  try {
    while (more && !options.signal.aborted) await replayChunk();
  } finally {
    await lines.return?.();
  }
  return { ...counts, rejections, lastLine, interrupted: options.signal.aborted };

  async function replayChunk(): Promise<void> {
    const refused: Rejection[] = [];
    const lineOf: number[] = [];
    const { accepted, duplicates, rejected } = await tracker.recordAll(chunk(refused, lineOf));
    counts.accepted += accepted;
    counts.duplicates += duplicates;
    for (const { index, error } of rejected) {
      refused.push({ line: lineOf[index] as number, code: error.code, reason: reasonOf(error) });
    }
    counts.rejected += refused.length;
    refused.sort((a, b) => a.line - b.line);
    rejections.push(...refused.slice(0, options.keep - rejections.length));
    options.onProgress(counts);
  }

  async function* chunk(refused: Rejection[], lineOf: number[]): AsyncGenerator<PerformanceEventInput> {
    while (lineOf.length + refused.length < CHUNK && !options.signal.aborted) {
      const line = await nextLine();
      if (line === undefined) return;
      const parsed = parseLine(line);
      if (parsed === undefined) continue;
      counts.read++;
      const reason = 'event' in parsed ? options.admit(parsed.event) : undefined;
      if ('rejection' in parsed) refused.push(parsed.rejection);
      else if (reason !== undefined) refused.push({ line: line.number, code: 'INVALID_LINE', reason });
      else {
        lineOf.push(line.number);
        yield parsed.event;
      }
    }
  }

  async function nextLine(): Promise<Line | undefined> {
    const { value, done } = await lines.next().catch(ended);
    more = !done;
    if (done) return undefined;
    lastLine = value.number;
    return value;
  }

  /** Whoever wants out has the input taken away under the reading; that is no failure of the input. */
  function ended(error: unknown): IteratorResult<Line, undefined> {
    if (options.signal.aborted) return { done: true, value: undefined };
    throw error;
  }
}

/** Field by field where that is known; the line number already says which event it is about. */
function reasonOf({ issues, message }: TenureError): string {
  if (issues.length === 0) return message;
  return issues
    .map(({ path, message: problem }) => (path === '' ? problem : `${path}: ${problem}`))
    .join('; ');
}
