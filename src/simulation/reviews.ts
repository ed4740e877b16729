import type { Attempt } from './attempt.js';
import { type Delivery, HOUR_MS, onTime, type Shift, toRatio, toScore } from './delivery.js';
import type { SimulatedAgent } from './roster.js';

type Review = Extract<Delivery['event'], { type: 'review.submitted' }>;

/** People and judges, and how far each one's scores lie from the truth. */
const CODE_REVIEWERS = { 'reviewer-mild': 0.9, 'reviewer-fair': 0, 'reviewer-strict': -1.1 } as const;
const JUDGES = { 'judge-a': 0.3, 'judge-b': -0.4 } as const;

/** The reviews of one attempt: some before it is finished, most within hours, some days later. */
export function taskReviews(shift: Shift, attempt: Attempt): Delivery[] {
  const { random, agent } = shift;
  const reviews: Review[] = [];
  if (random.chance(0.15)) reviews.push(earlyWord(shift, attempt));
  if (random.chance(0.6)) reviews.push(codeReview(shift, attempt));
  if (random.chance(0.4)) reviews.push(evaluation(shift, attempt));
  const peer = random.pick(shift.team as [(typeof shift.team)[number]]);
  if (random.chance(0.12) && peer.id !== agent.id) reviews.push(peerReview(shift, attempt, peer));
  return reviews.map(onTime);
}

/** Changes asked for, or a mere comment, while the work is still going on. */
function earlyWord(shift: Shift, attempt: Attempt): Review {
  const { random } = shift;
  const at = Math.round(random.between(attempt.startedAt, attempt.finishedAt));
  const verdict = random.chance(0.4) ? 'changes_requested' : 'commented';
  return { ...review(shift, attempt, 'early', at), kind: 'code', reviewerId: 'reviewer-fair', verdict };
}

function codeReview(shift: Shift, attempt: Attempt): Review {
  const { random } = shift;
  const reviewerId = random.pick(Object.keys(CODE_REVIEWERS) as [keyof typeof CODE_REVIEWERS]);
  const score = toScore(attempt.merit + CODE_REVIEWERS[reviewerId] + random.normal(0, 0.6));
  const verdict = score >= 6 ? 'approved' : score >= 2.5 ? 'changes_requested' : 'rejected';
  const base = {
    ...review(shift, attempt, 'code', delayed(shift, attempt)),
    kind: 'code',
    reviewerId,
    verdict,
  } as const;
  return random.chance(0.75) ? { ...base, score } : base;
}

function evaluation(shift: Shift, attempt: Attempt): Review {
  const { random } = shift;
  const reviewerId = random.pick(Object.keys(JUDGES) as [keyof typeof JUDGES]);
  const score = toScore(attempt.merit + JUDGES[reviewerId] + random.normal(0, 0.8));
  const confidence = toRatio(random.between(0.5, 0.95));
  const base = review(shift, attempt, 'evaluation', delayed(shift, attempt));
  return { ...base, kind: 'evaluation', reviewerId, score, confidence };
}

/** Colleagues are kind on the whole, each in a way of its own. */
function peerReview(shift: Shift, attempt: Attempt, { id: reviewerId, severity }: SimulatedAgent): Review {
  const score = toScore(attempt.merit + shift.random.normal(0.5 - severity, 0.9));
  return { ...review(shift, attempt, 'peer', delayed(shift, attempt)), kind: 'peer', reviewerId, score };
}

function review({ agent }: Shift, { taskId }: Attempt, name: string, at: number) {
  return { id: `${taskId}:${name}`, type: 'review.submitted', agentId: agent.id, at, taskId } as const;
}

/** Within half a day as a rule, after two to ten days one time in eight. */
function delayed({ random }: Shift, { finishedAt }: Attempt): number {
  const hours = random.chance(0.125) ? random.between(48, 240) : random.between(0.1, 12);
  return finishedAt + Math.round(hours * HOUR_MS);
}
