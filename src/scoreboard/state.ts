import type { AgentOutline, AgentSummary, Standing } from '../agent/performance.js';
import { PersistentMap } from '../persistent-map.js';
import { ByteWriter } from '../rows/bytes.js';
import { Rows } from '../rows/rows.js';
import { addTo, type CompensatedSum, totalOf, ZERO_SUM } from '../windows/compensated-sum.js';
import { Lines, type Roster, type Teller } from './lines.js';
import { type Counted, readCounted, writeRow } from './row.js';

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
  /** By number. */
  readonly agents: Rows;
  readonly departments: PersistentMap<DepartmentTotals>;
  readonly costs: PersistentMap<CompensatedSum>;
  readonly standings: Readonly<Record<Standing, number>>;
}

export const EMPTY_BOARD: Board = {
  agents: Rows.empty(),
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
export function shown(
  { agents, departments, standings }: Board,
  teller: Teller,
  updatedAt: number,
): ScoreboardState {
  return Object.freeze({ agents: new Lines(agents, teller), departments, standings, updatedAt });
}

const row = new ByteWriter();

/** The board with the latest of some agents. Costs as much as there are of them, not as there are agents in all. */
export function withOutlines(
  board: Board,
  outlines: readonly AgentOutline[],
  numberOf: Roster['numberOf'],
): Board {
  let { agents, departments, costs } = board;
  const standings = { ...board.standings };
  const touched = new Map<string, Department>();
  const count = (agent: Counted, sign: 1 | -1): void => {
    const { department: name, standing } = agent;
    standings[standing] += sign;
    if (name === undefined) return;
    const before = touched.get(name) ?? {
      shown: departments.get(name) ?? nobody(name),
      cost: costs.get(name) ?? ZERO_SUM,
    };
    touched.set(name, counted(before, agent, sign));
  };
  for (let i = 0; i < outlines.length; i++) {
    const outline = outlines[i] as AgentOutline;
    const no = numberOf(outline.agentId) as number;
    const before = agents.read(no, readCounted);
    if (before) count(before, -1);
    count(outline, 1);
    writeRow(row.clear(), outline);
    agents = agents.set(no, row);
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
function counted({ shown, cost }: Department, { lifetime }: Counted, sign: 1 | -1): Department {
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
