import type { AgentSummary, Standing } from './agent/performance.js';
import { PersistentMap } from './persistent-map.js';
import { Line, Lines } from './scoreboard-lines.js';
import { addTo, type CompensatedSum, totalOf, ZERO_SUM } from './windows/compensated-sum.js';

/** Totals of the agents that are in one department now. */
export interface DepartmentTotals {
  readonly department: string;
  readonly agents: number;
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  readonly totalCost: number;
}

/** Never changed: an update makes another one, and shares with it every entry that stayed as it was. */
export interface ScoreboardState {
  /** By agent id, in no particular order. */
  readonly agents: ReadonlyMap<string, AgentSummary>;
  /** By name, in no particular order; agents without a department are in none. */
  readonly departments: ReadonlyMap<string, DepartmentTotals>;
  readonly standings: Readonly<Record<Standing, number>>;
  /** The tracker's clock at the last update, epoch milliseconds. */
  readonly updatedAt: number;
}

/** A department's totals with its costs as a sum that agents can be taken out of without a trace. */
interface Department {
  readonly shown: DepartmentTotals;
  readonly cost: CompensatedSum;
}

/** What the scoreboard shows, and the sums behind it. */
export interface Board {
  readonly agents: PersistentMap<Line>;
  readonly departments: PersistentMap<DepartmentTotals>;
  readonly costs: PersistentMap<CompensatedSum>;
  readonly standings: Readonly<Record<Standing, number>>;
}

export const EMPTY_BOARD: Board = {
  agents: PersistentMap.empty(),
  departments: PersistentMap.empty(),
  costs: PersistentMap.empty(),
  standings: Object.freeze({
    unproven: 0,
    steady: 0,
    promotable: 0,
    at_risk: 0,
    terminable: 0,
    departed: 0,
  }),
};

/** What is shown of a board at a moment. */
export function shown({ agents, departments, standings }: Board, updatedAt: number): ScoreboardState {
  return Object.freeze({ agents: new Lines(agents), departments, standings, updatedAt });
}

/** The board with the latest of some agents. Costs as much as there are of them, not as there are agents in all. */
export function withSummaries(board: Board, summaries: readonly AgentSummary[]): Board {
  let { agents, departments, costs } = board;
  const standings = { ...board.standings };
  const touched = new Map<string, Department>();
  const count = (summary: AgentSummary, sign: 1 | -1): void => {
    const { department: name, standing } = summary;
    standings[standing] += sign;
    if (name === undefined) return;
    const before = touched.get(name) ?? {
      shown: departments.get(name) ?? nobody(name),
      cost: costs.get(name) ?? ZERO_SUM,
    };
    touched.set(name, counted(before, summary, sign));
  };
  for (const summary of summaries) {
    const { agentId } = summary;
    const before = agents.get(agentId)?.look(agentId);
    if (before) count(before, -1);
    count(summary, 1);
    agents = agents.set(agentId, new Line(summary));
  }
  for (const [name, { shown, cost }] of touched) {
    departments = shown.agents === 0 ? departments.delete(name) : departments.set(name, Object.freeze(shown));
    costs = shown.agents === 0 ? costs.delete(name) : costs.set(name, cost);
  }
  return { agents, departments, costs, standings: Object.freeze(standings) };
}

function nobody(department: string): DepartmentTotals {
  return { department, agents: 0, tasksCompleted: 0, tasksFailed: 0, totalCost: 0 };
}

/** A department with one agent more, or one less; one that is left by all begins anew. */
function counted({ shown, cost }: Department, { lifetime }: AgentSummary, sign: 1 | -1): Department {
  const agents = shown.agents + sign;
  if (agents === 0) return { shown: nobody(shown.department), cost: ZERO_SUM };
  const sum = addTo(cost, sign * lifetime.totalCost);
  const totals = {
    department: shown.department,
    agents,
    tasksCompleted: shown.tasksCompleted + sign * lifetime.tasksCompleted,
    tasksFailed: shown.tasksFailed + sign * lifetime.tasksFailed,
    totalCost: totalOf(sum),
  };
  return { shown: totals, cost: sum };
}
