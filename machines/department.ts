import { assign, setup, transition } from 'xstate';
import type { StaffingEvidence, StaffingStatus } from '../src/department/state.js';

/** What the figures of the days up to a midnight say. */
export interface DayJudged {
  readonly type: 'evidence.short' | 'evidence.idle' | 'evidence.balanced';
  /** That midnight, epoch milliseconds. */
  readonly at: number;
}

export interface PatienceOptions {
  /** How long evidence must last before it is announced, milliseconds. */
  readonly sustainMs: number;
  /** How long nothing is announced after an announcement, milliseconds. */
  readonly cooldownMs: number;
}

type DepartmentContext = Omit<StaffingStatus, 'staffing'>;

/**
 * Whether a department has the hands for its work. Evidence must last before anything is announced, and while it
 * lasts it is announced again after the cooldown: a new colleague needs time to show. Time is data: `at` is in the
 * event, and `announcedAt` in the context changes with every announcement.
 */
export function createDepartmentMachine({ sustainMs, cooldownMs }: PatienceOptions) {
  return setup({
    types: {
      context: {} as DepartmentContext,
      events: {} as DayJudged,
    },
    guards: {
      lasted: ({ context: { since, announcedAt }, event: { at } }) =>
        since !== null && at - since >= sustainMs && (announcedAt === null || at - announcedAt >= cooldownMs),
      cooledDown: ({ context: { announcedAt }, event: { at } }) =>
        announcedAt === null || at - announcedAt >= cooldownMs,
    },
    actions: {
      rememberSince: assign({ since: ({ event }) => event.at }),
      forgetSince: assign({ since: null }),
      announce: assign({ announcedAt: ({ event }) => event.at }),
    },
  }).createMachine({
    id: 'department',
    context: { since: null, announcedAt: null },
    initial: 'balanced',
    states: {
      balanced: {
        on: {
          'evidence.short': { target: 'straining', actions: 'rememberSince' },
          'evidence.idle': { target: 'slackening', actions: 'rememberSince' },
        },
      },
      /** Short of hands, but not for long enough to say so. */
      straining: {
        on: {
          'evidence.short': { guard: 'lasted', target: 'shortHanded', actions: 'announce' },
          'evidence.idle': { target: 'slackening', actions: 'rememberSince' },
          'evidence.balanced': { target: 'balanced', actions: 'forgetSince' },
        },
      },
      shortHanded: {
        on: {
          'evidence.short': { guard: 'cooledDown', actions: 'announce' },
          'evidence.idle': { target: 'slackening', actions: 'rememberSince' },
          'evidence.balanced': { target: 'balanced', actions: 'forgetSince' },
        },
      },
      /** Idle, but not for long enough to say so. */
      slackening: {
        on: {
          'evidence.idle': { guard: 'lasted', target: 'idle', actions: 'announce' },
          'evidence.short': { target: 'straining', actions: 'rememberSince' },
          'evidence.balanced': { target: 'balanced', actions: 'forgetSince' },
        },
      },
      idle: {
        on: {
          'evidence.idle': { guard: 'cooledDown', actions: 'announce' },
          'evidence.short': { target: 'straining', actions: 'rememberSince' },
          'evidence.balanced': { target: 'balanced', actions: 'forgetSince' },
        },
      },
    },
  });
}

const EVIDENCE_FOR = {
  short: 'evidence.short',
  idle: 'evidence.idle',
  balanced: 'evidence.balanced',
} as const satisfies Record<StaffingEvidence, DayJudged['type']>;

/** The chart as a pure function: a department's status after a day's evidence; `at` is epoch milliseconds. */
export function departmentStepper(
  patience: PatienceOptions,
): (status: StaffingStatus, evidence: StaffingEvidence, at: number) => StaffingStatus {
  const machine = createDepartmentMachine(patience);
  return ({ staffing, ...context }, evidence, at) => {
    const current = machine.resolveState({ value: staffing, context });
    const [next] = transition(machine, current, { type: EVIDENCE_FOR[evidence], at });
    return { staffing: next.value, ...next.context };
  };
}
