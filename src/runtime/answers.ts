import type { TenureError } from '../errors.js';
import { pause } from '../store/breathe.js';
import type { Plan } from './plan.js';
import { type Request, refuse } from './requests.js';

/** Gives those who wait their answers, one at each step. */
export type Answers = Generator<undefined, void>;

/** Answers between two looks at the time. */
const AT_ONCE = 16;

/** Whoever got an answer may go on to do something at once, which counts: there may be a thousand of them. */
export async function told(answers: Answers): Promise<void> {
  let given = 0;
  while (!answers.next().done) if (++given % AT_ONCE === 0) await pause();
}

export function* answersTo({ refused, taken, waiting }: Plan): Answers {
  for (const { request, error } of refused) yield void refuse(request, error);
  for (const { request, seq, duplicate } of taken) yield void request.sender.taken(seq, duplicate);
  for (const request of waiting) yield void request.resolve();
}

export function* refusals(group: readonly Request[], error: TenureError): Answers {
  for (const request of group) if (request.kind !== 'tick') yield void refuse(request, error);
}
