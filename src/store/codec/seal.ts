import { crc32 } from 'node:zlib';

/**
 * A sealed value is a CRC-32, a format byte and a payload. The checksum covers the key too: a value that lies under
 * another value's key is as damaged as one whose bytes changed. LevelDB checks its own checksums only in its log
 * and when it compacts; reading does not, and the bindings offer no option for it.
 */
const FORMAT = 1;
const HEADER = 5;

export function seal(key: Buffer, payload: string | Buffer): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
  const value = Buffer.allocUnsafe(HEADER + length);
  value[4] = FORMAT;
  if (typeof payload !== 'string') payload.copy(value, HEADER);
  // As many bytes as characters means ASCII, and that is written twice as fast if one says so.
  else value.write(payload, HEADER, length === payload.length ? 'latin1' : 'utf8');
  value.writeUInt32BE(checksum(key, value), 0);
  return value;
}

/** The payload, or `undefined` when the value is not what was sealed under this key. */
export function unseal(key: Buffer, value: Buffer): Buffer | undefined {
  if (value.length < HEADER || value[4] !== FORMAT) return undefined;
  return value.readUInt32BE(0) === checksum(key, value) ? value.subarray(HEADER) : undefined;
}

export function sealJson(key: Buffer, value: unknown): Buffer {
  return seal(key, JSON.stringify(value));
}

/** What was sealed, or `undefined` when it is damaged. */
export function unsealJson(key: Buffer, value: Buffer): unknown {
  const payload = unseal(key, value);
  if (payload === undefined) return undefined;
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}

function checksum(key: Buffer, value: Buffer): number {
  return crc32(value.subarray(4), crc32(key));
}
