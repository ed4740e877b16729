import { describe, expect, it } from 'vitest';
import { Overlay } from '../../src/query/overlay.js';
import { ScopeBook } from '../../src/store/rollups/scopes.js';
import type { AttemptRow } from '../../src/store/rollups/totals.js';

const HOUR = 3_600_000;

function rowAt(seq: number, at: number): AttemptRow {
  return {
    at,
    seq,
    succeeded: true,
    quality: 7,
    cost: null,
    completionMs: null,
    tokens: null,
    toolCalls: null,
  };
}

/** An overlay with saves of one agent each; every agent has the given number of attempts, an hour apart or together. */
function withSaves(agents: number, attempts: number, apart: number): Overlay {
  const scopes = new ScopeBook();
  const overlay = new Overlay(scopes, 0);
  let seq = 0;
  for (let agentNo = 1; agentNo <= agents; agentNo++) {
    for (let i = 0; i < attempts; i++) {
      overlay.change(agentNo, scopes.pair('research', undefined), undefined, rowAt(++seq, i * apart));
    }
    overlay.saved(agentNo, overlay.close(agentNo));
  }
  return overlay;
}

describe('what is folded at once', () => {
  it('is nothing when nothing is stored', () => {
    expect(withSaves(0, 0, 0).toFold({ places: 1, most: 1 })).toBeUndefined();
  });

  it('is as many saves as it takes for so many hours and agents', () => {
    const next = withSaves(10, 6, HOUR).toFold({ places: 8, most: 1_000 });
    expect(next?.upTo).toBe(2);
    expect(next?.changes).toHaveLength(12);
  });

  it('is at most about so many changes, however few hours they are of', () => {
    const next = withSaves(10, 6, 0).toFold({ places: 1_000, most: 20 });
    expect(next?.upTo).toBe(4);
    expect(next?.changes.map(({ agentNo }) => agentNo).at(-1)).toBe(4);
  });

  it('is all there is when that is less, and nothing again once it is folded', async () => {
    const overlay = withSaves(3, 2, HOUR);
    const next = overlay.toFold({ places: 1_000, most: 1_000 });
    expect(next?.upTo).toBe(3);
    await overlay.folded(next?.changes ?? [], 3, overlay.deltas);
    expect(overlay.toFold({ places: 1, most: 1 })).toBeUndefined();
    expect([...overlay.ofAgent(1)]).toEqual([]);
  });
});

describe('tasks to be worked out', () => {
  it('are settled by whoever has read since they were marked, and by nobody else', () => {
    const overlay = new Overlay(new ScopeBook(), 0);
    for (const taskId of ['a', 'b']) overlay.markOutdated(1, taskId);
    const before = overlay.outdatedTasks(1);
    expect(overlay.isOutdated(1, before)).toBe(true);
    overlay.markOutdated(1, 'b');
    expect(overlay.isOutdated(1, before)).toBe(false);
    overlay.settle(1, before);
    expect([...overlay.outdatedTasks(1).keys()]).toEqual(['b']);
    expect(overlay.outdatedAgents).toEqual([1]);
    overlay.settle(1, overlay.outdatedTasks(1));
    expect(overlay.outdatedAgents).toEqual([]);
    expect(overlay.isOutdated(1, before)).toBe(false);
  });
});
