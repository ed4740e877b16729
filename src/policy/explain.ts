import type { Criterion, Recommendation } from '../agent/outputs.js';
import type { ActiveOverride } from '../agent/performance.js';
import type { TrendResult } from '../trends/types.js';
import { DAY_MS } from '../windows/duration.js';

/**
 * A recommendation in plain sentences with its numbers: what is proposed and since when it is due, then every
 * criterion with what was found and what was asked, the trends that have a direction, and what people had overridden.
 */
export function explain(recommendation: Recommendation): string[] {
  const { criteria, trends, overrides } = recommendation;
  return [
    headline(recommendation),
    ...criteria.map(sentence),
    ...trends
      .filter(({ direction }) => direction !== 'insufficient_data' && direction !== 'stable')
      .map(trendSentence),
    ...overrides.map(overrideSentence),
  ];
}

function headline({
  kind,
  agentId,
  fromLevel,
  toLevel,
  since,
  seq,
  at,
  policy,
  requiresApproval,
}: Recommendation) {
  const step = toLevel === undefined ? '' : ` from ${fromLevel} to ${toLevel}`;
  const approval = requiresApproval ? 'a person has to approve' : 'no approval is required';
  return (
    `${kind} of ${agentId}${step}, proposed on ${date(at)} by record ${seq} under policy ${policy}: ` +
    `criteria met since ${date(since)}, ${approval}`
  );
}

/** `quality 7.8 over 30d (23 tasks), threshold 7.0`; what is not met says so. */
export function sentence(criterion: Criterion): string {
  return `${found(criterion)}${criterion.met ? '' : criterion.value === null ? ': counts for nobody' : ', not met'}`;
}

function found({ name, metric, window, value, threshold, count }: Criterion): string {
  const figure = metric === undefined ? undefined : FIGURES[metric];
  const over = window === undefined ? '' : ` over ${window}`;
  if (value === null) return `${figure?.name ?? name}${over}: too little data${rests(count, figure)}`;
  if (!figure && typeof threshold === 'string') return `${name}: ${plain(value)}, asked for ${threshold}`;
  if (!figure) return `${name} ${plain(value)}${over}${rests(count, figure)}, threshold ${plain(threshold)}`;
  return `${figure.name} ${figure.show(value)}${over}${rests(count, figure)}, threshold ${figure.show(threshold)}`;
}

interface Figure {
  readonly name: string;
  readonly show: (value: number | string) => string;
  /** What it is counted in. */
  readonly noun: string;
}

const FIGURES: Readonly<Record<string, Figure>> = {
  avgQualityScore: { name: 'quality', show: oneDigit, noun: 'task' },
  collaborationScore: { name: 'collaboration', show: oneDigit, noun: 'observation' },
  successRate: { name: 'success rate', show: percent, noun: 'task' },
  tasksCompleted: { name: 'tasks completed', show: plain, noun: 'task' },
  tasksFinished: { name: 'tasks finished', show: plain, noun: 'task' },
  trust: { name: 'trust', show: twoDigits, noun: 'task' },
};

function rests(count: number | undefined, figure: Figure | undefined): string {
  if (count === undefined) return '';
  return ` (${count} ${figure?.noun ?? 'point'}${count === 1 ? '' : 's'})`;
}

/** `quality declining in 30d: -0.42 points a week (p 0.004, 23 points), since 2026-01-12` */
function trendSentence({
  metric,
  window,
  direction,
  slope,
  adjustedPValue,
  dataPointCount,
  since,
}: TrendResult): string {
  const isLinear = metric === 'quality' || metric === 'collaboration';
  const speed = isLinear ? `${signed(slope * 7, 2)} points` : `${signed(100 * Math.expm1(slope * 7), 0)} %`;
  const entered = since === null ? '' : `, since ${date(since)}`;
  return `${metric} ${direction} in ${window}: ${speed} a week (p ${probability(adjustedPValue)}, ${dataPointCount} points)${entered}`;
}

function overrideSentence({ target, score, by, reason, expiresAt }: ActiveOverride): string {
  const until = expiresAt === undefined ? '' : ` until ${date(expiresAt)}`;
  return `${target} was set to ${score} by ${by}${until}: ${reason}`;
}

function oneDigit(value: number | string): string {
  return typeof value === 'number' ? value.toFixed(1) : value;
}

function twoDigits(value: number | string): string {
  return typeof value === 'number' ? value.toFixed(2) : value;
}

function percent(value: number | string): string {
  return typeof value === 'number' ? `${Math.round(100 * value)} %` : value;
}

function plain(value: number | string): string {
  return typeof value === 'number' ? String(Math.round(10 * value) / 10) : value;
}

function probability(value: number): string {
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** The day, and the time where it is not midnight to the day. */
function date(at: number): string {
  const iso = new Date(at).toISOString();
  return at % DAY_MS === 0 ? iso.slice(0, 10) : `${iso.slice(0, 16)}Z`;
}
