import { NO_TRUST } from '../trust/judge.js';
import { bringTo, draftFrom } from './apply.js';
import type { ModelConfig } from './config.js';
import { entrust, stand } from './settling.js';
import { settled } from './standing.js';
import type { AgentState } from './state.js';
import { judgedAnew, samePoints } from './trends.js';
import { settledTrust } from './trust.js';

/**
 * A state as it would be at a later moment if nothing else came; nothing is announced.
 *
 * @param areTrendsJudged whether its trends are judged anew, or stay as they were last announced
 */
export function stateLater(
  state: AgentState,
  now: number,
  areTrendsJudged: boolean,
  config: ModelConfig,
): AgentState {
  const draft = draftFrom(state, undefined, config);
  bringTo(draft, now);
  const later = draft.state;
  if (areTrendsJudged) {
    later.trends = state.trends.map((status, index) =>
      samePoints(state, later, index, config) ? status : judgedAnew(later, index, config),
    );
  }
  stand(later, settled(later, config, undefined));
  entrust(later, settledTrust(later, (state.trust ?? NO_TRUST).level, config));
  return later;
}
