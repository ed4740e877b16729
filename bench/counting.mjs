import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** As long as Tenure works in one turn. */
export const TURN_MS = 1.5;

/** A loop of so many turns that has nothing of Tenure in it: what the machine itself does to the turns of a loop. */
export async function count(turns) {
  for (let n = 0; n < turns; n++) {
    const end = performance.now() + TURN_MS;
    while (performance.now() < end);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** {@link count} while another core has work too, as it does when V8 or LevelDB work beside the host's thread. */
export async function countBeside(turns) {
  const other = new Worker('for (;;);', { eval: true });
  await once(other, 'online');
  await count(turns);
  await other.terminate();
}
