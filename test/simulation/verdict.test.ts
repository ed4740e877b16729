import { describe, expect, it } from 'vitest';
import type { TrackerOutput } from '../../src/agent/outputs.js';
import { createCompany, judge } from '../../src/simulation/index.js';
import { Office } from '../../src/simulation/office.js';
import { worthOf } from '../../src/simulation/worth.js';
import type { TrendDirection } from '../../src/trends/types.js';

const company = createCompany({ seed: 1 });
const LAST_DAY = 179;

function agentThat(kind: string) {
  for (const { id, career } of company.agents) {
    const course = career.courses(0)[0];
    if (course?.kind === kind) return { id, course };
  }
  throw new Error(`nobody ${kind}`);
}

type Said = readonly [day: number, window: string, to: TrendDirection];

/** A log that says one thing of an agent on each day. */
function saying(agentId: string, said: readonly Said[]) {
  const outputs = said.map(([day, window, to]) => ({
    type: 'trend.changed',
    metric: 'quality',
    agentId,
    window,
    to,
    at: company.midnight(0) + day * 86_400_000,
  }));
  return {
    async *log() {
      yield* outputs as unknown as TrackerOutput[];
    },
  };
}

async function verdictOn(agentId: string, ...said: readonly Said[]) {
  const staff = [...new Office(company).staff.values()];
  const verdict = await judge(saying(agentId, said), company, LAST_DAY, staff);
  return { verdict, agent: verdict.agents.find((one) => one.agentId === agentId) };
}

describe('judge', () => {
  it('counts the days until a fade was noticed, in whichever window first', async () => {
    const { id, course } = agentThat('fades');
    const { agent, verdict } = await verdictOn(
      id,
      [course.begins + 40, '30d', 'declining'],
      [course.begins + 25, '90d', 'declining'],
    );
    expect(agent?.changes).toEqual([{ course, noticedAfter: 25, isOpen: false }]);
    expect(agent).toMatchObject({ alarms: 2, falseAlarms: 0 });
    expect(verdict).toMatchObject({ noticed: 1, medianDaysToNotice: 25, alarms: 2, falseAlarms: 0 });
  });

  it('does not take what was said before a change for noticing it', async () => {
    const { id, course } = agentThat('fades');
    const { agent } = await verdictOn(id, [course.begins - 5, '90d', 'declining']);
    expect(agent?.changes).toEqual([{ course, noticedAfter: null, isOpen: true }]);
    expect(agent).toMatchObject({ alarms: 1, falseAlarms: 1 });
  });

  it('does not take praise for noticing a fade', async () => {
    const { id, course } = agentThat('fades');
    const { agent } = await verdictOn(id, [course.begins + 30, '30d', 'improving']);
    expect(agent).toMatchObject({ alarms: 1, falseAlarms: 1, changes: [{ noticedAfter: null }] });
  });

  it('calls every alarm about an agent that stays as it is false', async () => {
    const { id } = agentThat('stays');
    const { agent, verdict } = await verdictOn(
      id,
      [60, '7d', 'improving'],
      [63, '7d', 'stable'],
      [90, '30d', 'declining'],
    );
    expect(agent).toMatchObject({ alarms: 2, falseAlarms: 2, changes: [] });
    expect(verdict.falseAlarmsPerAgentYear).toBeCloseTo(2 / ((24 * 180) / 365));
  });

  it('counts a jump from the day on which it happened', async () => {
    const { id, course } = agentThat('jumps');
    const { agent } = await verdictOn(id, [course.begins + 4, '7d', 'improving']);
    expect(agent?.changes).toEqual([{ course, noticedAfter: 4, isOpen: false }]);
    expect(agent?.falseAlarms).toBe(0);
  });

  it('says that nothing was noticed when nothing was said', async () => {
    const { verdict } = await verdictOn('nobody');
    expect(verdict).toMatchObject({
      noticed: 0,
      medianDaysToNotice: null,
      alarms: 0,
      falseAlarmsPerAgentYear: 0,
    });
    expect(verdict.changes).toBeGreaterThan(10);
  });

  /** Recommendations about one agent, on these days. */
  async function proposing(agentId: string, ...made: readonly [day: number, kind: string][]) {
    const outputs = made.map(([day, kind], i) => ({
      type: 'recommendation.made',
      id: `r${i}`,
      kind,
      agentId,
      at: company.midnight(0) + day * 86_400_000,
    }));
    const log = async function* () {
      yield* outputs as unknown as TrackerOutput[];
    };
    const staff = [...new Office(company).staff.values()];
    const verdict = await judge({ log }, company, LAST_DAY, staff);
    return { verdict, agent: verdict.agents.find((one) => one.agentId === agentId) };
  }

  it('calls a promotion right when the skill is good, and late when it was good long before', async () => {
    const good = company.agents.find(({ career }) => {
      const [course] = career.courses(0);
      return course?.kind === 'stays' && course.from >= 6;
    });
    const { verdict, agent } = await proposing(good?.id ?? '', [20, 'promotion'], [100, 'promotion']);
    expect(verdict.promotions).toEqual({ right: 2, late: 1, wrong: 0 });
    expect(agent?.isConstantlyGood).toBe(true);
    expect(verdict.constantlyGood.proposedForDismissal).toBe(0);
  });

  it('calls the dismissal of somebody who is good wrong, and counts it', async () => {
    const good = company.agents.find(({ career }) => {
      const [course] = career.courses(0);
      return course?.kind === 'stays' && course.from >= 6;
    });
    const { verdict } = await proposing(good?.id ?? '', [50, 'termination']);
    expect(verdict.terminations).toEqual({ right: 0, late: 0, wrong: 1 });
    expect(verdict.constantlyGood.proposedForDismissal).toBe(1);
  });

  it('takes a demotion for noticing a fade', async () => {
    const { id, course } = agentThat('falls');
    const { agent, verdict } = await proposing(id, [course.begins + 12, 'demotion']);
    expect(agent?.changes).toEqual([{ course, noticedAfter: 12, isOpen: false }]);
    expect(verdict.demotions.wrong + verdict.demotions.right).toBe(1);
  });

  it('calls it right to part with somebody that falls apart, and counts the days from when it was a loss', async () => {
    const { id, course } = agentThat('breaks');
    const { agent, verdict } = await proposing(id, [course.ends + 5, 'termination']);
    expect(agent?.changes[0]?.noticedAfter).toBe(course.ends + 5 - course.begins);
    const [loss] = agent?.losses ?? [];
    expect(loss?.since).toBeGreaterThan(course.begins);
    expect(loss?.since).toBeLessThanOrEqual(course.ends);
    expect(loss).toMatchObject({ proposedAfter: course.ends + 5 - (loss?.since ?? 0), isOpen: false });
    expect(verdict.terminations).toEqual({ right: 1, late: 0, wrong: 0 });
    expect(verdict.losses).toMatchObject({ proposed: 1, medianDaysToPropose: loss?.proposedAfter });
  });

  it('calls it wrong to part with somebody before anything happens to it', async () => {
    const { id, course } = agentThat('breaks');
    const { verdict } = await proposing(id, [course.begins - 1, 'termination']);
    expect(verdict.terminations).toEqual({ right: 0, late: 0, wrong: 1 });
  });

  it('says late of a dismissal that could have come two months earlier', async () => {
    const { id, course } = agentThat('breaks');
    const { verdict } = await proposing(id, [course.ends + 70, 'termination']);
    expect(verdict.terminations).toEqual({ right: 1, late: 1, wrong: 0 });
  });

  it('says of whom nothing is said that the loss was missed', async () => {
    const { verdict, agent } = await verdictOn(agentThat('breaks').id);
    expect(agent?.losses).toMatchObject([{ proposedAfter: null, isOpen: false }]);
    expect(verdict.losses).toMatchObject({ proposed: 0, medianDaysToPropose: null });
    expect(verdict.losses.all).toBeGreaterThan(verdict.losses.open);
  });

  it('takes nobody for a loss that is good at the work, however bad to work with', () => {
    const able = { career: { skill: () => 6, collaboration: () => 0 } };
    const hopeless = { career: { skill: () => 1.5, collaboration: () => 0.5 } };
    expect(worthOf(able as never, 1)).toBeGreaterThan(0.5);
    expect(worthOf(hopeless as never, 1)).toBeLessThan(0);
  });
});
