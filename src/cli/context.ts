import { type Colors, colorsFor, type Io, Output } from './io.js';

/** What every command gets. */
export interface Context {
  readonly io: Io;
  readonly out: Output;
  readonly colors: Colors;
}

export function createContext(io: Io): Context {
  return { io, out: new Output(io.stdout), colors: colorsFor(io) };
}
