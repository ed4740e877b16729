import type { Readable, Writable } from 'node:stream';
import pc from 'picocolors';

/** A stream that may be a terminal. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** All that a command knows of the world around it. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user wants out. */
  readonly signal: AbortSignal;
  /** How this program was called, for "what to type next". */
  readonly invocation: string;
}

/** Whoever read the output has gone away (`| head`): nothing is wrong, and there is nothing more to do. */
export class OutputClosed extends Error {}

/** Writes text, waits while the reader is slow, and notices when it has gone. */
export class Output {
  #failure: Error | undefined;

  constructor(private readonly stream: OutputStream) {
    // Without a listener the error would end the process; the write that failed tells of it.
    stream.on('error', (error) => this.#fail(error));
  }

  #fail(error: NodeJS.ErrnoException): void {
    const isGone = error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
    this.#failure ??= isGone ? new OutputClosed(error.code) : error;
  }

  /** @throws OutputClosed when nobody reads any more */
  async write(text: string): Promise<void> {
    if (this.#failure) throw this.#failure;
    await new Promise<void>((resolve) => {
      this.stream.write(text, (error) => {
        if (error) this.#fail(error);
        resolve();
      });
    });
    if (this.#failure) throw this.#failure;
  }

  async line(text = ''): Promise<void> {
    await this.write(`${text}\n`);
  }

  async json(value: unknown): Promise<void> {
    await this.line(JSON.stringify(value));
  }
}

export type Colors = ReturnType<typeof pc.createColors>;

/** Colour only for people: a terminal that is not dumb, and `NO_COLOR` not set. */
export function colorsFor({ stdout, env }: Io): Colors {
  return pc.createColors(isLive(stdout, env) && !env.NO_COLOR);
}

/** Whether a stream can be drawn upon. */
export function isLive(stream: OutputStream, env: Io['env']): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb';
}
