/**
 * A steady stream of valid events over 80 days: each agent in turn is assigned a task, finishes it, finishes another
 * of which only the end is reported, is reviewed, and sends a message.
 */
export function* events(count, agents, { start = Date.UTC(2026, 0, 1), days = 80 } = {}) {
  const step = (days * 86_400_000) / count;
  for (let i = 0; i < count; i++) {
    const turn = i % 5;
    const round = i - turn;
    const agent = (round / 5) % agents;
    const at = start + Math.floor(i * step);
    const base = { id: `e${i}`, agentId: `agent-${agent}`, at, department: `department-${agent % 8}` };
    if (turn === 0) {
      yield { ...base, type: 'task.assigned', taskId: `t${round}` };
    } else if (turn < 3) {
      yield {
        ...base,
        type: 'task.completed',
        taskId: `t${round + turn - 1}`,
        assignedAt: at - 3_600_000 - (i % 1000) * 1000,
        usage: {
          inputTokens: 1000 + (i % 97),
          outputTokens: 200 + (i % 31),
          toolCalls: 5,
          cost: 0.1 + (i % 13) / 100,
        },
        signals: { criteriaMet: 3 + (i % 3), criteriaTotal: 5 },
      };
    } else if (turn === 3) {
      const verdict = i % 3 ? 'approved' : 'changes_requested';
      const review = { taskId: `t${round}`, kind: 'code', reviewerId: `r${i % 7}`, verdict };
      yield { ...base, type: 'review.submitted', ...review };
    } else {
      yield { ...base, type: 'collaboration.observed', kind: 'message', quality: (i % 10) / 10 };
    }
  }
}
