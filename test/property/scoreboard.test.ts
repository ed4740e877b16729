import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AgentSummary, Standing } from '../../src/agent/performance.js';
import { EMPTY_BOARD, shown, withSummaries } from '../../src/scoreboard-state.js';

const summary = fc
  .record({
    agentId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    department: fc.constantFrom('red', 'blue', undefined),
    standing: fc.constantFrom<Standing>('unproven', 'steady', 'at_risk', 'departed'),
    tasksCompleted: fc.nat(100),
    tasksFailed: fc.nat(100),
    totalCost: fc.double({ min: 0, max: 1e15, noNaN: true }),
  })
  .map(({ agentId, department, standing, ...lifetime }) =>
    Object.freeze({ agentId, department, standing, lifetime } as unknown as AgentSummary),
  );

it('totals and standings are those of all agents, and what an update does not touch stays the same object', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(summary, { maxLength: 6 }), { maxLength: 20 }),
      fc.nat(4),
      (updates, resting) => {
        let board = EMPTY_BOARD;
        const latest = new Map<string, AgentSummary>();
        for (const summaries of updates) {
          const before = board;
          const untouched = [...latest.keys()].filter(
            (id) => !summaries.some(({ agentId }) => agentId === id),
          );
          board = withSummaries(board, summaries);
          for (const one of summaries) latest.set(one.agentId, one);
          for (const id of untouched) expect(board.agents.get(id)).toBe(before.agents.get(id));
          for (const [id, line] of [...board.agents].slice(0, resting)) line.rest(id);
        }
        const { agents, departments, standings } = shown(board, 0);
        expect(new Map(agents)).toEqual(latest);
        const all = [...latest.values()];
        for (const [standing, count] of Object.entries(standings)) {
          expect(count).toBe(all.filter((one) => one.standing === standing).length);
        }
        expect([...departments.keys()].sort()).toEqual(
          [...new Set(all.flatMap(({ department }) => department ?? []))].sort(),
        );
        for (const [name, { agents: count, tasksCompleted, totalCost }] of departments) {
          const team = all.filter(({ department }) => department === name);
          const sum = team.reduce((total, { lifetime }) => total + lifetime.totalCost, 0);
          expect([count, tasksCompleted]).toEqual([
            team.length,
            team.reduce((total, { lifetime }) => total + lifetime.tasksCompleted, 0),
          ]);
          expect(Math.abs(totalCost - sum)).toBeLessThanOrEqual(1e-9 * Math.max(1, sum));
        }
      },
    ),
    { numRuns: 100 },
  );
});
