/** A small company's week, as lines of JSON: one agent that works, and one that is reviewed. */
export function someEvents(): Record<string, unknown>[] {
  const events: Record<string, unknown>[] = [];
  for (let day = 1; day <= 9; day++) {
    for (const agentId of ['ada', 'alan']) {
      const taskId = `${agentId}-${day}`;
      const at = (hour: number) => `2025-03-0${day}T${String(hour).padStart(2, '0')}:00:00.000Z`;
      const base = { agentId, department: 'lab', taskId };
      events.push({ ...base, id: `${taskId}:a`, type: 'task.assigned', at: at(8) });
      const type = agentId === 'alan' && day > 6 ? 'task.failed' : 'task.completed';
      events.push({ ...base, id: `${taskId}:f`, type, at: at(12) });
    }
  }
  return events;
}

/** One JSON object a line. */
export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
