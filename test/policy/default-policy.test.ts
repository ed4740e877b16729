import { describe, expect, it } from 'vitest';
import { isTenureError, type TenureError } from '../../src/errors.js';
import { resolveOptions } from '../../src/options.js';
import { defaultPolicy } from '../../src/policy/index.js';
import type { AgentFacts } from '../../src/policy/types.js';
import type { Measured } from '../../src/windows/types.js';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const SPANS = [
  { label: '7d', ms: 7 * DAY },
  { label: '30d', ms: 30 * DAY },
  { label: '90d', ms: 90 * DAY },
];
const LEVELS = ['junior', 'mid', 'senior', 'lead'];

interface Given {
  readonly level?: string;
  readonly levels?: readonly string[];
  readonly quality?: number | null;
  readonly success?: number | null;
  readonly collaboration?: number | null;
  readonly completed?: number;
  readonly finished?: number;
  readonly declining?: readonly string[];
  readonly hiredDaysAgo?: number;
  readonly changedDaysAgo?: number;
  readonly isLast?: boolean;
  readonly spans?: typeof SPANS;
}

/** An agent of which exactly this is known. */
function agent(given: Given = {}): AgentFacts {
  const { level = 'junior', quality = 5, success = 0.7, collaboration = 5, completed = 50 } = given;
  const { spans = SPANS, levels = LEVELS, finished = 60, declining = [] } = given;
  const measured = (value: number | null): Measured =>
    value === null
      ? { status: 'insufficient_data', count: 1, required: 5 }
      : { status: 'ok', value, count: 20 };
  const window = (label: string) => ({
    window: label,
    from: 0,
    to: NOW,
    tasksCompleted: completed,
    tasksFailed: 0,
    successRate: measured(success),
    avgQualityScore: measured(quality),
    avgCostPerTask: measured(null),
    avgTokensPerTask: measured(null),
    avgToolCallsPerTask: measured(null),
    avgCompletionTimeMs: measured(null),
    collaborationScore: measured(collaboration),
  });
  return {
    level,
    levels,
    now: NOW,
    hiredAt: NOW - (given.hiredDaysAgo ?? 300) * DAY,
    levelChangedAt: given.changedDaysAgo === undefined ? null : NOW - given.changedDaysAgo * DAY,
    decidedAt: null,
    isLastOfDepartment: given.isLast ?? false,
    spans,
    window: (label: string) => (spans.some((span) => span.label === label) ? window(label) : undefined),
    direction: (metric: string, label: string) =>
      declining.includes(`${metric} ${label}`) ? 'declining' : 'stable',
    finishedSince: () => finished,
  } as unknown as AgentFacts;
}

const met = (given: Given, options?: Parameters<typeof defaultPolicy>[0]) =>
  defaultPolicy(options).assess(agent(given)).met;

describe('promotion', () => {
  it('takes two gates of three up to mid, and all of them from senior on', () => {
    expect(met({ quality: 8, success: 0.9, completed: 3 })).toEqual(['promotion']);
    expect(met({ quality: 8, success: 0.7, completed: 3 })).toEqual([]);
    expect(met({ quality: 8, success: 0.9, completed: 3, level: 'mid' })).toEqual([]);
    expect(met({ quality: 8, success: 0.9, completed: 10, level: 'mid' })).toEqual(['promotion']);
    expect(met({ quality: 7, success: 0.8, completed: 0 })).toEqual(['promotion']);
  });

  it('takes as many as it is told to, and the ones it is told to', () => {
    const good = { quality: 8, success: 0.9, completed: 3 };
    expect(met(good, { promotion: { minCriteriaMet: 3 } })).toEqual([]);
    expect(met(good, { promotion: { minCriteriaMet: { mid: 3 } } })).toEqual([]);
    expect(met({ ...good, level: 'mid' }, { promotion: { minCriteriaMet: { senior: 2 } } })).toEqual([
      'promotion',
    ]);
    expect(met(good, { promotion: { requiredCriteria: ['tasksCompleted'] } })).toEqual([]);
    expect(met(good, { promotion: { requiredCriteria: ['avgQualityScore'] } })).toEqual(['promotion']);
  });

  it('is nothing for who declines, is at the top, or was just promoted', () => {
    const good = { quality: 8, success: 0.9 };
    expect(met({ ...good, declining: ['tokens 30d'] })).toEqual([]);
    expect(met({ ...good, declining: ['tokens 90d'] })).toEqual(['promotion']);
    expect(met({ ...good, level: 'lead' })).toEqual([]);
    expect(met({ ...good, changedDaysAgo: 29 })).toEqual([]);
    expect(met({ ...good, changedDaysAgo: 30 })).toEqual(['promotion']);
    expect(defaultPolicy().assess(agent({ ...good, changedDaysAgo: 29 })).revisitAt).toBe(NOW + DAY);
  });

  it('needs a person from senior on, or from where it is told', () => {
    const approval = (level: string, humanApprovalFrom?: string | null, levels = LEVELS) =>
      defaultPolicy(humanApprovalFrom === undefined ? {} : { humanApprovalFrom }).evidence(
        agent({ level, levels }),
        'promotion',
      ).requiresApproval;
    expect(LEVELS.slice(0, 3).map((level) => approval(level))).toEqual([false, true, true]);
    expect(LEVELS.slice(0, 3).map((level) => approval(level, 'lead'))).toEqual([false, false, true]);
    expect(LEVELS.slice(0, 3).map((level) => approval(level, null))).toEqual([false, false, false]);
    expect(['a', 'b', 'c'].map((level) => approval(level, undefined, ['a', 'b', 'c', 'd']))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('lets missing data count for nobody', () => {
    expect(met({ quality: null, success: null, completed: 50 })).toEqual([]);
    expect(met({ quality: null, success: null, collaboration: null, completed: 0 })).toEqual([]);
  });
});

describe('demotion', () => {
  it('takes two of low quality, low success and a cost that declines in both windows', () => {
    const cost = ['cost 30d', 'cost 90d'];
    expect(met({ quality: 3.9, success: 0.49 })).toEqual(['demotion']);
    expect(met({ quality: 3.9, declining: cost })).toEqual(['demotion']);
    expect(met({ success: 0.49, declining: cost })).toEqual(['demotion']);
    expect(met({ quality: 3.9, declining: ['cost 30d'] })).toEqual([]);
    expect(met({ quality: 4, success: 0.5, declining: cost })).toEqual([]);
  });
});

describe('termination', () => {
  it('takes low quality and collaboration in two windows', () => {
    expect(met({ quality: 3.4, collaboration: 3.4 })).toEqual(['termination']);
    expect(met({ quality: 3.4, collaboration: 3.5 })).toEqual([]);
    expect(met({ quality: 3.4, collaboration: 3.4, spans: SPANS.slice(1, 2) })).toEqual([]);
    expect(met({ quality: 3.4, collaboration: null })).toEqual([]);
  });

  it('or quality that declines in every window, down to where it would promote nobody', () => {
    const falling = ['quality 7d', 'quality 30d', 'quality 90d'];
    expect(met({ quality: 6, declining: falling })).toEqual(['termination']);
    expect(met({ quality: 6, declining: falling.slice(1) })).toEqual([]);
    expect(met({ quality: 7, declining: falling })).toEqual([]);
    expect(met({ quality: 9, declining: falling }, { termination: { decliningBelow: 10 } })).toEqual([
      'termination',
    ]);
  });

  it('always needs a person', () => {
    expect(defaultPolicy().evidence(agent(), 'termination').requiresApproval).toBe(true);
    expect(defaultPolicy().evidence(agent(), 'demotion').requiresApproval).toBe(false);
  });
});

describe('the safeguards', () => {
  const bad = { quality: 1, success: 0.1, collaboration: 1 };
  it('keep everybody in their first days, on few tasks, and on little evidence', () => {
    expect(met(bad)).toEqual(['demotion', 'termination']);
    expect(met({ ...bad, hiredDaysAgo: 6.9 })).toEqual([]);
    expect(met({ ...bad, hiredDaysAgo: 7 })).toEqual(['demotion', 'termination']);
    expect(met({ ...bad, changedDaysAgo: 6 })).toEqual([]);
    expect(met({ ...bad, finished: 19 })).toEqual([]);
    expect(met({ ...bad, finished: 9 }, { minEvidence: 0 })).toEqual([]);
    expect(met({ ...bad, finished: 9 }, { minEvidence: 0, graceTasks: 0 })).toEqual([
      'demotion',
      'termination',
    ]);
    expect(defaultPolicy().assess(agent({ ...bad, hiredDaysAgo: 6 })).revisitAt).toBe(NOW + DAY);
  });

  it('keep the last of a department', () => {
    expect(met({ ...bad, isLast: true })).toEqual(['demotion']);
    expect(met({ ...bad, isLast: true }, { protectLast: false })).toEqual(['demotion', 'termination']);
  });
});

describe('the windows', () => {
  it('are those that come nearest where the usual ones are not kept', () => {
    const spans = [
      { label: '12h', ms: DAY / 2 },
      { label: '14d', ms: 14 * DAY },
      { label: '60d', ms: 60 * DAY },
    ];
    const evidence = defaultPolicy().evidence(agent({ spans }), 'promotion');
    expect(evidence.windows).toEqual(['60d']);
    expect(defaultPolicy({ window: '14d' }).evidence(agent({ spans }), 'promotion').windows).toEqual([
      '14d',
      '60d',
    ]);
  });
});

describe('options', () => {
  const refusal = (make: () => unknown): TenureError => {
    try {
      make();
    } catch (error) {
      if (isTenureError(error)) return error;
    }
    return expect.fail('accepted');
  };

  it('that make no sense are refused, with what was expected', () => {
    for (const [options, path] of [
      [{ promotion: { quality: 11 } }, 'promotion.quality'],
      [{ promotion: { minCriteriaMet: 4 } }, 'promotion.minCriteriaMet'],
      [{ promotion: { requiredCriteria: ['speed'] } }, 'promotion.requiredCriteria.0'],
      [{ demotion: { successRate: -1 } }, 'demotion.successRate'],
      [{ termination: { minWindows: 0 } }, 'termination.minWindows'],
      [{ sustain: '3 days' }, 'sustain'],
      [{ graceTasks: 1.5 }, 'graceTasks'],
      [{ protectLast: 'yes' }, 'protectLast'],
      [{ promotions: {} }, ''],
      [{ promotion: { qualty: 8 } }, 'promotion'],
    ] as const) {
      expect(refusal(() => defaultPolicy(options as never))).toMatchObject({
        code: 'TENURE_INVALID_OPTIONS',
        path,
      });
    }
    expect(() => defaultPolicy({ sustain: '0d', cooldown: '0h' })).not.toThrow();
  });

  it('that name a window or a level that the tracker does not have are refused when it is opened', () => {
    const open = (policy: unknown) => refusal(() => resolveOptions({ policy: policy as never }));
    expect(open(defaultPolicy({ longWindow: '60d' }))).toMatchObject({ path: 'policy.needs.windows' });
    expect(open(defaultPolicy({ humanApprovalFrom: 'chief' }))).toMatchObject({
      path: 'policy.needs.levels',
    });
    expect(open(defaultPolicy({ promotion: { minCriteriaMet: { boss: 2 } } }))).toMatchObject({
      path: 'policy.needs.levels',
    });
    expect(open({ name: 'x', assess: () => ({ met: [] }) })).toMatchObject({ path: 'policy.evidence' });
    expect(open({ ...defaultPolicy(), sustain: -1 })).toMatchObject({ path: 'policy.sustain' });
  });
});
