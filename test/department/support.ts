import { departmentStepper } from '../../machines/department.js';
import { DepartmentModel } from '../../src/department/model.js';
import type { HiringOptions } from '../../src/department/options.js';
import type { HiringSignal } from '../../src/department/outputs.js';
import type { CompanyState } from '../../src/department/state.js';
import type { PerformanceEvent, StoredEvent } from '../../src/events/schema.js';
import { resolveOptions } from '../../src/options.js';
import { DAY, HOUR, START } from '../support/tracker.js';

export function departmentModel(options: HiringOptions = {}): DepartmentModel {
  const rules = resolveOptions({ hiring: options }).hiring;
  return new DepartmentModel({ rules, step: departmentStepper(rules) });
}

/** Events as the journal holds them: in order of arrival, each with the department it was stamped with. */
export function stored(events: readonly (PerformanceEvent & { recordedAt?: number })[]): StoredEvent[] {
  const byArrival = events.toSorted((a, b) => (a.recordedAt ?? a.at) - (b.recordedAt ?? b.at));
  return byArrival.map((event, i) => ({ ...event, seq: i + 1, recordedAt: event.recordedAt ?? event.at }));
}

/** What a model says of some events, and where it ends. */
export function told(
  model: DepartmentModel,
  events: readonly StoredEvent[],
): { state: CompanyState; signals: HiringSignal[] } {
  let state = model.start();
  const signals: HiringSignal[] = [];
  for (const event of events) {
    const step = model.apply(state, event, 0);
    state = step.state;
    signals.push(...step.outputs);
  }
  return { state, signals };
}

export function hired(agentId: string, department = 'red', at = START): PerformanceEvent {
  return { id: `${agentId}-hired`, type: 'agent.hired', agentId, at, department };
}

export function assigned(agentId: string, n: number, at: number, department = 'red'): PerformanceEvent {
  const taskId = `t${n}`;
  return { id: `${agentId}-${n}-a`, type: 'task.assigned', agentId, taskId, at, department };
}

export function completed(agentId: string, n: number, at: number, department = 'red'): PerformanceEvent {
  const taskId = `t${n}`;
  return { id: `${agentId}-${n}-c`, type: 'task.completed', agentId, taskId, at, department };
}

/** So many tasks assigned to an agent on each of some days, the first `done` of them finished two hours later. */
export function work(
  agentId: string,
  days: readonly number[],
  perDay: number,
  done: number,
): PerformanceEvent[] {
  return days.flatMap((day) =>
    Array.from({ length: perDay }, (_, i) => {
      const at = START + day * DAY + (8 + i) * HOUR;
      const n = day * 100 + i;
      const end = i < done ? [completed(agentId, n, at + 2 * HOUR)] : [];
      return [assigned(agentId, n, at), ...end];
    }).flat(),
  );
}

export function dayRange(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
