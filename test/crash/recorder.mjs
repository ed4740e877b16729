// Records events as fast as it can and says which were acknowledged, until it is killed.
import { writeSync } from 'node:fs';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../../dist/src/index.js';

const [path, first] = process.argv.slice(2);
const START = Date.UTC(2026, 0, 1);
const clock = new SimulatedClock();
clock.set(START);
const tracker = await openTracker({ path, clock, maxActiveAgents: 20 });
writeSync(1, 'open\n');

let underWay = 0;
for (let n = Number(first); ; n++) {
  const at = START + n * 600_000;
  if (at > clock.now()) clock.set(at);
  underWay++;
  tracker.record(event(n, at)).then(({ seq }) => {
    underWay--;
    writeSync(1, `${n} ${seq}\n`);
  });
  if (n % 500 === 0) tracker.flush().catch(() => undefined);
  while (underWay > 200) await new Promise((resolve) => setImmediate(resolve));
}

function event(n, at) {
  const base = { id: `e${n}`, agentId: `agent-${n % 40}`, at };
  if (n % 3 === 2) {
    const review = { kind: 'code', reviewerId: `r${n % 5}`, score: n % 11 };
    return {
      ...base,
      agentId: `agent-${(n - 2) % 40}`,
      type: 'review.submitted',
      taskId: `t${n - 2}`,
      ...review,
    };
  }
  const signals = { criteriaMet: n % 7, criteriaTotal: 7 };
  return {
    ...base,
    type: n % 4 ? 'task.completed' : 'task.failed',
    taskId: `t${n}`,
    signals,
    usage: { cost: n / 100 },
  };
}
