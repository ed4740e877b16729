import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives `work` a path for a database, and removes all of it afterwards. */
export async function inTemporaryDirectory(work) {
  const path = await mkdtemp(join(tmpdir(), 'tenure-bench-'));
  try {
    return await work(join(path, 'db'));
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** Milliseconds that `work` takes. */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds that `work` takes by the clock, and of processor time, all threads together. */
export async function measured(work) {
  const before = process.cpuUsage();
  const ms = await timed(work);
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000 };
}
