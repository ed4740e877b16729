import { Readable, Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Io } from '../../src/cli/io.js';
import { createProgress } from '../../src/cli/render/progress.js';

afterEach(() => {
  vi.restoreAllMocks();
});

function terminal(isTTY: boolean): { io: Io; written: () => string } {
  const chunks: string[] = [];
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const stream = Object.assign(stderr, { isTTY, columns: 100 });
  const io: Io = {
    stdin: Readable.from([]),
    stdout: stream,
    stderr: stream,
    env: {},
    signal: new AbortController().signal,
    invocation: 'tenure',
  };
  return { io, written: () => chunks.join('') };
}

/** Lets so many milliseconds seem to pass between the beginning and the first word of progress. */
function afterMs(ms: number, { io }: { io: Io }): void {
  vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(ms);
  const progress = createProgress(io, 180);
  progress.update(90, 'day 90');
  progress.stop();
}

describe('progress', () => {
  it('is drawn on a terminal when the work takes longer than a second', () => {
    const screen = terminal(true);
    afterMs(1_500, screen);
    expect(screen.written()).toContain('50 %  day 90');
  });

  it('is not drawn for work that is soon done', () => {
    const screen = terminal(true);
    afterMs(900, screen);
    expect(screen.written()).toBe('');
  });

  it('leaves no trace where there is no terminal', () => {
    const screen = terminal(false);
    afterMs(60_000, screen);
    expect(screen.written()).toBe('');
  });
});
