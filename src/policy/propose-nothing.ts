import type { StandingPolicy } from './types.js';

/** A policy for companies that decide by themselves: everybody with enough finished tasks stands steady. */
export function proposeNothing(): StandingPolicy {
  return {
    name: 'proposeNothing',
    assess: () => ({ met: [] }),
    evidence: () => ({ criteria: [], windows: [], trends: [], requiresApproval: false }),
  };
}
