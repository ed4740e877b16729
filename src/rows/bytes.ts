/** Numbers and texts as bytes, for what there is much of: a tenth of what objects take, and nothing for the garbage collector. */
import { Buffer } from 'node:buffer';

/** What a byte says. Smaller ones are numbers themselves. */
const TAG = {
  null: 224,
  undefined: 225,
  /** A number of 3, of 6 bytes, or any double; the n-th number of this row that had so many bytes, again. */
  uint24: 226,
  uint48: 227,
  double: 228,
  again: 229,
  /** A word of the table; a text of its own: its length, then a byte or two a character. */
  word: 230,
  narrow: 231,
  wide: 232,
} as const;

/** Words that are kept once for all, at most: what comes when the table is full is written in full. */
const MAX_WORDS = 4_096;
/** Characters of such a word at most. */
const WORD = 64;

const words: string[] = [];
const places = new Map<string, number>();

function placeOf(word: string): number | undefined {
  if (word.length > WORD) return undefined;
  const known = places.get(word);
  if (known !== undefined || words.length >= MAX_WORDS) return known;
  places.set(word, words.length);
  return words.push(word) - 1;
}

/** Writes a row, one value after another; how they follow is agreed with who reads it. */
export class ByteWriter {
  /** What was written is in front of {@link end}. */
  bytes = Buffer.allocUnsafeSlow(256);
  end = 0;
  /** The numbers that took several bytes. */
  private readonly long: number[] = [];

  /** Begins anew. */
  clear(): this {
    this.end = 0;
    this.long.length = 0;
    return this;
  }

  /** A whole number below 256. */
  byte(value: number): void {
    this.room(1);
    this.bytes[this.end++] = value;
  }

  /** Any number, to the last digit, or none. */
  number(value: number | null | undefined): void {
    if (value === null || value === undefined) {
      this.byte(value === null ? TAG.null : TAG.undefined);
      return;
    }
    const isWhole = value >= 0 && value < 2 ** 48 && Number.isInteger(value) && !Object.is(value, -0);
    if (isWhole && value < TAG.null) {
      this.byte(value);
      return;
    }
    const known = Object.is(value, -0) ? -1 : this.long.lastIndexOf(value);
    if (known >= 0 && known < 256) {
      this.byte(TAG.again);
      this.byte(known);
      return;
    }
    this.long.push(value);
    this.room(9);
    if (isWhole && value < 2 ** 24) this.end = this.bytes.writeUIntBE(value, this.tagged(TAG.uint24), 3);
    else if (isWhole) this.end = this.bytes.writeUIntBE(value, this.tagged(TAG.uint48), 6);
    else this.end = this.bytes.writeDoubleBE(value, this.tagged(TAG.double));
  }

  /** A text that many rows have, or none. */
  word(text: string | undefined): void {
    const place = text === undefined ? undefined : placeOf(text);
    if (place === undefined) {
      this.text(text);
      return;
    }
    this.byte(TAG.word);
    this.byte(place & 0xff);
    this.byte(place >> 8);
  }

  /** A text that only this row has, or none. */
  text(text: string | undefined): void {
    if (text === undefined) {
      this.byte(TAG.undefined);
      return;
    }
    const isNarrow = !/[\u0100-\uffff]/.test(text);
    this.byte(isNarrow ? TAG.narrow : TAG.wide);
    this.number(text.length);
    this.room(2 * text.length);
    this.end += this.bytes.write(text, this.end, isNarrow ? 'latin1' : 'utf16le');
  }

  private tagged(tag: number): number {
    this.byte(tag);
    return this.end;
  }

  private room(bytes: number): void {
    if (this.end + bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.end + bytes));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}

/** Reads what a {@link ByteWriter} wrote, value by value. */
export class ByteReader {
  private readonly long: number[] = [];
  private longs = 0;

  constructor(
    private bytes: Buffer,
    private place: number,
  ) {}

  /** Begins another row. */
  at(bytes: Buffer, place: number): this {
    this.bytes = bytes;
    this.place = place;
    this.longs = 0;
    return this;
  }

  byte(): number {
    return this.bytes[this.place++]!;
  }

  /** A number that was not left out. */
  number(): number {
    return this.optional() as number;
  }

  optional(): number | null | undefined {
    const tag = this.byte();
    if (tag < TAG.null) return tag;
    if (tag === TAG.null) return null;
    if (tag === TAG.undefined) return undefined;
    if (tag === TAG.again) return this.long[this.byte()];
    const size = tag === TAG.uint24 ? 3 : tag === TAG.uint48 ? 6 : 8;
    const from = this.skip(size);
    const number = size < 8 ? this.bytes.readUIntBE(from, size) : this.bytes.readDoubleBE(from);
    this.long[this.longs++] = number;
    return number;
  }

  /** A text, however it was written. */
  text(): string | undefined {
    const tag = this.byte();
    if (tag === TAG.undefined) return undefined;
    if (tag === TAG.word) return words[this.byte() + 256 * this.byte()];
    const length = this.number();
    const from = this.skip(tag === TAG.narrow ? length : 2 * length);
    return this.bytes.toString(tag === TAG.narrow ? 'latin1' : 'utf16le', from, this.place);
  }

  private skip(bytes: number): number {
    const from = this.place;
    this.place += bytes;
    return from;
  }
}
