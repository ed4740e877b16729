import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AgentOutline, AgentSummary, Standing } from '../../src/agent/performance.js';
import { briefOf } from '../../src/agent/summary.js';
import { drained } from '../../src/drained.js';
import { type Roster, Teller } from '../../src/scoreboard/lines.js';
import { EMPTY_BOARD, shown, withOutlines } from '../../src/scoreboard/state.js';
import { TREND_DIRECTIONS } from '../../src/trends/types.js';

const IDS = ['a', '__proto__', 'c\u0000', '\ud800', '数'];
const TRENDS = (['quality', 'cost'] as const).flatMap((metric) =>
  ['7d', '30d', '90d'].map((window) => ({ metric, window })),
);
const ROSTER: Roster = {
  numberOf: (agentId) => IDS.indexOf(agentId) + 1 || undefined,
  idOf: (no) => IDS[no - 1] as string,
  trends: TRENDS,
};

const PLAIN = { noNullPrototype: true };
const time = fc.integer({ min: 0, max: 2_000_000_000_000 });
const timeOrNever = fc.option(time);
const text = fc.string({ unit: 'binary', maxLength: 60 });
const textOrNone = fc.option(text, { nil: undefined });
const figure = fc.double({ min: -10, max: 10, noNaN: true });
const count = fc.nat(1e6);
const override = fc.record(
  { score: figure, reason: text, by: text, at: time, expiresAt: time },
  { requiredKeys: ['score', 'reason', 'by', 'at'], ...PLAIN },
);
const of = { count, window: fc.constant('90d') };
const [yes, no, ok] = [fc.constant(true as const), fc.constant(false as const), fc.constant('ok' as const)];
const score = fc.oneof(
  fc.record(
    { status: fc.constant('insufficient_data' as const), required: count, overridden: no, ...of },
    PLAIN,
  ),
  fc.record({ status: ok, value: figure, overridden: no, ...of }, PLAIN),
  fc.record({ status: ok, value: figure, overridden: yes, override, ...of }, PLAIN),
);
const trust = fc.record(
  { level: fc.constantFrom('sandboxed', 'standard', 'elevated'), score: figure, since: timeOrNever },
  PLAIN,
);
const outline = fc.record(
  {
    agentId: fc.constantFrom(...IDS),
    name: textOrNone,
    role: textOrNone,
    department: fc.constantFrom('red', 'blue', undefined),
    level: textOrNone,
    standing: fc.constantFrom<Standing>('unproven', 'steady', 'at_risk', 'departed'),
    asOf: time,
    lifetime: fc.record(
      {
        tasksCompleted: fc.nat(100),
        tasksFailed: fc.nat(100),
        totalCost: fc.double({ min: 0, max: 1e15, noNaN: true }),
        totalTokens: count,
        totalToolCalls: count,
        firstEventAt: timeOrNever,
        lastReviewAt: timeOrNever,
      },
      PLAIN,
    ),
    overallQualityScore: score,
    overallCollaborationScore: score,
    trends: fc.array(
      fc.record({ direction: fc.constantFrom(...TREND_DIRECTIONS), since: timeOrNever }, PLAIN),
      { minLength: TRENDS.length, maxLength: TRENDS.length },
    ),
    trust,
  },
  {
    requiredKeys: [
      'agentId',
      'name',
      'role',
      'department',
      'level',
      'standing',
      'asOf',
      'lifetime',
      'overallQualityScore',
      'overallCollaborationScore',
      'trends',
    ],
    ...PLAIN,
  },
) as fc.Arbitrary<AgentOutline>;

const updates = fc.array(fc.record({ outlines: fc.array(outline, { maxLength: 6 }), packs: fc.boolean() }), {
  maxLength: 12,
});

it('totals and standings are those of all agents, and every state shows for good what it showed, as one object', () => {
  fc.assert(
    fc.property(updates, (all) => {
      const teller = new Teller(ROSTER);
      let board = EMPTY_BOARD;
      let latest = new Map<string, AgentSummary>();
      const states = [{ state: shown(board, teller, 0), latest, held: new Map<string, AgentSummary>() }];
      for (const { outlines, packs } of all) {
        board = withOutlines(board, outlines, ROSTER.numberOf);
        if (packs) board = { ...board, agents: drained(board.agents.packing()) };
        latest = new Map(latest);
        for (const one of outlines) latest.set(one.agentId, briefOf({ ...one }, TRENDS));
        const state = shown(board, teller, 0);
        const untouched = [...latest.keys()].filter((id) => !outlines.some(({ agentId }) => agentId === id));
        for (const id of untouched) expect(state.agents.get(id)).toBe(states.at(-1)?.held.get(id));
        states.push({ state, latest, held: new Map(state.agents) });
      }
      for (const { state, latest, held } of states) {
        expect(new Map(state.agents)).toStrictEqual(latest);
        expect(state.agents.size).toBe(latest.size);
        for (const [id, summary] of held) expect(state.agents.get(id)).toBe(summary);
      }
      const { departments, standings } = shown(board, teller, 0);
      const agents = [...latest.values()];
      for (const [standing, count] of Object.entries(standings)) {
        expect(count).toBe(agents.filter((one) => one.standing === standing).length);
      }
      expect([...departments.keys()].sort()).toEqual(
        [...new Set(agents.flatMap(({ department }) => department ?? []))].sort(),
      );
      for (const [name, { agents: count, tasksCompleted, totalCost }] of departments) {
        const team = agents.filter(({ department }) => department === name);
        const sum = team.reduce((total, { lifetime }) => total + lifetime.totalCost, 0);
        expect([count, tasksCompleted]).toEqual([
          team.length,
          team.reduce((total, { lifetime }) => total + lifetime.tasksCompleted, 0),
        ]);
        expect(Math.abs(totalCost - sum)).toBeLessThanOrEqual(1e-9 * Math.max(1, sum));
      }
    }),
    { numRuns: 60 },
  );
});
