import { z } from 'zod';
import { TenureError } from '../errors.js';
import { careerOf } from '../policy/career.js';
import { Timeline } from '../windows/timeline.js';
import { ATTEMPTS } from './attempt-layout.js';
import { lifetimeFrom, type StoredLifetime, storedLifetime } from './lifetime.js';
import { OBSERVATIONS } from './observed-layout.js';
import {
  type AgentState,
  initialState,
  knownStatus,
  NO_OVERRIDES,
  NO_TREND,
  orNone,
  type TrendStatus,
} from './state.js';
import { openTables, packTables } from './table-bytes.js';
import { TaskBook } from './task-book.js';

/**
 * Raise it when what {@link encodeState} writes changes its meaning, the columns of a table included. Snapshots of an
 * older format are rebuilt from the journal; foundations, which stand in for dropped records, cannot be: their format
 * has to be read on. `test/fixtures` has a database with foundations of each.
 */
export const STATE_FORMAT = 5;

type InTables = 'tasks' | 'attempts' | 'observations';
type Stored = Omit<AgentState, InTables | 'lifetime' | 'line'> & { readonly lifetime: StoredLifetime };

/** What stands before the tables: the rest of a state as plain JSON. */
interface StateHead extends Stored {
  readonly format: typeof STATE_FORMAT;
  /** Window labels and metric count that `trends` is laid out for. */
  readonly layout: string;
}

/** A state as bytes. `layout` says which windows its trends are of. */
export function encodeState(state: AgentState, layout: string): Uint8Array {
  const { tasks, attempts, observations, line: _line, ...rest } = state;
  const head: StateHead = { format: STATE_FORMAT, layout, ...rest, lifetime: storedLifetime(state.lifetime) };
  return packTables(head, [tasks.parts(), attempts.parts(), observations.parts()]);
}

/**
 * The state that {@link encodeState} wrote. The snapshot's checksum guards the content; this guards the shape.
 *
 * @param id the text that is kept of the agent's id already, so that it takes memory once
 * @throws TenureError `TENURE_CORRUPT` when it is not such a state, or one of other windows
 */
export function decodeState(encoded: unknown, layout: string, id?: string): AgentState {
  const { head, tables } = openTables(encoded);
  const parsed = headSchema.safeParse(head);
  if (!parsed.success) {
    throw new TenureError(
      'TENURE_CORRUPT',
      `An agent's snapshot is not a state: ${z.prettifyError(parsed.error)}`,
    );
  }
  if (parsed.data.layout !== layout) {
    throw new TenureError(
      'TENURE_CORRUPT',
      `The snapshot of agent ${JSON.stringify(parsed.data.agentId)} was made for ${parsed.data.layout}, not for ${layout}`,
    );
  }
  const { format: _format, layout: _layout, ...rest } = head as StateHead;
  const [tasks, attempts, observations] = tables;
  if (!tasks || !attempts || !observations) {
    throw new TenureError('TENURE_CORRUPT', "An agent's snapshot is not a state: tables are missing");
  }
  // Made like every other state, so that the code that it passes through finds one kind of object.
  return Object.assign(initialState(rest.agentId, 0), rest, {
    agentId: id === rest.agentId ? id : rest.agentId,
    lifetime: lifetimeFrom(rest.lifetime),
    career: careerOf(rest.career),
    ...once(rest),
    tasks: TaskBook.of(tasks),
    attempts: Timeline.of(ATTEMPTS, attempts),
    observations: Timeline.of(OBSERVATIONS, observations),
  });
}

/** What is read anew for every agent although it is the same, as all states that were never stored have it: once. */
function once({ overrides, expiries, upcoming, leftOut, trends }: Stored) {
  const statuses: TrendStatus[] = [NO_TREND];
  for (const status of trends) if (knownStatus(status, statuses) === status) statuses.push(status);
  return {
    overrides: overrides.quality || overrides.collaboration ? overrides : NO_OVERRIDES,
    expiries: orNone(expiries),
    upcoming: orNone(upcoming),
    leftOut: orNone(leftOut),
    trends: trends.map((status) => knownStatus(status, statuses)),
  };
}

/** Only that they are there: what is in them is under the checksum, and looking at all of it would take longer. */
const list = z.custom<unknown[]>(Array.isArray, 'expected an array');
const record = z.custom<object>(isRecord, 'expected an object');

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const headSchema = z.object({
  format: z.literal(STATE_FORMAT),
  layout: z.string(),
  agentId: z.string(),
  now: z.number(),
  seq: z.int(),
  profile: record,
  standing: z.enum(['unproven', 'steady', 'promotable', 'at_risk', 'terminable', 'departed']),
  lifetime: record,
  lastFed: list,
  overrides: record,
  expiries: list,
  upcoming: list,
  trends: list,
  career: record,
  trust: record.nullable(),
  compactAt: z.number(),
  leftOut: list,
  isStale: z.boolean(),
} satisfies Record<keyof StateHead, z.ZodType>);
