import { setup, transition } from 'xstate';
import type { TrustEvent } from '../src/trust/judge.js';
import { TRUST_LEVELS, type TrustLevel } from '../src/trust/types.js';

/**
 * How far an agent is trusted. Trust is earned and lost a step at a time; the step to elevated is taken by nobody but
 * a person. Shared by all agents: it holds nothing of its own.
 */
export const trustMachine = setup({
  types: { events: {} as { readonly type: TrustEvent } },
}).createMachine({
  id: 'trust',
  initial: 'sandboxed',
  on: { 'elevation.approved': '.elevated' },
  states: {
    sandboxed: { on: { 'trust.earned': 'restricted' } },
    restricted: { on: { 'trust.earned': 'standard', 'trust.lost': 'sandboxed' } },
    /** What is earned here is a proposal. */
    standard: { on: { 'trust.lost': 'restricted' } },
    elevated: { on: { 'trust.lost': 'standard' } },
  },
});

/** What the chart answers, asked once for each case: every answer costs it an actor. */
const answers = new Map<string, TrustLevel>();

/** The level of trust after something moved it, by the chart. Pure. */
export function stepTrust(level: TrustLevel, event: TrustEvent): TrustLevel {
  const key = `${level} ${event}`;
  const known = answers.get(key);
  if (known) return known;
  const [next] = transition(trustMachine, trustMachine.resolveState({ value: level }), { type: event });
  const answer = TRUST_LEVELS.find((known) => next.matches(known)) as TrustLevel;
  answers.set(key, answer);
  return answer;
}
