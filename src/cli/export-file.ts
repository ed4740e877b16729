import { randomBytes } from 'node:crypto';
import { createWriteStream, type Stats } from 'node:fs';
import { open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, sep } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { CliError } from './errors.js';
import { systemReason } from './system-error.js';

/** A place that an export can be written to, under the name that the user gave. */
export interface ExportFile {
  /** Whether nothing is left where writing was broken off. */
  readonly isReplaced: boolean;
  /**
   * Writes all of it, compressed if the name says so; the texts are done with afterwards, whatever happens.
   *
   * @throws CliError `OUTPUT` when the system fails
   */
  write(texts: AsyncGenerator<string, void>, signal: AbortSignal): Promise<void>;
}

/**
 * Looks at what lies under a name before anything is written. A regular file is replaced once the new one is complete,
 * through links too; what is no file, such as a pipe or a device, is written into.
 *
 * @throws CliError `OUTPUT` for a directory, and for what cannot be looked at
 */
export async function exportFile(file: string): Promise<ExportFile> {
  const there = await telling(file, () => statsOf(file));
  if (there?.isDirectory()) throw new CliError('OUTPUT', `${file} is a directory`);
  const isCompressed = file.endsWith('.gz');
  if (there && !there.isFile()) {
    return {
      isReplaced: false,
      write: (texts, signal) =>
        telling(file, () => pour(texts, isCompressed, async () => createWriteStream(file), signal)),
    };
  }
  const target = await telling(file, () => (there ? realpath(file) : endOf(file)));
  return {
    isReplaced: true,
    write: (texts, signal) =>
      telling(file, () => replace(target, there?.mode, (into) => pour(texts, isCompressed, into, signal))),
  };
}

async function statsOf(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Where a link leads that leads to nothing yet; the name itself if it is none. */
async function endOf(path: string): Promise<string> {
  const target = await readlink(path).catch(() => undefined);
  if (target === undefined) return path;
  // Not made shorter: what `..` means depends on the links before it.
  return endOf(isAbsolute(target) ? target : `${dirname(path)}${sep}${target}`);
}

/**
 * Under another name first: a file of that name is always complete. That name is nobody's, and whoever may read the old
 * file may read the new one.
 */
async function replace(
  target: string,
  mode: number | undefined,
  write: (into: () => Promise<Writable>) => Promise<void>,
): Promise<void> {
  const part = `${target}.${randomBytes(8).toString('hex')}.part`;
  const permissions = mode === undefined ? undefined : mode & 0o777;
  let isMade = false;
  const into = async (): Promise<Writable> => {
    const handle = await open(part, 'wx', permissions);
    isMade = true;
    // The mask of the process has taken some away.
    if (permissions !== undefined) await handle.chmod(permissions);
    return handle.createWriteStream();
  };
  try {
    await write(into);
    await rename(part, target);
  } catch (error) {
    if (isMade) await rm(part, { force: true });
    throw error;
  }
}

async function pour(
  texts: AsyncGenerator<string, void>,
  isCompressed: boolean,
  into: () => Promise<Writable>,
  signal: AbortSignal,
): Promise<void> {
  try {
    signal.throwIfAborted();
    const target = await into();
    if (isCompressed) await pipeline(Readable.from(texts), createGzip(), target, { signal });
    else await pipeline(Readable.from(texts), target, { signal });
  } finally {
    // A pipeline that fails does not wait for its source, which has the database open.
    await texts.return();
  }
}

/** Has a failure of the system told under the name that the user knows. */
async function telling<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const reason = systemReason(error);
    throw reason === undefined ? error : new CliError('OUTPUT', `${file} cannot be written: ${reason}`);
  }
}
