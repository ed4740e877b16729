import { describe, expect, it, vi } from 'vitest';
import { openInMemory, START, task } from '../support/tracker.js';

/** Thousands of events at once: what is compared after every event with a rebuild has fewer. */
describe('answers to many events at once', () => {
  it('come in the order of the journal, commit after commit, each event once its agent has it', async () => {
    const { tracker } = await openInMemory();
    const answered: number[] = [];
    const count = 2_500;
    for (let n = 0; n < count; n++) {
      void tracker.record(task(n, { at: START })).then(({ seq }) => {
        answered.push(seq);
        expect(tracker.agentActor('ada')?.getSnapshot().context.state.seq).toBeGreaterThanOrEqual(seq);
      });
    }
    await tracker.flush();
    expect(answered).toEqual(Array.from({ length: count }, (_, n) => n + 1));
    await tracker.close();
  });

  it('of one commit come in pieces, between which the event loop has turns', async () => {
    const { tracker } = await openInMemory();
    let now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 2));
    let turns = 0;
    let isDone = false;
    const look = () => {
      turns++;
      if (!isDone) setImmediate(look);
    };
    setImmediate(look);
    const turnsAtAnswers = new Set<number>();
    for (let n = 0; n < 900; n++) {
      void tracker.record(task(n, { at: START })).then(() => turnsAtAnswers.add(turns));
    }
    await tracker.flush();
    isDone = true;
    clock.mockRestore();
    expect(turnsAtAnswers.size).toBeGreaterThan(15);
    await tracker.close();
  });
});
