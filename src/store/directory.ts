import { Level } from 'level';

/**
 * What LevelDB gathers in memory before it sorts it into a file, bytes. Four times its default: entries come in no
 * order, and the fewer files there are the less of them is merged again and again. At most twice as much is in memory,
 * and so much is read again at an opening.
 */
const WRITE_BUFFER_BYTES = 16 * 1024 * 1024;

/** The database in a directory, for much to be written; it is made when it is opened, if it is not there. */
export function databaseIn(path: string): Level {
  return new Level(path, { writeBufferSize: WRITE_BUFFER_BYTES });
}
