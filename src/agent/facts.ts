import type { AgentFacts } from '../policy/types.js';
import { TREND_METRICS, type TrendDirection, type TrendMetric } from '../trends/types.js';
import type { Measured, Window } from '../windows/types.js';
import { type AttemptTotals, attemptTotals } from './attempt-totals.js';
import type { ModelConfig } from './config.js';
import { firstEventAt, lifetimeOf } from './lifetime.js';
import { activeOverride } from './override.js';
import type { Lifetime, OverallScore, Standing, TrendSummary, WindowMetrics } from './performance.js';
import { departmentOf, hiredAt, levelChangedAt, levelOf } from './profile.js';
import type { RollingTotals } from './rolling-totals.js';
import type { AgentState } from './state.js';
import { collaborationScore, measured, overallScores } from './summary.js';
import type { AttemptFigure } from './task.js';
import { trendIndex } from './trend-values.js';
import { trendName } from './trends.js';

/** What policies see of a state: nothing is worked out before it is asked for, and no window twice. */
export class StateFacts implements AgentFacts {
  /** By the place of the window. Of their full length from the beginning: they would grow to room for seventeen. */
  private readonly known: (WindowFacts | undefined)[];
  private knownLevel: string | undefined;

  /** @param rolling the totals that follow the state, where there are any */
  constructor(
    readonly state: AgentState,
    readonly config: ModelConfig,
    readonly rolling: RollingTotals | undefined,
  ) {
    this.known = new Array(config.window.windows.length);
  }

  get agentId(): string {
    return this.state.agentId;
  }

  get role(): string | undefined {
    return this.state.profile.role?.value;
  }

  get department(): string | undefined {
    return departmentOf(this.state.profile);
  }

  get level(): string {
    this.knownLevel ??= this.findLevel();
    return this.knownLevel;
  }

  get levels(): readonly string[] {
    return this.config.levels;
  }

  get now(): number {
    return this.state.now;
  }

  get standing(): Standing {
    return this.state.standing;
  }

  get hiredAt(): number {
    return hiredAt(this.state.profile) ?? firstEventAt(this.state.lifetime) ?? this.state.now;
  }

  get levelChangedAt(): number | null {
    return levelChangedAt(this.state.profile);
  }

  get decidedAt(): number | null {
    return this.state.profile.decidedAt ?? null;
  }

  get isLastOfDepartment(): boolean {
    return this.state.career.alone;
  }

  get lifetime(): Lifetime {
    return lifetimeOf(this.state.lifetime);
  }

  get windows(): readonly WindowMetrics[] {
    return this.spans.map(({ label }) => this.window(label) as WindowMetrics);
  }

  get spans(): readonly Window[] {
    return this.config.window.windows;
  }

  get overallQualityScore(): OverallScore {
    return this.overall.overallQualityScore;
  }

  get overallCollaborationScore(): OverallScore {
    return this.overall.overallCollaborationScore;
  }

  get trends(): readonly TrendSummary[] {
    return this.state.trends.map((status, index) => {
      const { metric, window } = trendName(index, this.config);
      return { metric, window, ...status, direction: this.direction(metric, window) };
    });
  }

  window(label: string): WindowMetrics | undefined {
    const place = this.placeOf(label);
    if (place < 0) return undefined;
    this.known[place] ??= new WindowFacts(this, place);
    return this.known[place];
  }

  direction(metric: TrendMetric, label: string): TrendDirection {
    const window = this.placeOf(label);
    const index = trendIndex(TREND_METRICS.indexOf(metric), window, this.spans.length);
    const status = this.state.trends[index];
    if (window < 0 || !status) return 'insufficient_data';
    return this.isOverridden(metric) ? 'stable' : status.direction;
  }

  finishedSince(from: number): number {
    const { attempts, now } = this.state;
    const first = now - (this.spans[this.spans.length - 1] as Window).ms;
    if (this.rolling && from <= first) {
      const longest = this.spans.length - 1;
      return this.rolling.completed(longest) + this.rolling.failed(longest);
    }
    return attempts.count(Math.max(from, first), now);
  }

  /** The company's own text: it is compared with that many times, which is quick for one and the same. */
  private findLevel(): string {
    const { levels } = this.config;
    const place = levels.indexOf(levelOf(this.state.profile) ?? '');
    return levels[Math.max(0, place)] as string;
  }

  private get overall() {
    return overallScores(this.state, this.config, this.rolling?.quality(this.spans.length - 1));
  }

  /** Of a window among all, -1 for none. Asked many times at every event. */
  private placeOf(label: string): number {
    const { spans } = this;
    for (let i = 0; i < spans.length; i++) if (spans[i]?.label === label) return i;
    return -1;
  }

  /** Whether a person has put a score in the place of the one that this metric is about. */
  isOverridden(metric: TrendMetric): boolean {
    if (metric !== 'quality' && metric !== 'collaboration') return false;
    return activeOverride(this.state.overrides[metric], this.state.now) !== undefined;
  }
}

/** One window, figure by figure; what gates ask for again and again is worked out once. */
class WindowFacts implements WindowMetrics {
  private totals: AttemptTotals | undefined;
  private success: Measured | undefined;
  private quality: Measured | undefined;
  private collaboration: Measured | undefined;

  constructor(
    private readonly agent: StateFacts,
    private readonly place: number,
  ) {}

  get window(): string {
    return this.span.label;
  }

  get from(): number {
    return this.to - this.span.ms;
  }

  get to(): number {
    return this.agent.now;
  }

  get tasksCompleted(): number {
    const { rolling } = this.agent;
    return rolling ? rolling.completed(this.place) : this.attempts.completed;
  }

  get tasksFailed(): number {
    const { rolling } = this.agent;
    return rolling ? rolling.failed(this.place) : this.attempts.failed;
  }

  get successRate(): Measured {
    this.success ??= this.mean(this.tasksCompleted + this.tasksFailed, this.tasksCompleted);
    return this.success;
  }

  get avgQualityScore(): Measured {
    this.quality ??= this.seen('quality', this.meanQuality());
    return this.quality;
  }

  get avgCostPerTask(): Measured {
    return this.figure('cost');
  }

  get avgTokensPerTask(): Measured {
    return this.figure('tokens');
  }

  get avgToolCallsPerTask(): Measured {
    return this.figure('toolCalls');
  }

  get avgCompletionTimeMs(): Measured {
    return this.figure('completionMs');
  }

  get collaborationScore(): Measured {
    const { state, config } = this.agent;
    this.collaboration ??= this.seen('collaboration', collaborationScore(state, this.from, config));
    return this.collaboration;
  }

  private get span(): Window {
    return this.agent.spans[this.place] as Window;
  }

  private get attempts(): AttemptTotals {
    this.totals ??= attemptTotals(this.agent.state.attempts, this.from, this.to);
    return this.totals;
  }

  private figure(figure: AttemptFigure): Measured {
    const { count, sum } = this.attempts.figure(figure);
    return this.mean(count, sum);
  }

  /** Asked of several windows at every event. */
  private meanQuality(): Measured {
    const { place } = this;
    const { rolling } = this.agent;
    return rolling
      ? this.mean(rolling.qualityCount(place), rolling.qualitySum(place))
      : this.figure('quality');
  }

  private mean(count: number, sum: number): Measured {
    return measured(count, sum / count, this.agent.config.window.minDataPoints);
  }

  /** A person's word takes the place of the computed score while it is in force; the count beneath still shows. */
  private seen(target: 'quality' | 'collaboration', computed: Measured): Measured {
    const override = activeOverride(this.agent.state.overrides[target], this.to);
    return override ? { status: 'ok', value: override.score, count: computed.count } : computed;
  }
}
