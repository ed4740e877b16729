/** A steady stream of valid events: two tasks, a review, a message and an assignment in turn, over 90 days. */
export function* events(count, agents, { start = Date.UTC(2026, 0, 1), days = 80 } = {}) {
  const step = (days * 86_400_000) / count;
  for (let i = 0; i < count; i++) {
    const at = start + Math.floor(i * step);
    const base = { id: `e${i}`, agentId: `agent-${i % agents}`, at, department: `department-${i % 8}` };
    const turn = i % 5;
    if (turn < 2) {
      yield {
        ...base,
        type: 'task.completed',
        taskId: `t${i}`,
        assignedAt: at - 3_600_000 - (i % 1000) * 1000,
        usage: {
          inputTokens: 1000 + (i % 97),
          outputTokens: 200 + (i % 31),
          toolCalls: 5,
          cost: 0.1 + (i % 13) / 100,
        },
        signals: { criteriaMet: 3 + (i % 3), criteriaTotal: 5 },
      };
    } else if (turn === 2) {
      const verdict = i % 3 ? 'approved' : 'changes_requested';
      const reviewed = { agentId: `agent-${(i - 2) % agents}`, taskId: `t${i - 2}` };
      yield {
        ...base,
        ...reviewed,
        type: 'review.submitted',
        kind: 'code',
        reviewerId: `r${i % 7}`,
        verdict,
      };
    } else if (turn === 3) {
      yield { ...base, type: 'collaboration.observed', kind: 'message', quality: (i % 10) / 10 };
    } else {
      yield { ...base, type: 'task.assigned', taskId: `t${i}` };
    }
  }
}
