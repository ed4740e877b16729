import { getSystemErrorMap } from 'node:util';

/**
 * What the system said of a file, such as `ENOENT: no such file or directory`, once and without the name of the file:
 * whoever tells of it knows the name that the user gave. `undefined` for any other error.
 */
export function systemReason(error: unknown): string | undefined {
  const { code, errno } = (error ?? {}) as NodeJS.ErrnoException;
  if (typeof code !== 'string' || typeof errno !== 'number') return undefined;
  const known = getSystemErrorMap().get(errno);
  return known && known[0] === code ? `${code}: ${known[1]}` : undefined;
}
