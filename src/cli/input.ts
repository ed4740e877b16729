import { createReadStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CliError } from './errors.js';
import { systemReason } from './system-error.js';

/** What is to be read, and how far the reading has got. */
export interface Input {
  readonly lines: AsyncIterable<Line>;
  /** Bytes of the file, `undefined` for a pipe. */
  readonly bytes: number | undefined;
  /** Bytes of the file that were taken in so far, compressed as they may be. */
  bytesRead(): number;
}

/** One line, numbered from 1; without `text` it could not be read, and `problem` says why. */
export type Line =
  | { readonly number: number; readonly text: string; readonly problem?: undefined }
  | { readonly number: number; readonly text?: undefined; readonly problem: string };

/** No line is kept in memory beyond this. */
export const MAX_LINE_BYTES = 1_048_576;

const NEWLINE = 0x0a;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Opens a file of lines, or standard input for `-`. Gzip is told by its first two bytes, not by its name. An
 * abort ends the reading, even while it waits for a pipe.
 *
 * @throws CliError `INPUT` when there is no such file
 */
export async function openInput(file: string, stdin: Readable, signal: AbortSignal): Promise<Input> {
  if (file === '-') return inputFrom(() => stdin, undefined, signal);
  const bytes = await sizeOf(file);
  return inputFrom(() => createReadStream(file), bytes > 0 ? bytes : undefined, signal);
}

/** Also tells what cannot be read before a database is made for it. */
async function sizeOf(file: string): Promise<number> {
  try {
    await access(file, constants.R_OK);
    const stats = await stat(file);
    if (stats.isDirectory()) throw new Error('it is a directory');
    return stats.size;
  } catch (error) {
    throw inputError(error, `${file} cannot be read`);
  }
}

function inputFrom(begin: () => Readable, bytes: number | undefined, signal: AbortSignal): Input {
  let taken = 0;
  async function* source(): AsyncGenerator<Buffer> {
    for await (const chunk of addAbortSignal(signal, begin())) {
      const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string);
      taken += buffer.length;
      yield buffer;
    }
  }
  return { lines: splitLines(unpacked(source())), bytes, bytesRead: () => taken };
}

/** The bytes, decompressed if they are compressed, in chunks as they come. */
async function* unpacked(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < GZIP_MAGIC.length) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const all = startingWith(head, chunks);
  if (!GZIP_MAGIC.every((byte, i) => head[i] === byte)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip();
  // Its error reaches us where we read.
  pipeline(Readable.from(all), gunzip, () => {});
  yield* gunzip as AsyncIterable<Buffer>;
}

async function* startingWith(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** Splits at newlines, with or without a carriage return, and holds at most one line of the allowed length. */
async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const line = new LineBuffer();
  try {
    for await (const chunk of chunks) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        line.add(chunk.subarray(start, end));
        yield line.take();
        start = end + 1;
      }
      line.add(chunk.subarray(start));
    }
  } catch (error) {
    throw inputError(error, `reading failed after line ${line.number - 1}`);
  }
  if (!line.isEmpty) yield line.take();
}

/** The line that is being read. */
class LineBuffer {
  number = 1;
  #parts: Buffer[] = [];
  #length = 0;
  // A decoder skips a byte order mark, and throws on what is not UTF-8.
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length > MAX_LINE_BYTES) this.#parts = [];
    else if (bytes.length > 0) this.#parts.push(bytes);
  }

  take(): Line {
    const number = this.number++;
    const [parts, length] = [this.#parts, this.#length];
    this.#parts = [];
    this.#length = 0;
    if (length > MAX_LINE_BYTES) return { number, problem: `longer than 1 MiB (${length} bytes)` };
    try {
      const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
      return { number, text: this.#decoder.decode(bytes).trimEnd() };
    } catch {
      return { number, problem: 'not UTF-8' };
    }
  }
}

function inputError(error: unknown, what: string): CliError {
  const said = error instanceof Error ? error.message : String(error);
  return new CliError('INPUT', `${what}: ${systemReason(error) ?? said}`);
}
