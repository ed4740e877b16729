import { expect, it } from 'vitest';
import { CompanyFigures, type CompanyParts } from '../../src/query/company-figures.js';
import { Gate } from '../../src/query/gate.js';
import { Queue } from '../../src/store/queue.js';

it('a question that reads an index while a fold is under way does not wait for what waits for it', async () => {
  const gate = new Gate();
  const saves = new Queue();
  const outdated = new Map([['t1', 1]]);
  let fold: Promise<unknown> = Promise.resolve();
  const entry = { no: 1, agentId: 'ada', actor: undefined, savedSeq: 1, newSeqs: [] };
  const parts = {
    store: {
      foundations: { dropped: { seq: 0, horizon: 0 } },
      // Indexes are read between writes of snapshots, and a fold is one that waits until nobody reads what it changes.
      async *eventsOf() {
        fold = saves.run(() => gate.write(async () => undefined));
        yield* await saves.run(async () => []);
      },
    },
    model: { start: () => ({}), figuresAsOf: () => ({ attempts: { toArray: () => [] } }) },
    registry: { byNumber: () => entry, withFiguresDue: async () => [], lateNotes: 0 },
    overlay: {
      get outdatedAgents() {
        return outdated.size > 0 ? [1] : [];
      },
      outdatedTasks: () => new Map(outdated),
      isOutdated: () => true,
      settle: () => outdated.clear(),
    },
    gate,
    steps: new Queue(),
    stateOf: async () => ({ now: 0 }),
  } as unknown as CompanyParts;
  const seen: string[] = [];
  await new CompanyFigures(parts).read(
    0,
    async () => seen.push('memory'),
    async () => void seen.push('stored'),
  );
  await fold;
  expect(seen).toEqual(['memory', 'stored']);
});
