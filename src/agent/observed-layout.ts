import type { CollaborationObservation } from '../scoring/types.js';
import { cellsFor, type RowLayout, type RowTable } from '../windows/row-table.js';
import type { Observed } from './collaboration.js';

/** Columns, by place. Raise `STATE_FORMAT` with any change. */
const AT = 0;
const SEQ = 1;
const KIND = 2;
const VALUE = 3;
/** The number that most kinds have: a ratio, or 1 for a delegation that succeeded. */
const MEASURE = 4;
const RESPONSE_SECONDS = 5;
const NUMBERS = 6;
const FROM_AGENT = 0;
const DEPARTMENT = 1;
const PROJECT = 2;
const REFS = 3;

/** Stored by place: append only. */
const KINDS = ['delegation', 'conflict', 'meeting', 'loop', 'handoff', 'message', 'helpfulness'] as const;

/** Observations in columns. */
export const OBSERVATIONS: RowLayout<Observed> = {
  cells: cellsFor(NUMBERS, REFS),

  write({ at, seq, department, projectId, observation, value }, { numbers, refs }) {
    numbers[AT] = at;
    numbers[SEQ] = seq;
    numbers[KIND] = KINDS.indexOf(observation.kind);
    numbers[VALUE] = value ?? Number.NaN;
    numbers[MEASURE] = measureOf(observation);
    numbers[RESPONSE_SECONDS] =
      (observation.kind === 'delegation' ? observation.responseSeconds : undefined) ?? Number.NaN;
    refs[FROM_AGENT] = observation.kind === 'helpfulness' ? observation.fromAgentId : undefined;
    refs[DEPARTMENT] = department;
    refs[PROJECT] = projectId;
  },

  read(table, row) {
    const value = valueAt(table, row);
    return {
      at: table.number(row, AT),
      seq: table.number(row, SEQ),
      department: table.ref(row, DEPARTMENT) as string | undefined,
      projectId: table.ref(row, PROJECT) as string | undefined,
      observation: observationAt(table, row),
      value: Number.isNaN(value) ? null : value,
    };
  },
};

/** The value of an observation where it lies, `NaN` for none. */
export function valueAt(table: RowTable, row: number): number {
  return table.number(row, VALUE);
}

/** What kind an observation is of, and whether it is a delegation that was timed. */
export function kindAt(table: RowTable, row: number): { kind: (typeof KINDS)[number]; isTimed: boolean } {
  return {
    kind: KINDS[table.number(row, KIND)] as (typeof KINDS)[number],
    isTimed: !Number.isNaN(table.number(row, RESPONSE_SECONDS)),
  };
}

function measureOf(seen: CollaborationObservation): number {
  switch (seen.kind) {
    case 'delegation':
      return Number(seen.succeeded);
    case 'conflict':
      return seen.constructiveness;
    case 'meeting':
      return seen.contribution;
    case 'loop':
      return Number.NaN;
    case 'handoff':
      return seen.completeness;
    case 'message':
      return seen.quality;
    case 'helpfulness':
      return seen.rating;
  }
}

/** An observation where it lies. */
export function observationAt(table: RowTable, row: number): CollaborationObservation {
  const at = table.number(row, AT);
  const kind = KINDS[table.number(row, KIND)] as (typeof KINDS)[number];
  const measure = table.number(row, MEASURE);
  switch (kind) {
    case 'delegation': {
      const seconds = table.number(row, RESPONSE_SECONDS);
      const responseSeconds = Number.isNaN(seconds) ? undefined : seconds;
      return { at, kind, succeeded: measure === 1, responseSeconds };
    }
    case 'conflict':
      return { at, kind, constructiveness: measure };
    case 'meeting':
      return { at, kind, contribution: measure };
    case 'loop':
      return { at, kind };
    case 'handoff':
      return { at, kind, completeness: measure };
    case 'message':
      return { at, kind, quality: measure };
    case 'helpfulness':
      return { at, kind, rating: measure, fromAgentId: table.ref(row, FROM_AGENT) as string | undefined };
  }
}
