import { describe, expect, it } from 'vitest';
import { getShortestPaths } from 'xstate/graph';
import { createDepartmentMachine, departmentStepper } from '../../machines/department.js';
import type { StaffingEvidence, StaffingStatus } from '../../src/department/state.js';

const PATIENCE = { sustainMs: 3, cooldownMs: 14 };
const step = departmentStepper(PATIENCE);
const BALANCED: StaffingStatus = { staffing: 'balanced', since: null, announcedAt: null };

/** The statuses after each of these days' evidence, days 1, 2, 3, …. */
function days(evidence: readonly StaffingEvidence[], from = BALANCED): StaffingStatus[] {
  const statuses: StaffingStatus[] = [];
  for (const [i, one] of evidence.entries()) statuses.push(step(statuses.at(-1) ?? from, one, i + 1));
  return statuses;
}

function announcements(statuses: readonly StaffingStatus[]): (number | null)[] {
  return [...new Set(statuses.map(({ announcedAt }) => announcedAt))].filter((at) => at !== null);
}

describe('the department machine', () => {
  it('reaches every state', () => {
    const events = [1, 4, 18].flatMap((at) =>
      (['evidence.short', 'evidence.idle', 'evidence.balanced'] as const).map((type) => ({ type, at })),
    );
    const paths = getShortestPaths(createDepartmentMachine(PATIENCE), { events });
    const reached = new Set(paths.map(({ state }) => state.value));
    expect(reached).toEqual(new Set(['balanced', 'straining', 'shortHanded', 'slackening', 'idle']));
  });

  it('says nothing before the evidence has lasted, and then says it once', () => {
    const statuses = days(Array.from({ length: 10 }, () => 'short'));
    expect(statuses.map(({ staffing }) => staffing).slice(0, 5)).toEqual([
      'straining',
      'straining',
      'straining',
      'shortHanded',
      'shortHanded',
    ]);
    expect(announcements(statuses)).toEqual([4]);
  });

  it('begins anew when the evidence breaks off for a day', () => {
    const statuses = days(['short', 'short', 'short', 'balanced', 'short', 'short', 'short', 'short']);
    expect(announcements(statuses)).toEqual([8]);
  });

  it('says it again after the cooldown while the evidence lasts', () => {
    expect(announcements(days(Array.from({ length: 40 }, () => 'idle')))).toEqual([4, 18, 32]);
  });

  it('says nothing of the opposite either before the cooldown is over', () => {
    const statuses = days([
      ...Array.from({ length: 5 }, () => 'short' as const),
      ...Array.from({ length: 20 }, () => 'idle' as const),
    ]);
    expect(statuses.at(-1)?.staffing).toBe('idle');
    expect(announcements(statuses)).toEqual([4, 18]);
  });

  it('is balanced again as soon as the evidence is gone, from wherever it was', () => {
    for (const staffing of ['straining', 'shortHanded', 'slackening', 'idle'] as const) {
      const status = step({ staffing, since: 1, announcedAt: 2 }, 'balanced', 5);
      expect(status).toEqual({ staffing: 'balanced', since: null, announcedAt: 2 });
    }
  });
});
