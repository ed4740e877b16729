import { z } from 'zod';
import { TenureError } from '../errors.js';
import { PersistentMap } from '../persistent-map.js';
import {
  type CompanyState,
  type DepartmentState,
  emptyDepartment,
  type Membership,
  type TaskOnTheWay,
} from './state.js';

/** Raise it when what {@link encodeCompany} writes changes its meaning. */
const FORMAT = 2;

/** All departments as plain JSON. `layout` names the rules that they were judged by. */
export function encodeCompany(state: CompanyState, layout: string): unknown {
  const { seq, today, observed, members, open, early, departments } = state;
  const entries = { members: [...members], open: [...open], early: [...early] };
  return { format: FORMAT, layout, seq, today, observed, ...entries, departments: [...departments.values()] };
}

/**
 * The state that {@link encodeCompany} wrote.
 *
 * @throws TenureError `TENURE_CORRUPT` when it is not such a state, or one that other rules made
 */
export function decodeCompany(encoded: unknown, layout: string): CompanyState {
  const { state, made } = decode(encoded);
  if (made !== layout) throw corrupt('was made by other rules for hiring');
  return state;
}

/**
 * The state that {@link encodeCompany} wrote, by whatever rules: what other rules judged is forgotten, who works where
 * and on what is not.
 *
 * @throws TenureError `TENURE_CORRUPT` when it is not such a state
 */
export function decodeAnyCompany(encoded: unknown, layout: string): CompanyState {
  const { state, made } = decode(encoded);
  if (made === layout) return state;
  const unjudged = Array.from(state.departments, ([name, { days }]): [string, DepartmentState] => [
    name,
    { ...emptyDepartment(name), days },
  ]);
  return { ...state, departments: PersistentMap.from(unjudged) };
}

function decode(encoded: unknown): { state: CompanyState; made: string } {
  const parsed = schema.safeParse(encoded);
  if (!parsed.success) throw corrupt(`is not one: ${z.prettifyError(parsed.error)}`);
  const { layout: made, format: _format, members, open, early, departments, ...rest } = parsed.data;
  const state = {
    ...rest,
    members: PersistentMap.from(members as [string, Membership][]),
    open: PersistentMap.from(open as [string, TaskOnTheWay][]),
    early: PersistentMap.from(early as [string, TaskOnTheWay][]),
    departments: PersistentMap.from(
      (departments as DepartmentState[]).map((one): [string, DepartmentState] => [one.department, one]),
    ),
  };
  return { state, made };
}

function corrupt(what: string): TenureError {
  return new TenureError('TENURE_CORRUPT', `The snapshot of the departments ${what}`);
}

const dated = <T extends z.ZodType>(value: T) => z.object({ at: z.number(), seq: z.int(), value }).optional();
const task = z.object({ department: z.string(), agentId: z.string(), at: z.number() });
const member = z.object({
  department: dated(z.string()),
  firstDepartment: dated(z.string()),
  employment: z.array(z.object({ at: z.number(), seq: z.int(), value: z.boolean() })).optional(),
});
const direction = z.enum(['improving', 'stable', 'declining', 'insufficient_data']);
const day = z.object({
  day: z.int(),
  arrived: z.int(),
  finished: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  timed: z.int(),
  logTime: z.number(),
});
const schema = z.object({
  format: z.literal(FORMAT),
  layout: z.string(),
  seq: z.int().min(0),
  today: z.int().nullable(),
  observed: z.array(z.int()),
  members: z.array(z.tuple([z.string(), member])),
  open: z.array(z.tuple([z.string(), task])),
  early: z.array(z.tuple([z.string(), task])),
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
