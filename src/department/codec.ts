import { z } from 'zod';
import { drained } from '../drained.js';
import { TenureError } from '../errors.js';
import { identifier } from '../events/fields.js';
import { PersistentMap } from '../persistent-map.js';
import { TREND_DIRECTIONS } from '../trends/types.js';
import { Members, type Membership } from './members.js';
import { type CompanyState, type DepartmentState, emptyDepartment, type TaskOnTheWay } from './state.js';

/**
 * Raise it when what {@link encodeCompany} writes changes its meaning. Format 2 said of tasks that ended early who did
 * them and where, too.
 */
const FORMAT = 3;

/** All departments as plain JSON. `layout` names the rules that they were judged by. */
export function encodeCompany(state: CompanyState, layout: string): unknown {
  return drained(encodingCompany(state, layout));
}

/** {@link encodeCompany} in pieces: it grows with the company. */
export function* encodingCompany(state: CompanyState, layout: string): Generator<undefined, unknown> {
  const { seq, today, observed, departments } = state;
  const members = yield* listed(state.members);
  const open = yield* listed(state.open);
  const early = yield* listed(state.early);
  const entries = { members, open, early, departments: [...departments.values()] };
  return { format: FORMAT, layout, seq, today, observed, ...entries };
}

function* listed<Value>(map: Iterable<[string, Value]>): Generator<undefined, [string, Value][]> {
  const entries: [string, Value][] = [];
  for (const entry of map) {
    entries.push(entry);
    yield;
  }
  return entries;
}

/**
 * The state that {@link encodeCompany} wrote.
 *
 * @throws TenureError `TENURE_CORRUPT` when it is not such a state, or one that other rules made
 */
export function decodeCompany(encoded: unknown, layout: string): CompanyState {
  return drained(decodingCompany(encoded, layout));
}

/** {@link decodeCompany} in pieces: it grows with the company. */
export function* decodingCompany(encoded: unknown, layout: string): Generator<undefined, CompanyState> {
  const { state, made } = yield* decoding(encoded);
  if (made !== layout) throw corrupt('was made by other rules for hiring');
  return state;
}

/**
 * The state that {@link encodeCompany} wrote, by whatever rules, in pieces: what other rules judged is forgotten, who works where
 * and on what is not.
 *
 * @throws TenureError `TENURE_CORRUPT` when it is not such a state
 */
export function* decodingAnyCompany(encoded: unknown, layout: string): Generator<undefined, CompanyState> {
  const { state, made } = yield* decoding(encoded);
  if (made === layout) return state;
  const unjudged = Array.from(state.departments, ([name, { days }]): [string, DepartmentState] => [
    name,
    { ...emptyDepartment(name), days },
  ]);
  return { ...state, departments: PersistentMap.from(unjudged) };
}

function* decoding(encoded: unknown): Generator<undefined, { state: CompanyState; made: string }> {
  const { layout: made, format: _format, members, open, early, departments, ...rest } = read(schema, encoded);
  const state = {
    ...rest,
    members: yield* membersOf(members),
    open: yield* entriesOf<TaskOnTheWay>(open, task),
    early: yield* entriesOf<number>(early, endedEarly),
    departments: PersistentMap.from(
      (departments as DepartmentState[]).map((one): [string, DepartmentState] => [one.department, one]),
    ),
  };
  return { state, made };
}

function* entriesOf<Value>(
  entries: readonly unknown[],
  value: z.ZodType,
): Generator<undefined, PersistentMap<Value>> {
  const entry = z.tuple([z.string(), value]);
  let map = PersistentMap.empty<Value>();
  for (const encoded of entries) {
    const [key, found] = read(entry, encoded);
    map = map.set(key, found as Value);
    yield;
  }
  return map;
}

function* membersOf(entries: readonly unknown[]): Generator<undefined, Members> {
  const entry = z.tuple([identifier, member]);
  let members = Members.empty();
  for (const encoded of entries) {
    const [agentId, found] = read(entry, encoded);
    members = members.set(agentId, found as Membership);
    if (members.isLoose) members = yield* members.packing();
    yield;
  }
  return members;
}

function read<Type extends z.ZodType>(type: Type, encoded: unknown): z.output<Type> {
  const parsed = type.safeParse(encoded);
  if (parsed.success) return parsed.data;
  throw corrupt(`is not one: ${z.prettifyError(parsed.error)}`);
}

function corrupt(what: string): TenureError {
  return new TenureError('TENURE_CORRUPT', `The snapshot of the departments ${what}`);
}

const dated = <T extends z.ZodType>(value: T) => z.object({ at: z.number(), seq: z.int(), value }).optional();
const task = z.object({ department: z.string(), agentId: z.string(), at: z.number() });
const endedEarly = z.union([z.number(), task.transform(({ at }) => at)]);
const member = z.object({
  department: dated(z.string()),
  firstDepartment: dated(z.string()),
  employment: z.array(z.object({ at: z.number(), seq: z.int(), value: z.boolean() })).optional(),
});
const direction = z.enum(TREND_DIRECTIONS);
const day = z.object({
  day: z.int(),
  arrived: z.int(),
  finished: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  timed: z.int(),
  logTime: z.number(),
});
/** Looked at one by one, in pieces. */
const list = z.custom<readonly unknown[]>(Array.isArray);

const schema = z.object({
  format: z.union([z.literal(2), z.literal(FORMAT)]),
  layout: z.string(),
  seq: z.int().min(0),
  today: z.int().nullable(),
  observed: z.array(z.int()),
  /** Entries, which are read one by one. */
  members: list,
  open: list,
  early: list,
  departments: z.array(
    z.object({
      department: z.string(),
      days: z.array(day),
      status: z.object({
        staffing: z.enum(['balanced', 'straining', 'shortHanded', 'slackening', 'idle']),
        since: z.number().nullable(),
        announcedAt: z.number().nullable(),
      }),
      directions: z.object({ completionTime: direction, successRate: direction }),
    }),
  ),
});
