import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/events/schema.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { clockAt, collect, inDirectory } from '../support/tracker.js';

const RECORDER = fileURLToPath(new URL('recorder.mjs', import.meta.url));

/** Lets the recorder run until it acknowledged so many events, then kills it. Returns what it acknowledged. */
async function recordAndKill(
  path: string,
  first: number,
  acknowledgements: number,
): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [RECORDER, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acknowledged = new Map<string, number>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [n, seq] = line.split(' ');
    if (seq !== undefined) acknowledged.set(`e${n}`, Number(seq));
    if (acknowledged.size >= acknowledgements) child.kill('SIGKILL');
  }
  expect((await exited)[1]).toBe('SIGKILL');
  return acknowledged;
}

async function performances(tracker: Tracker, now: number) {
  const agents = await tracker.agents();
  return Promise.all(agents.map(({ agentId }) => tracker.performance(agentId, now)));
}

/** What a tracker that never stopped would say of the same events, recorded at the same times. */
async function retold(events: readonly StoredEvent[], now: number) {
  const clock = clockAt(0);
  const tracker = await openTracker({ db: new MemoryLevel(), clock });
  for (const { seq: _seq, recordedAt, ...event } of [...events].sort((a, b) => a.seq - b.seq)) {
    if (recordedAt > clock.now()) clock.set(recordedAt);
    await tracker.record(event);
  }
  const figures = (await performances(tracker, now)).map((found) => ({ ...found, trends: undefined }));
  await tracker.close();
  return figures;
}

describe('kill -9', () => {
  it('loses nothing that was acknowledged, stores nothing twice, and leaves every figure as it should be', async () => {
    await inDirectory(async (path) => {
      const acknowledged = new Map<string, number>();
      let stored: StoredEvent[] = [];
      for (const acknowledgements of [1, 30, 333, 900, 2_500]) {
        const round = await recordAndKill(path, stored.length, acknowledgements);
        for (const [id, seq] of round) acknowledged.set(id, seq);

        const tracker = await openTracker({ path, clock: clockAt(0) });
        stored = await collect(tracker.events());
        const seqs = new Map(stored.map(({ id, seq }) => [id, seq]));
        expect(seqs.size).toBe(stored.length);
        for (const [id, seq] of acknowledged) expect(seqs.get(id), `event ${id}`).toBe(seq);

        const now = Math.max(...stored.map(({ recordedAt }) => recordedAt));
        const figures = (await performances(tracker, now)).map((found) => ({ ...found, trends: undefined }));
        expect(figures).toEqual(await retold(stored, now));

        const log = await collect(tracker.log());
        expect(new Set(log.map(({ seq, position }) => `${seq}.${position}`)).size).toBe(log.length);
        expectNoDirectionTwice(log);
        await tracker.close();
      }
      expect(stored.length).toBeGreaterThan(3_000);
    });
  });
});

/** Every transition begins where the one before it ended. */
function expectNoDirectionTwice(log: readonly { type: string }[]): void {
  const last = new Map<string, string>();
  for (const output of log as {
    type: string;
    agentId: string;
    metric: string;
    window: string;
    from: string;
    to: string;
  }[]) {
    if (output.type !== 'trend.changed') continue;
    const key = `${output.agentId} ${output.metric} ${output.window}`;
    expect(output.from, key).toBe(last.get(key) ?? 'insufficient_data');
    last.set(key, output.to);
  }
}
