/**
 * Plain data as short texts of bytes (`latin1`), for what there is much of and is seldom looked at: a tenth of what the
 * objects take, and nothing for the garbage collector to go through. Names of fields, words, and small objects but for
 * their numbers, such as what is known of a trend, are the same in many of them, and so are lists of such objects: they
 * are kept once, in tables of bounded size that all share.
 */
import { Buffer } from 'node:buffer';

/** What a byte says. Smaller ones are numbers themselves. */
const TAG = {
  self: 224,
  null: 225,
  undefined: 226,
  false: 227,
  true: 228,
  /** A number of 3, of 6 bytes, or any double; the n-th number of this text that had so many bytes, again. */
  uint24: 229,
  uint48: 230,
  double: 231,
  again: 232,
  /** An entry of a table: words, objects, and lists of these, whose numbers follow. */
  word: 233,
  objectPattern: 234,
  listPattern: 239,
  /** A text of its own: its length, then a byte or two a character. */
  narrow: 235,
  wide: 236,
  list: 237,
  /** An entry of the table of shapes, then its fields. */
  object: 238,
} as const;

/** Entries of a table at most: words and objects that come when it is full are written in full. */
const TABLE_SIZE = 4_096;
/** Characters of a word at most. */
const WORD = 32;
/** Items of a list that is kept once for all, at most. */
const LIST = 64;

class Table<Value> {
  private readonly values: Value[] = [];
  private readonly places = new Map<string, number>();

  /** The place of a value, `undefined` when there is no room for it. */
  place(key: string, value: Value): number | undefined {
    const known = this.places.get(key);
    if (known !== undefined || this.values.length >= TABLE_SIZE) return known;
    this.places.set(key, this.values.length);
    return this.values.push(value) - 1;
  }

  at(place: number): Value {
    return this.values[place] as Value;
  }
}

const words = new Table<string>();
const shapes = new Table<readonly string[]>();
const objects = new Table<object>();
const lists = new Table<readonly object[]>();

/**
 * @param data frozen all the way down, of few kinds of objects
 * @param self a text that is known when it is unpacked, such as the key that the data is kept under
 */
export function pack(data: unknown, self: string): string {
  return new Packer(self).pack(data);
}

/** What was packed, frozen all the way down. */
export function unpack(packed: string, self: string): unknown {
  return new Unpacker(packed, self).value();
}

let scratch = Buffer.allocUnsafe(4_096);

class Packer {
  private end = 0;
  /** By number, how many were written in several bytes before it. */
  private readonly numbers = new Map<number, number>();
  private written = 0;

  constructor(private readonly self: string) {}

  pack(data: unknown): string {
    this.value(data);
    return scratch.toString('latin1', 0, this.end);
  }

  private value(data: unknown): void {
    if (typeof data === 'number') this.number(data);
    else if (typeof data === 'string') this.text(data);
    else if (data === null) this.byte(TAG.null);
    else if (data === undefined) this.byte(TAG.undefined);
    else if (typeof data === 'boolean') this.byte(data ? TAG.true : TAG.false);
    else if (this.pattern(data as object)) return;
    else if (Array.isArray(data)) {
      this.byte(TAG.list);
      this.number(data.length);
      for (const item of data) this.value(item);
    } else this.object(data as object);
  }

  /** Whether a pattern of it is kept once for all: then only its numbers are its own. */
  private pattern(data: object): boolean {
    const numbers: number[] = [];
    const isList = Array.isArray(data);
    const pattern = isList ? patternOfList(data, numbers) : patternOf(data, numbers);
    const place = pattern && (isList ? lists : objects).place(JSON.stringify(pattern), pattern);
    if (place === undefined) return false;
    this.entry(isList ? TAG.listPattern : TAG.objectPattern, place);
    for (const number of numbers) this.number(number);
    return true;
  }

  private object(data: object): void {
    const keys = Object.keys(data);
    const shape = shapes.place(keys.join('\u0000'), keys);
    if (shape === undefined) throw new RangeError(`more than ${TABLE_SIZE} kinds of objects`);
    this.entry(TAG.object, shape);
    for (const value of Object.values(data)) this.value(value);
  }

  private text(text: string): void {
    if (text === this.self) {
      this.byte(TAG.self);
      return;
    }
    const word = text.length <= WORD ? words.place(text, text) : undefined;
    if (word !== undefined) {
      this.entry(TAG.word, word);
      return;
    }
    const isNarrow = !/[\u0100-\uffff]/.test(text);
    this.byte(isNarrow ? TAG.narrow : TAG.wide);
    this.number(text.length);
    this.room(2 * text.length);
    this.end += scratch.write(text, this.end, isNarrow ? 'latin1' : 'utf16le');
  }

  private number(value: number): void {
    const isWhole = Number.isInteger(value) && value >= 0 && !Object.is(value, -0);
    if (isWhole && value < TAG.self) {
      this.byte(value);
      return;
    }
    const known = this.numbers.get(value);
    if (known !== undefined && known < TAG.self && !Object.is(value, -0)) {
      this.byte(TAG.again);
      this.byte(known);
      return;
    }
    this.numbers.set(value, this.written++);
    this.room(9);
    if (isWhole && value < 2 ** 24) this.end = scratch.writeUIntBE(value, this.tagged(TAG.uint24), 3);
    else if (isWhole && value < 2 ** 48) this.end = scratch.writeUIntBE(value, this.tagged(TAG.uint48), 6);
    else this.end = scratch.writeDoubleBE(value, this.tagged(TAG.double));
  }

  private entry(tag: number, place: number): void {
    this.byte(tag);
    this.byte(place & 0xff);
    this.byte(place >> 8);
  }

  private byte(value: number): void {
    this.room(1);
    scratch[this.end++] = value;
  }

  private tagged(tag: number): number {
    this.byte(tag);
    return this.end;
  }

  private room(bytes: number): void {
    if (this.end + bytes <= scratch.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.end + bytes));
    scratch.copy(larger, 0, 0, this.end);
    scratch = larger;
  }
}

/** An object of words, with 0 for each of its numbers; `undefined` where there is more in it. */
function patternOf(data: object, numbers: number[]): object | undefined {
  const pattern: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'number') numbers.push(value);
    else if (!isWord(value)) return undefined;
    pattern[key] = typeof value === 'number' ? 0 : value;
  }
  return Object.freeze(pattern);
}

/** Of a list of such objects: the trends of an agent, for example. */
function patternOfList(list: readonly unknown[], numbers: number[]): readonly object[] | undefined {
  if (list.length === 0 || list.length > LIST) return undefined;
  const patterns: object[] = [];
  for (const item of list) {
    const isObject = typeof item === 'object' && item !== null && !Array.isArray(item);
    const pattern = isObject ? patternOf(item, numbers) : undefined;
    if (!pattern) return undefined;
    patterns.push(pattern);
  }
  return Object.freeze(patterns);
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' ? value.length <= WORD : value === null || typeof value === 'boolean';
}

class Unpacker {
  private place = 0;
  private readonly numbers: number[] = [];

  constructor(
    private readonly packed: string,
    private readonly self: string,
  ) {}

  value(): unknown {
    const tag = this.byte();
    if (tag < TAG.self) return tag;
    switch (tag) {
      case TAG.self:
        return this.self;
      case TAG.null:
        return null;
      case TAG.undefined:
        return undefined;
      case TAG.false:
      case TAG.true:
        return tag === TAG.true;
      case TAG.word:
        return words.at(this.entry());
      case TAG.objectPattern:
        return this.filled(objects.at(this.entry()));
      case TAG.listPattern:
        return Object.freeze(lists.at(this.entry()).map((pattern) => this.filled(pattern)));
      case TAG.narrow:
      case TAG.wide:
        return this.text(tag);
      case TAG.list:
        return Object.freeze(Array.from({ length: this.value() as number }, () => this.value()));
      case TAG.object:
        return this.object(shapes.at(this.entry()));
      case TAG.again:
        return this.numbers[this.byte()];
      default:
        return this.number(tag);
    }
  }

  private object(keys: readonly string[]): unknown {
    const object: Record<string, unknown> = {};
    for (const key of keys) object[key] = this.value();
    return Object.freeze(object);
  }

  /** A pattern with numbers of its own; itself when it has none. */
  private filled(pattern: object): object {
    const entries = Object.entries(pattern);
    if (!entries.some(([, value]) => typeof value === 'number')) return pattern;
    const object: Record<string, unknown> = {};
    for (const [key, value] of entries) object[key] = typeof value === 'number' ? this.value() : value;
    return Object.freeze(object);
  }

  private text(tag: number): string {
    const length = this.value() as number;
    const bytes = this.bytes(tag === TAG.narrow ? length : 2 * length);
    return bytes.toString(tag === TAG.narrow ? 'latin1' : 'utf16le');
  }

  private number(tag: number): number {
    const bytes = tag === TAG.uint24 ? 3 : tag === TAG.uint48 ? 6 : 8;
    const read = this.bytes(bytes);
    const number = bytes < 8 ? read.readUIntBE(0, bytes) : read.readDoubleBE(0);
    this.numbers.push(number);
    return number;
  }

  private entry(): number {
    return this.byte() + 256 * this.byte();
  }

  private byte(): number {
    return this.packed.charCodeAt(this.place++);
  }

  private bytes(count: number): Buffer {
    const from = this.place;
    this.place += count;
    return Buffer.from(this.packed.slice(from, this.place), 'latin1');
  }
}
