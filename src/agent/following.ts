import type { ModelConfig } from './config.js';
import { RollingTotals } from './rolling-totals.js';
import type { Followers } from './standing.js';
import type { AgentState } from './state.js';
import { TrendBanks } from './trend-banks.js';

/**
 * What follows the latest states of one model's agents. It lies with the states, in their line; several models may look at
 * the same ones, and what follows them is one's own.
 */
export class FollowedStates {
  private readonly banks: TrendBanks;

  constructor(private readonly config: ModelConfig) {
    this.banks = new TrendBanks(config.trend, config.window);
  }

  /** What follows a state, if anything does. */
  of(state: AgentState): Followers | undefined {
    return this.latestOf(state);
  }

  /** What follows a state, for a step that is made of it: nothing follows the state itself from then on. */
  take(state: AgentState): Following {
    const following = this.latestOf(state);
    if (!following || following.bank.isOutgrown) {
      const rolling = new RollingTotals(state, this.config.window.windows);
      return { owner: this, latest: undefined, bank: this.banks.of(state), rolling };
    }
    following.latest = undefined;
    return following;
  }

  /** Goes on with the state that the step has led to. */
  put(state: AgentState, following: Following): void {
    following.latest = state;
    state.line.following = following;
  }

  private latestOf(state: AgentState): Following | undefined {
    const following = state.line.following as Following | undefined;
    return following?.latest === state && following.owner === this ? following : undefined;
  }
}

/** What follows the latest state of a line. */
interface Following extends Followers {
  readonly owner: FollowedStates;
  /** `undefined` while a step is made of it. */
  latest: AgentState | undefined;
}
