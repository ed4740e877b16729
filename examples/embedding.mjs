// A host that embeds Tenure: it records what its agents do, is stopped, and goes on where it was.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merge } from 'rxjs';
import { isTenureError, openTracker } from 'tenure';
import { SimulatedClock } from 'xstate';

const directory = await mkdtemp(join(tmpdir(), 'tenure-example-'));
const path = join(directory, 'db');
const clock = new SimulatedClock(); // a real host leaves it out
let lastHeard = 0; // a real host keeps it beside its own state

await work(0, 30);
await work(30, 60);
await rm(directory, { recursive: true });

/** One run of the host, over some days. */
async function work(from, to) {
  const tracker = await openTracker({ path, clock });
  // First what was said while nobody listened: after a crash, for example.
  for await (const output of tracker.log(lastHeard)) hear(output);
  merge(tracker.transitions$, tracker.recommendations$).subscribe(hear);
  for (let day = from; day < to; day++) {
    clock.set(Date.UTC(2026, 0, 1 + day, 17));
    await record(tracker, finishedTask(day));
  }
  const performance = await tracker.performance('ada');
  console.log(`after day ${to}: ${performance.lifetime.tasksCompleted} tasks, ${performance.standing}`);
  await tracker.close();
}

function hear({ seq, type, agentId, ...output }) {
  lastHeard = seq;
  if (type === 'recommendation.made') console.log(`${agentId}: ${output.kind} recommended`);
  if (type !== 'trend.changed' || output.to === 'stable') return;
  console.log(`${agentId}: ${output.metric} over ${output.window} is ${output.to}`);
}

/** Records with an id of the host's own, so that recording it again after a failure changes nothing. */
async function record(tracker, event) {
  try {
    await tracker.record(event);
  } catch (error) {
    // Refused for what it is: recording it again would not help.
    if (!isTenureError(error, 'TENURE_INVALID_EVENT')) throw error;
    console.log(`refused: ${error.path}`);
  }
}

function finishedTask(day) {
  return {
    id: `ada-${day}`,
    type: 'task.completed',
    agentId: 'ada',
    taskId: `task-${day}`,
    at: Date.UTC(2026, 0, 1 + day, 16),
    signals: { criteriaMet: day === 7 ? 11 : 9 - Math.floor(day / 12), criteriaTotal: 10 },
  };
}
