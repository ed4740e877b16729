import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { reasonOf, TenureError, type TenureIssue } from '../errors.js';
import { readEvent } from './compiled.js';
import type { PerformanceEvent } from './schema.js';

export interface ParseOptions {
  /** The only currency that costs may be in. */
  readonly currency: string;
  /** How far ahead of `now` an event may be, in milliseconds. */
  readonly maxClockSkew: number;
  /** The levels there are; an event may name no other. */
  readonly levels: readonly string[];
}

/**
 * Turns whatever a host hands in into a complete, normalised event that shares nothing with the input.
 *
 * @param now epoch milliseconds
 * @throws TenureError `TENURE_INVALID_EVENT` with every issue and its path, or `TENURE_FUTURE_EVENT`
 */
export function parseEvent(input: unknown, now: number, options: ParseOptions): PerformanceEvent {
  const event = validate(input);
  const issue = companyIssue(event, options);
  if (issue) throw invalid(input, [issue]);
  if (event.at > now + options.maxClockSkew) throw future(event, now, options.maxClockSkew);
  return event;
}

function validate(input: unknown): PerformanceEvent {
  let issues: TenureIssue[];
  try {
    const parsed = readEvent(withId(input));
    if (parsed.success) return parsed.data;
    // To put into words what is wrong is to read it once more.
    issues = parsed.error.issues.map(toIssue);
  } catch (error) {
    // A getter or a proxy of the host threw while it was read.
    throw new TenureError('TENURE_INVALID_EVENT', `Invalid event: reading it failed: ${reasonOf(error)}`, {
      cause: error,
      issues: [{ path: '', message: `reading it failed: ${reasonOf(error)}` }],
    });
  }
  throw invalid(input, issues);
}

function withId(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  if ((input as { id?: unknown }).id !== undefined) return input;
  return { ...input, id: randomUUID() };
}

/** What the schema cannot know: this company's currency and levels. */
function companyIssue(event: PerformanceEvent, { currency, levels }: ParseOptions): TenureIssue | undefined {
  if (event.type === 'task.completed' || event.type === 'task.failed') {
    const given = event.usage?.currency;
    if (given === undefined || given === currency) return undefined;
    return { path: 'usage.currency', message: `expected ${currency}, the tracker's currency, got ${given}` };
  }
  if (event.type !== 'agent.hired' && event.type !== 'agent.level_changed') return undefined;
  if (event.level === undefined || levels.includes(event.level)) return undefined;
  return {
    path: 'level',
    message: `expected one of ${levels.join(', ')}, got ${JSON.stringify(event.level)}`,
  };
}

function toIssue(issue: z.core.$ZodIssue): TenureIssue {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  return { path: abridged(path.map(String).join('.')), message: abridged(issue.message) };
}

function invalid(input: unknown, issues: readonly TenureIssue[]): TenureError {
  const reasons = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return new TenureError('TENURE_INVALID_EVENT', `Invalid ${describe(input)}: ${reasons}`, { issues });
}

function future(event: PerformanceEvent, now: number, skew: number): TenureError {
  const message = `expected at most ${skew} ms after ${isoOf(now)}, got ${isoOf(event.at)}`;
  return new TenureError('TENURE_FUTURE_EVENT', `Future ${describe(event)}: at: ${message}`, {
    issues: [{ path: 'at', message }],
  });
}

/** Names an event by what can be read of it, for error messages. */
function describe(input: unknown): string {
  try {
    const { type, id, agentId } = (input ?? {}) as Record<string, unknown>;
    const parts = [typeof type === 'string' ? `event ${short(type)}` : 'event'];
    if (typeof id === 'string') parts.push(short(id));
    if (typeof agentId === 'string') parts.push(`of agent ${short(agentId)}`);
    return parts.join(' ');
  } catch {
    return 'event';
  }
}

function short(text: string): string {
  return JSON.stringify(abridged(text, 80));
}

/** What a host hands in may be of any length; a message may not. */
function abridged(text: string, length = 400): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
