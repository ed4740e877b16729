import { SingleBar } from 'cli-progress';
import { type Io, isLive } from '../io.js';

/** How far some work has got, for whoever is watching. */
export interface Progress {
  /** `done` of the total that was given, and a word on it. */
  update(done: number, note: string): void;
  /** Takes the bar away. */
  stop(): void;
}

const PATIENCE_MS = 1_000;

/**
 * A bar on stderr, when that is a terminal and the work takes longer than a second. Without a total there is
 * nothing to fill: only the note is shown.
 */
export function createProgress(io: Io, total: number | undefined): Progress {
  if (!isLive(io.stderr, io.env)) return { update: () => {}, stop: () => {} };
  const startedAt = performance.now();
  const bar = new SingleBar({
    stream: io.stderr,
    format: total === undefined ? '{note}' : '{bar} {percentage} %  {note}',
    barsize: 40,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    // Otherwise the terminal would be told not to wrap lines, and a killed process could not take that back.
    linewrap: true,
    // The command closes the database on an interrupt, and stops the bar then.
    gracefulExit: false,
  });
  return {
    update(done, note) {
      if (bar.isActive) bar.update(done, { note });
      else if (performance.now() - startedAt > PATIENCE_MS) bar.start(total ?? 1, done, { note });
    },
    stop() {
      if (bar.isActive) bar.stop();
    },
  };
}
