import { z } from 'zod';
import type { ProposalKind } from '../events/schema.js';
import { answerOf } from '../scoring/answer.js';
import { TREND_METRICS } from '../trends/types.js';
import { KINDS } from './career.js';
import type { AgentFacts, Assessment, Evidence, StandingPolicy } from './types.js';

const text = z.string().max(1_024);

/** What an output can carry: copies of plain data, nothing of the host's own. */
const evidenceSchema = z.object({
  criteria: z.array(
    z.object({
      name: text,
      met: z.boolean(),
      value: z.union([z.number(), text]).nullable(),
      threshold: z.union([z.number(), text]),
      metric: text.optional(),
      window: text.optional(),
      count: z.number().optional(),
    }),
  ),
  windows: z.array(text),
  trends: z.array(z.object({ metric: z.enum(TREND_METRICS), window: text })),
  requiresApproval: z.boolean(),
});

/** @throws RangeError when a policy breaks its contract, so that no nonsense becomes a standing */
export function checkedAssessment(policy: StandingPolicy, agent: AgentFacts): Assessment {
  const assessment = policy.assess(agent);
  const { met, revisitAt } = answerOf(assessment, () => whatOf(policy)) as Partial<Assessment>;
  if (!Array.isArray(met) || (met.length > 0 && !met.every((kind) => KINDS.includes(kind)))) {
    throw broken(policy, `met: expected an array of ${KINDS.join(', ')}`);
  }
  if (revisitAt !== undefined && !(typeof revisitAt === 'number' && revisitAt > agent.now)) {
    throw broken(policy, `revisitAt: expected a moment after now`);
  }
  return { met, revisitAt };
}

/** @throws RangeError when a policy breaks its contract */
export function checkedEvidence(policy: StandingPolicy, agent: AgentFacts, kind: ProposalKind): Evidence {
  const { success, data, error } = evidenceSchema.safeParse(
    answerOf(policy.evidence(agent, kind), () => whatOf(policy)),
  );
  if (success) return data as Evidence;
  const [issue] = error.issues;
  throw broken(policy, `evidence for a ${kind}: ${issue?.path.map(String).join('.')}: ${issue?.message}`);
}

function broken(policy: StandingPolicy, answer: string): RangeError {
  return new RangeError(`${whatOf(policy)} answered ${answer}`);
}

function whatOf({ name }: StandingPolicy): string {
  return `Standing policy ${name}`;
}
