// A judge that reviews a sample of the finished tasks within a budget a day. A model is slow, costs money and fails
// now and then, so it does not belong into a quality strategy: what it says is recorded as an event like any other.
import { MemoryLevel } from 'memory-level';
import { openTracker } from 'tenure';
import { SimulatedClock } from 'xstate';

/**
 * @param model `review(task)` answers with `{ score, confidence, comment, dollars }`, or rejects
 * @param sample share of the tasks that are looked at, 0–1
 * @param dollarsADay what it may spend on a day, UTC; an attempt that failed counts as `dollarsAtMost`
 */
function createJudge({ tracker, clock, model, sample, dollarsADay, dollarsAtMost, attempts = 3 }) {
  let today = '';
  let spent = 0;
  const counts = { reviewed: 0, skipped: 0, overBudget: 0, failed: 0 };

  function maySpend() {
    const date = new Date(clock.now()).toISOString().slice(0, 10);
    if (date !== today) [today, spent] = [date, 0];
    return spent + dollarsAtMost <= dollarsADay;
  }

  async function ask(task) {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (!maySpend()) return undefined;
      try {
        const answer = await model.review(task);
        spent += answer.dollars;
        return answer;
      } catch (error) {
        spent += dollarsAtMost;
        if (attempt === attempts) throw error;
      }
    }
  }

  return {
    counts,
    /** Looks at a finished task, if it is in the sample and there is money left. Never fails. */
    async consider(task) {
      if (!isSampled(task.taskId, sample)) return counts.skipped++;
      try {
        const answer = await ask(task);
        if (answer === undefined) return counts.overBudget++;
        const { score, confidence, comment } = answer;
        await tracker.record({
          id: `judge:${task.id}`, // asked twice, it is recorded once
          type: 'review.submitted',
          kind: 'evaluation',
          reviewerId: model.name,
          agentId: task.agentId,
          taskId: task.taskId,
          at: clock.now(),
          score,
          confidence,
          comment,
        });
        return counts.reviewed++;
      } catch {
        return counts.failed++;
      }
    },
  };
}

/** By the task alone, so that the same tasks are in the sample after a restart. */
function isSampled(taskId, share) {
  let hash = 0x811c9dc5;
  for (const character of taskId) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32 < share;
}

/** In place of a real model: deterministic, and out of order at every seventh call. */
const model = {
  name: 'judge-1',
  calls: 0,
  async review({ signals }) {
    if (++this.calls % 7 === 0) throw new Error('overloaded');
    const score = (10 * signals.criteriaMet) / signals.criteriaTotal;
    return { score, confidence: 0.8, comment: 'Looked at the change.', dollars: 0.02 };
  },
};

const clock = new SimulatedClock();
clock.set(Date.UTC(2026, 0, 1));
const tracker = await openTracker({ db: new MemoryLevel(), clock });
const judge = createJudge({ tracker, clock, model, sample: 0.4, dollarsADay: 0.1, dollarsAtMost: 0.03 });
for (let n = 0; n < 60; n++) {
  clock.increment(4 * 3_600_000);
  const signals = { criteriaMet: 6 + (n % 4), criteriaTotal: 10 };
  const task = {
    id: `e${n}`,
    type: 'task.completed',
    agentId: 'ada',
    taskId: `t${n}`,
    at: clock.now(),
    signals,
  };
  await tracker.record(task);
  await judge.consider(task);
}
console.log(judge.counts);
const { coverage } = await tracker.performance('ada');
console.log(`evaluations in the record: ${coverage.quality.evaluation.count}`);
await tracker.close();
