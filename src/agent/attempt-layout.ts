import { cellsFor, type RowLayout, type RowTable } from '../windows/row-table.js';
import type { Attempt, AttemptFacts, AttemptFigure } from './task.js';

/** Columns of numbers, by place; what follows `completionMs` are the facts. Raise `STATE_FORMAT` with any change. */
const NUMBERS = [
  'at',
  'seq',
  'flags',
  'quality',
  'completionMs',
  'assignedAt',
  'budget',
  'inputTokens',
  'outputTokens',
  'toolCalls',
  'turns',
  'cost',
  'criteriaMet',
  'criteriaTotal',
  'testsPassed',
  'testsFailed',
  'lintErrors',
  'coverageDelta',
] as const;
const REFS = ['taskId', 'department', 'projectId', 'currency'] as const;

const N = placesOf(NUMBERS);
const R = placesOf(REFS);

/** Bits of `flags`: groups of facts that may be there without any of their numbers. */
const SUCCEEDED = 1;
const HAS_USAGE = 2;
const HAS_SIGNALS = 4;

type Usage = NonNullable<AttemptFacts['usage']>;
type Signals = NonNullable<AttemptFacts['signals']>;
const USAGE = [
  'inputTokens',
  'outputTokens',
  'toolCalls',
  'turns',
  'cost',
] as const satisfies (keyof Usage)[];
const SIGNALS = [
  'criteriaMet',
  'criteriaTotal',
  'testsPassed',
  'testsFailed',
  'lintErrors',
  'coverageDelta',
] as const satisfies (keyof Signals)[];

/** Attempts that still have their facts, in columns. Figures that the facts say are not kept twice. */
export const ATTEMPTS: RowLayout<Attempt> = {
  cells: cellsFor(NUMBERS.length, REFS.length),

  write(attempt, { numbers, refs }) {
    const { usage, signals, assignedAt, budget } = attempt.facts ?? {};
    numbers[N.at] = attempt.at;
    numbers[N.seq] = attempt.seq;
    numbers[N.flags] =
      (attempt.succeeded ? SUCCEEDED : 0) | (usage ? HAS_USAGE : 0) | (signals ? HAS_SIGNALS : 0);
    numbers[N.quality] = attempt.quality ?? Number.NaN;
    numbers[N.completionMs] = attempt.completionMs ?? Number.NaN;
    numbers[N.assignedAt] = assignedAt ?? Number.NaN;
    numbers[N.budget] = budget ?? Number.NaN;
    for (const key of USAGE) numbers[N[key]] = usage?.[key] ?? Number.NaN;
    for (const key of SIGNALS) numbers[N[key]] = signals?.[key] ?? Number.NaN;
    refs[R.taskId] = attempt.taskId;
    refs[R.department] = attempt.department;
    refs[R.projectId] = attempt.projectId;
    refs[R.currency] = usage?.currency;
  },

  read(table, row) {
    const at = (column: number): number => table.number(row, column);
    const ref = (column: number) => table.ref(row, column) as string | undefined;
    const flags = at(N.flags);
    const usage: Usage | undefined = flags & HAS_USAGE ? present(USAGE, at) : undefined;
    const currency = ref(R.currency);
    if (usage && currency !== undefined) usage.currency = currency;
    const signals = flags & HAS_SIGNALS ? present(SIGNALS, at) : undefined;
    const { inputTokens, outputTokens } = usage ?? {};
    const hasTokens = inputTokens !== undefined || outputTokens !== undefined;
    return {
      at: at(N.at),
      seq: at(N.seq),
      taskId: taskIdAt(table, row),
      succeeded: (flags & SUCCEEDED) !== 0,
      department: ref(R.department),
      projectId: ref(R.projectId),
      facts: { usage, signals, budget: orUndefined(at(N.budget)), assignedAt: orUndefined(at(N.assignedAt)) },
      quality: orNull(at(N.quality)),
      cost: usage?.cost ?? null,
      completionMs: orNull(at(N.completionMs)),
      tokens: hasTokens ? (inputTokens ?? 0) + (outputTokens ?? 0) : null,
      toolCalls: usage?.toolCalls ?? null,
    };
  },
};

/** A figure of an attempt where it lies, `NaN` for none. */
export function figureAt(table: RowTable, row: number, figure: AttemptFigure): number {
  if (figure !== 'tokens') return table.number(row, N[figure]);
  const input = table.number(row, N.inputTokens);
  const output = table.number(row, N.outputTokens);
  if (Number.isNaN(input)) return output;
  return Number.isNaN(output) ? input : input + output;
}

export function succeededAt(table: RowTable, row: number): boolean {
  return (table.number(row, N.flags) & SUCCEEDED) !== 0;
}

export function taskIdAt(table: RowTable, row: number): string {
  return table.ref(row, R.taskId) as string;
}

/** Whether an attempt tells of criteria or tests, and whether of both a cost and a budget. */
export function evidenceAt(table: RowTable, row: number): { hasCriteria: boolean; hasBudget: boolean } {
  const has = (column: number): boolean => !Number.isNaN(table.number(row, column));
  const amount = (column: number): number => table.number(row, column) || 0;
  const hasTests = amount(N.testsPassed) + amount(N.testsFailed) > 0;
  return {
    hasCriteria: amount(N.criteriaTotal) > 0 ? has(N.criteriaMet) : hasTests,
    hasBudget: has(N.cost) && has(N.budget),
  };
}

/** The keys that have a number, in this order, as the event had them. */
function present<Key extends keyof typeof N>(keys: readonly Key[], at: (column: number) => number) {
  const found: { [Name in Key]?: number } = {};
  for (const key of keys) {
    const value = at(N[key]);
    if (!Number.isNaN(value)) found[key] = value;
  }
  return found;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function orUndefined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function placesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, i) => [name, i])) as Record<Name, number>;
}
