import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Io, OutputStream } from '../../src/cli/io.js';
import { run } from '../../src/cli/run.js';

/** What a command printed, and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Buffer | Readable;
  readonly terminal?: boolean;
  readonly env?: Io['env'];
  readonly signal?: AbortSignal;
  readonly stdout?: OutputStream;
}

/** Runs a command in this process. */
export async function tenure(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { stdin = '', terminal = false, env = {}, signal = new AbortController().signal } = options;
  const [stdout, stderr] = [collector(terminal), collector(terminal)];
  const code = await run(argv, {
    stdin: stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin)]),
    stdout: options.stdout ?? stdout.stream,
    stderr: stderr.stream,
    env,
    signal,
    invocation: 'tenure',
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(isTTY: boolean): { stream: OutputStream; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 100 }), text: () => chunks.join('') };
}

/** A directory that is gone when the test is over. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tenure-cli-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** The longest line of a text, in columns. */
export function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => [...line].length));
}
