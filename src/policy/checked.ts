import type { RecommendationKind } from '../events/schema.js';
import { KINDS } from './career.js';
import type { AgentFacts, Assessment, Evidence, StandingPolicy } from './types.js';

/** @throws RangeError when a policy breaks its contract, so that no nonsense becomes a standing */
export function checkedAssessment(policy: StandingPolicy, agent: AgentFacts): Assessment {
  const assessment = policy.assess(agent);
  const { met, revisitAt } = (assessment ?? {}) as Partial<Assessment>;
  if (!Array.isArray(met) || !met.every((kind) => KINDS.includes(kind))) {
    throw broken(policy, `met ${show(met)}, expected an array of ${KINDS.join(', ')}`);
  }
  if (revisitAt !== undefined && !(typeof revisitAt === 'number' && revisitAt > agent.now)) {
    throw broken(policy, `revisitAt ${show(revisitAt)}, expected a moment after now, ${agent.now}`);
  }
  return assessment;
}

/** @throws RangeError when a policy breaks its contract */
export function checkedEvidence(
  policy: StandingPolicy,
  agent: AgentFacts,
  kind: RecommendationKind,
): Evidence {
  const evidence = policy.evidence(agent, kind);
  const { criteria, windows, trends, requiresApproval } = (evidence ?? {}) as Partial<Evidence>;
  if (![criteria, windows, trends].every(Array.isArray) || typeof requiresApproval !== 'boolean') {
    throw broken(
      policy,
      `evidence ${show(evidence)}, expected criteria, windows, trends and requiresApproval`,
    );
  }
  return evidence;
}

function broken({ name }: StandingPolicy, answer: string): RangeError {
  return new RangeError(`Standing policy ${name} answered ${answer}`);
}

function show(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 200);
  } catch {
    return 'something that is not JSON';
  }
}
