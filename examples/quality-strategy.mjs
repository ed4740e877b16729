// A quality strategy of one's own: tests decide, lint errors cost, people have the last word.
import { MemoryLevel } from 'memory-level';
import { openTracker } from 'tenure';
import { SimulatedClock } from 'xstate';

const testsFirst = {
  // Another name when it computes something else: a database is rebuilt when its strategies change.
  name: 'testsFirst',
  score({ succeeded, signals, reviews, override }) {
    if (override) return result(override.score, true);
    const word = reviews.findLast(({ score }) => score !== undefined)?.score;
    if (word !== undefined) return result(word);
    const { testsPassed = 0, testsFailed = 0, lintErrors = 0 } = signals ?? {};
    const tests = testsPassed + testsFailed;
    // Without any data there is no score: it counts for nobody.
    if (tests === 0) return result(succeeded ? null : 0);
    return result(Math.max(0, (10 * testsPassed) / tests - lintErrors / 4));
  },
};

function result(score, overridden = false) {
  const breakdown = score === null ? [] : [{ layer: 'tests', score, weight: 1, confidence: 1 }];
  return { score, confidence: score === null ? 0 : 1, strategy: testsFirst.name, overridden, breakdown };
}

const clock = new SimulatedClock();
clock.set(Date.UTC(2026, 0, 8));
const tracker = await openTracker({ db: new MemoryLevel(), clock, strategies: { quality: testsFirst } });
const at = clock.now();
for (let n = 0; n < 6; n++) {
  const signals = { testsPassed: 8 + (n % 3), testsFailed: 2 - (n % 3), lintErrors: 2 };
  await tracker.record({ type: 'task.completed', agentId: 'ada', taskId: `t${n}`, at, signals });
}
await show('tests alone');
const review = { type: 'review.submitted', agentId: 'ada', kind: 'code', reviewerId: 'eve', at };
await tracker.record({ ...review, taskId: 't0', score: 2.5 });
await show('after a review');
await tracker.close();

async function show(when) {
  const { windows } = await tracker.performance('ada');
  console.log(`${when}: ${windows[0].avgQualityScore.value.toFixed(2)}`);
}
