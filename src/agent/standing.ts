import { attemptTotals } from './attempt-totals.js';
import type { ModelConfig } from './config.js';

/**
 * The standing that needs no policy: departed as the last word on employment says, unproven until the longest
 * window once held enough finished attempts, steady from then on.
 */
export const assessEmployment: ModelConfig['assess'] = (state, { window: { windows, minDataPoints } }) => {
  if (state.profile.departed?.value) return { standing: 'departed', because: 'The agent departed.' };
  if (state.standing !== 'unproven' && state.standing !== 'departed') {
    return { standing: state.standing, because: 'Nothing changed.' };
  }
  const longest = windows.at(-1)?.ms ?? 0;
  const { completed, failed } = attemptTotals(state.attempts, state.now - longest, state.now);
  const finished = completed + failed;
  if (finished < minDataPoints) {
    return {
      standing: 'unproven',
      because: `${finished} finished tasks, ${minDataPoints} needed to be judged.`,
    };
  }
  return { standing: 'steady', because: `${finished} finished tasks, enough to be judged.` };
};
