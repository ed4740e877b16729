import type { Standing } from '../../src/agent/performance.js';
import type { JournalledEvent, ProposalKind } from '../../src/events/schema.js';
import type { TrendDirection, TrendMetric } from '../../src/trends/types.js';
import type { Measured } from '../../src/windows/types.js';
import { type TwinOptions, twin } from './twin.js';
import { inOrder } from './twin-history.js';

/** The default policy's numbers that a test varies; everything else is as documented. */
export interface TwinPolicy {
  readonly sustain: number;
  readonly cooldown: number;
  readonly gracePeriod: number;
  readonly graceTasks: number;
  readonly minEvidence: number;
  readonly minTimeAtLevel: number;
  /** Labels of the windows that count as recent and as long. */
  readonly recent: string;
  readonly long: string;
  /** Added to every threshold of quality and collaboration. */
  readonly off: number;
}

/** One moment at which an agent is judged, and all that is known then. */
export interface Look {
  readonly now: number;
  /** What the journal held; what lies ahead of `now` does not count yet. */
  readonly known: readonly JournalledEvent[];
  readonly alone: boolean;
  readonly direction: (metric: TrendMetric, window: string) => TrendDirection;
}

export interface TwinStanding {
  readonly standing: Standing;
  /** What was proposed at this look. */
  readonly proposed: ProposalKind | undefined;
}

const METRICS: readonly TrendMetric[] = ['quality', 'cost', 'completionTime', 'tokens', 'collaboration'];
const KINDS: readonly ProposalKind[] = ['termination', 'demotion', 'promotion'];
const STANDING_OF = { termination: 'terminable', demotion: 'at_risk', promotion: 'promotable' } as const;

/**
 * Where an agent stood at each of some looks under the default policy, worked out from scratch each time from the
 * list of events and the answers before.
 */
export function twinStandings(
  looks: readonly Look[],
  agentId: string,
  levels: readonly string[],
  policy: TwinPolicy,
  options: TwinOptions,
): TwinStanding[] {
  const found: TwinStanding[] = [];
  /** What all criteria and safeguards spoke for at each look, since the agent was last judged by nobody. */
  let answers: { readonly now: number; readonly met: readonly ProposalKind[] }[] = [];
  let open: { readonly kind: ProposalKind; readonly level: string; readonly look: number }[] = [];
  let wasProven = false;
  let level: string | undefined;
  for (const [index, look] of looks.entries()) {
    const { now } = look;
    const events = look.known
      .filter((event) => event.agentId === agentId && event.at <= now)
      .sort(inOrder) as JournalledEvent[];
    const facts = factsOf(events, now, levels);
    const before = index === 0 ? 0 : (looks[index - 1] as Look).known.length;
    for (const event of decidedBetween(looks, index, before)) {
      open = open.filter(({ kind }) => kind !== event.stamped?.decided?.kind);
    }
    const performance = twin(look.known, agentId, now, options);
    const longest = Math.max(...options.windows.map(({ ms }) => ms));
    const finished = facts.finished.filter((at) => at >= now - longest).length;
    if (facts.departed || !(wasProven || finished >= options.minDataPoints)) {
      if (facts.departed) open = [];
      answers = [];
      wasProven = false;
      found.push({ standing: facts.departed ? 'departed' : 'unproven', proposed: undefined });
      continue;
    }
    wasProven = true;
    if (facts.level !== level) answers = [];
    level = facts.level;
    open = open.filter(({ kind, level }) => kind === 'termination' || level === facts.level);
    const met = performance ? metBy(look, facts, performance, policy, levels, options) : [];
    answers.push({ now, met });
    const kind = KINDS.find((kind) => isHeld(answers, kind, policy.sustain));
    const proposed =
      kind &&
      met.includes(kind) &&
      !open.some((one) => one.kind === kind) &&
      hasSomewhereToGo(kind, facts.level, levels)
        ? eligible(answers, kind, facts, now, policy)
        : undefined;
    if (proposed) open = [{ kind: proposed, level: facts.level, look: index }];
    found.push({ standing: kind ? STANDING_OF[kind] : 'steady', proposed });
  }
  return found;
}

/** Decisions whose time had come by a look and not by the one before. */
function decidedBetween(looks: readonly Look[], index: number, before: number): JournalledEvent[] {
  const { known, now } = looks[index] as Look;
  const last = index === 0 ? Number.NEGATIVE_INFINITY : (looks[index - 1] as Look).now;
  return known.filter(
    (event, i) => event.type === 'decision.recorded' && event.at <= now && (i >= before || event.at > last),
  );
}

interface Facts {
  readonly level: string;
  readonly departed: boolean;
  readonly hiredAt: number;
  readonly levelChangedAt: number;
  readonly decidedAt: number;
  /** When attempts finished. */
  readonly finished: readonly number[];
}

function factsOf(events: readonly JournalledEvent[], now: number, levels: readonly string[]): Facts {
  const words: { level: string; at: number; hired: boolean }[] = [];
  const employment: { at: number; isHiring: boolean }[] = [];
  let decidedAt = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    const { at } = event;
    if (event.type === 'agent.hired') {
      employment.push({ at, isHiring: true });
      if (event.level) words.push({ level: event.level, at, hired: true });
    }
    if (event.type === 'agent.level_changed') words.push({ level: event.level, at, hired: false });
    if (event.type === 'agent.departed') employment.push({ at, isHiring: false });
    const decided = event.stamped?.decided;
    if (event.type !== 'decision.recorded' || !decided) continue;
    decidedAt = Math.max(decidedAt, at);
    if (event.outcome !== 'approved') continue;
    if (decided.level) words.push({ level: decided.level, at, hired: false });
    else employment.push({ at, isHiring: false });
  }
  const last = words.at(-1);
  const entered = words[words.findLastIndex(({ level }) => level !== last?.level) + 1];
  const hired = employment[employment.findLastIndex(({ isHiring }) => !isHiring) + 1];
  return {
    level: last && levels.includes(last.level) ? last.level : (levels[0] as string),
    departed: employment.at(-1)?.isHiring === false,
    hiredAt: hired?.at ?? events[0]?.at ?? now,
    levelChangedAt: entered && !entered.hired ? entered.at : Number.NEGATIVE_INFINITY,
    decidedAt,
    finished: events
      .filter(({ type }) => type === 'task.completed' || type === 'task.failed')
      .map(({ at }) => at),
  };
}

function metBy(
  { now, alone, direction }: Look,
  facts: Facts,
  performance: NonNullable<ReturnType<typeof twin>>,
  policy: TwinPolicy,
  levels: readonly string[],
  { windows }: TwinOptions,
): ProposalKind[] {
  const override = (target: 'quality' | 'collaboration') =>
    performance.overrides.find((one) => one.target === target && one.taskId === undefined);
  const windowOf = (label: string) => performance.windows.find(({ window }) => window === label)!;
  const value = (measured: Measured) => (measured.status === 'ok' ? measured.value : undefined);
  const quality = (label: string) => override('quality')?.score ?? value(windowOf(label).avgQualityScore);
  const collaboration = (label: string) =>
    override('collaboration')?.score ?? value(windowOf(label).collaborationScore);
  const success = value(windowOf(policy.recent).successRate);
  const declines = (metric: TrendMetric, label: string) =>
    direction(metric, label) === 'declining' &&
    !((metric === 'quality' || metric === 'collaboration') && override(metric));
  const below = (figure: number | undefined, bound: number) => figure !== undefined && figure < bound;
  const met: ProposalKind[] = [];

  const to = levels[levels.indexOf(facts.level) + 1];
  const gates = [
    (quality(policy.recent) ?? -1) >= 7 + policy.off,
    (success ?? -1) >= 0.8,
    windowOf(policy.long).tasksCompleted >= 10,
  ].filter(Boolean).length;
  if (
    to !== undefined &&
    now >= facts.levelChangedAt + policy.minTimeAtLevel &&
    !METRICS.some((metric) => declines(metric, policy.recent)) &&
    gates >= (to === 'mid' ? 2 : 3)
  )
    met.push('promotion');

  const longest = Math.max(...windows.map(({ ms }) => ms));
  const longMs = windows.find(({ label }) => label === policy.long)!.ms;
  const since = Math.max(facts.hiredAt, facts.levelChangedAt);
  const finishedSince = (from: number) =>
    facts.finished.filter((at) => at >= Math.max(from, now - longest)).length;
  if (
    now < since + policy.gracePeriod ||
    finishedSince(since) < policy.graceTasks ||
    finishedSince(now - longMs) < policy.minEvidence
  )
    return met;
  const reasons = [
    below(quality(policy.recent), 4 + policy.off),
    below(success, 0.5),
    declines('cost', policy.recent) && declines('cost', policy.long),
  ].filter(Boolean).length;
  if (reasons >= 2) met.push('demotion');
  const low = windows.filter(
    ({ label }) => below(quality(label), 3.5 + policy.off) && below(collaboration(label), 3.5 + policy.off),
  );
  const isFalling =
    windows.length >= 2 &&
    windows.every(({ label }) => declines('quality', label)) &&
    below(quality(policy.recent), 7 + policy.off);
  if (!alone && (low.length >= 2 || isFalling)) met.push('termination');
  return met;
}

/** Whether an answer had lasted long enough, the last time that any answer had. */
function isHeld(
  answers: readonly { readonly now: number; readonly met: readonly ProposalKind[] }[],
  kind: ProposalKind,
  sustain: number,
): boolean {
  let held = false;
  for (const [i, { now, met }] of answers.entries()) {
    const isMet = met.includes(kind);
    if (now - sinceOf(answers.slice(0, i + 1), kind) >= sustain) held = isMet;
  }
  return held;
}

/** When the latest answer was first given without a break; before any other, it had always been so. */
function sinceOf(
  answers: readonly { readonly now: number; readonly met: readonly ProposalKind[] }[],
  kind: ProposalKind,
): number {
  const isMet = answers.at(-1)?.met.includes(kind) ?? false;
  const broken = answers.findLastIndex(({ met }) => met.includes(kind) !== isMet);
  if (broken < 0 && !isMet) return 0;
  return (answers[broken + 1] as { now: number }).now;
}

function hasSomewhereToGo(kind: ProposalKind, level: string, levels: readonly string[]): boolean {
  if (kind === 'termination') return true;
  return levels[levels.indexOf(level) + (kind === 'promotion' ? 1 : -1)] !== undefined;
}

function eligible(
  answers: readonly { readonly now: number; readonly met: readonly ProposalKind[] }[],
  kind: ProposalKind,
  { levelChangedAt, decidedAt }: Facts,
  now: number,
  { sustain, cooldown }: TwinPolicy,
): ProposalKind | undefined {
  const lastWord = Math.max(levelChangedAt, decidedAt);
  const isWaiting = now < lastWord + Math.max(sustain, cooldown);
  return now >= sinceOf(answers, kind) + sustain && !isWaiting ? kind : undefined;
}
