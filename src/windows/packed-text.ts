/*
 * Texts as numbers in a list of them, where neither a text nor a list of texts is a thing of its own for the garbage
 * collector: a head, then six code units of one byte each in a number, or three of two bytes. Whatever the code units are,
 * lone surrogates too, they come back as they were.
 *
 * A head is an integer below 2⁵³: a hash of 32 bits, the length in 20 bits, and whether code units take two bytes.
 */
const LENGTHS = 2 ** 20;
/** What a hash is multiplied by in a head. */
const ABOVE = 2 * LENGTHS;
const NARROW = 6;
const WIDE = 3;
/** What the code units of a number are multiplied by, the first one first. */
const NARROW_PLACES = [2 ** 40, 2 ** 32, 2 ** 24, 2 ** 16, 2 ** 8, 1] as const;
const WIDE_PLACES = [2 ** 32, 2 ** 16, 1] as const;

/** For a text too long to be packed. */
export const TOO_LONG = -1;

/** The head of a text, {@link TOO_LONG} from a million code units on. O(length). */
export function headOf(text: string): number {
  const { length } = text;
  if (length >= LENGTHS) return TOO_LONG;
  // FNV-1a over the code units, folded so that the low bits depend on all of it.
  let hash = 0x811c9dc5;
  let units = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    units |= unit;
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return ((hash ^ (hash >>> 15)) >>> 0) * ABOVE + 2 * length + Number(units > 0xff);
}

/** The hash in a head, an unsigned integer of 32 bits. */
export function hashOf(head: number): number {
  return Math.floor(head / ABOVE);
}

/** How many numbers a text of this head takes, the head included. */
export function cellsOf(head: number): number {
  return 1 + Math.ceil(lengthOf(head) / unitsOf(head));
}

/** Writes a text and its head where there is room. */
export function writeText(cells: number[], at: number, text: string, head: number): void {
  const units = unitsOf(head);
  const places = units === NARROW ? NARROW_PLACES : WIDE_PLACES;
  cells[at++] = head;
  for (let i = 0; i < text.length; ) {
    let packed = 0;
    for (let within = 0; within < units && i < text.length; within++, i++) {
      packed += text.charCodeAt(i) * places[within]!;
    }
    cells[at++] = packed;
  }
}

/** The text that lies there. */
export function readText(cells: readonly number[], at: number): string {
  const head = cells[at]!;
  const place = hashOf(head) & (RECENT - 1);
  const known = recent[place]!;
  if (isText(cells, at, known, head)) return known;
  const text = unpacked(cells, at);
  recent[place] = text;
  return text;
}

/** Whether this text, whose head is `head`, lies there. */
export function isText(cells: readonly number[], at: number, text: string, head: number): boolean {
  return cells[at] === head && lengthOf(head) === text.length && hasUnits(cells, at, text);
}

/** Texts that were read of late: departments and reviewers are few, and are asked for again and again. */
const RECENT = 512;
const recent = new Array<string>(RECENT).fill('');
let bytes = Buffer.alloc(512);

function unpacked(cells: readonly number[], at: number): string {
  const head = cells[at]!;
  const length = lengthOf(head);
  if (bytes.length < 2 * length) bytes = Buffer.alloc(2 * length);
  const isNarrow = unitsOf(head) === NARROW;
  for (let i = 0; i < length; i++) {
    const own = isNarrow ? narrowAt(cells, at, i) : wideAt(cells, at, i);
    if (isNarrow) bytes[i] = own;
    else bytes.writeUInt16LE(own, 2 * i);
  }
  return isNarrow ? bytes.toString('latin1', 0, length) : bytes.toString('utf16le', 0, 2 * length);
}

/** Whether the code units of a text of that length lie there. */
function hasUnits(cells: readonly number[], at: number, text: string): boolean {
  const isNarrow = unitsOf(cells[at]!) === NARROW;
  for (let i = 0; i < text.length; i++) {
    const own = isNarrow ? narrowAt(cells, at, i) : wideAt(cells, at, i);
    if (own !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** What is below the hash in a head: the length, and a bit for the width. */
function restOf(head: number): number {
  return head - hashOf(head) * ABOVE;
}

function lengthOf(head: number): number {
  return restOf(head) >>> 1;
}

function unitsOf(head: number): typeof NARROW | typeof WIDE {
  return (restOf(head) & 1) === 0 ? NARROW : WIDE;
}

function narrowAt(cells: readonly number[], at: number, index: number): number {
  const within = index % NARROW;
  return Math.floor(cells[at + 1 + (index - within) / NARROW]! / NARROW_PLACES[within]!) & 0xff;
}

function wideAt(cells: readonly number[], at: number, index: number): number {
  const within = index % WIDE;
  return Math.floor(cells[at + 1 + (index - within) / WIDE]! / WIDE_PLACES[within]!) & 0xffff;
}
