import { assign, setup, transition } from 'xstate';
import type { TrendStatus } from '../src/agent/state.js';
import type { TrendDirection } from '../src/trends/types.js';

/** What the evidence says now; sent only when it says something else than before. */
export interface TrendEvidence {
  readonly type: 'evidence.insufficient' | 'evidence.stable' | 'evidence.improving' | 'evidence.declining';
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * One metric's trend in one window. The strategy weighs the evidence, hysteresis included; the chart says which
 * turns there are and remembers since when a direction holds. Shared by all agents: it holds nothing of its own.
 */
export const trendMachine = setup({
  types: {
    context: {} as { readonly since: number | null },
    events: {} as TrendEvidence,
  },
  actions: {
    rememberSince: assign({ since: ({ event }) => event.at }),
  },
}).createMachine({
  id: 'trend',
  context: { since: null },
  initial: 'insufficientData',
  states: {
    insufficientData: {
      on: {
        'evidence.stable': { target: 'stable', actions: 'rememberSince' },
        'evidence.improving': { target: 'improving', actions: 'rememberSince' },
        'evidence.declining': { target: 'declining', actions: 'rememberSince' },
      },
    },
    stable: {
      on: {
        'evidence.insufficient': { target: 'insufficientData', actions: 'rememberSince' },
        'evidence.improving': { target: 'improving', actions: 'rememberSince' },
        'evidence.declining': { target: 'declining', actions: 'rememberSince' },
      },
    },
    improving: {
      on: {
        'evidence.insufficient': { target: 'insufficientData', actions: 'rememberSince' },
        'evidence.stable': { target: 'stable', actions: 'rememberSince' },
        'evidence.declining': { target: 'declining', actions: 'rememberSince' },
      },
    },
    declining: {
      on: {
        'evidence.insufficient': { target: 'insufficientData', actions: 'rememberSince' },
        'evidence.stable': { target: 'stable', actions: 'rememberSince' },
        'evidence.improving': { target: 'improving', actions: 'rememberSince' },
      },
    },
  },
});

const STATE_OF = {
  insufficient_data: 'insufficientData',
  stable: 'stable',
  improving: 'improving',
  declining: 'declining',
} as const satisfies Record<TrendDirection, string>;

const EVIDENCE_FOR = {
  insufficient_data: 'evidence.insufficient',
  stable: 'evidence.stable',
  improving: 'evidence.improving',
  declining: 'evidence.declining',
} as const satisfies Record<TrendDirection, TrendEvidence['type']>;

/** The status of a trend after evidence for a direction, by the chart. Pure; `at` is epoch milliseconds. */
export function stepTrend(
  { direction, since }: TrendStatus,
  evidence: TrendDirection,
  at: number,
): TrendStatus {
  const next = nextDirection(direction, evidence);
  return { direction: next, since: next === direction ? since : at };
}

/** What the chart answers: it is asked once for each of its sixteen cases, for every answer costs it an actor. */
const answers: { [From in TrendDirection]: { [Evidence in TrendDirection]?: TrendDirection } } = {
  insufficient_data: {},
  stable: {},
  improving: {},
  declining: {},
};

function nextDirection(direction: TrendDirection, evidence: TrendDirection): TrendDirection {
  const known = answers[direction][evidence];
  if (known) return known;
  const current = trendMachine.resolveState({ value: STATE_OF[direction], context: { since: null } });
  const [next] = transition(trendMachine, current, { type: EVIDENCE_FOR[evidence], at: 0 });
  const answer = directionOf(next.value);
  answers[direction][evidence] = answer;
  return answer;
}

function directionOf(state: keyof typeof DIRECTION_OF): TrendDirection {
  return DIRECTION_OF[state];
}

const DIRECTION_OF = {
  insufficientData: 'insufficient_data',
  stable: 'stable',
  improving: 'improving',
  declining: 'declining',
} as const satisfies Record<string, TrendDirection>;
