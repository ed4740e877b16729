import type { Output } from '../types.js';
import { seal, unseal } from './seal.js';

const NEWLINE = 0x0a;

/** An output with its number among all outputs, from 1: a line with the number, and then the output as JSON. */
export function encodeOutput(key: Buffer, no: number, output: Output): Buffer {
  return seal(key, `${no}\n${JSON.stringify(output)}`);
}

/** `undefined` when it is damaged. */
export function decodeOutput(key: Buffer, value: Buffer): { no: number; output: unknown } | undefined {
  const text = unseal(key, value);
  const end = text?.indexOf(NEWLINE) ?? -1;
  if (text === undefined || end <= 0) return undefined;
  const no = Number(text.toString('latin1', 0, end));
  try {
    return Number.isSafeInteger(no) ? { no, output: JSON.parse(text.toString('utf8', end + 1)) } : undefined;
  } catch {
    return undefined;
  }
}
