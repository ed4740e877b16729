import { doubles } from './doubles.js';

/** Bits of a double that say whole numbers exactly. */
const BITS = 53;
const POWERS: readonly number[] = Array.from({ length: BITS + 1 }, (_, power) => 2 ** power);

/**
 * A list of whole numbers that are not too great, several to a double: where a plain list takes eight bytes for each, as
 * many of them take one or two. All are 0 at first.
 */
export class PackedIntegers {
  /** Bits that each takes. */
  private readonly bits: number;
  private readonly cells: number[];

  /** @param greatest what it must have room for at least, a whole number from 0 to 2⁵³ − 1 */
  constructor(
    readonly length: number,
    greatest: number,
  ) {
    let needed = 1;
    while (POWERS[needed]! <= greatest) needed++;
    // What is left over does not go to waste: greater numbers have room.
    this.bits = Math.floor(BITS / Math.floor(BITS / needed));
    this.cells = doubles(Math.ceil(length / this.each));
  }

  /** The first so many of some numbers, and room for nothing that is much greater. */
  static of(numbers: ArrayLike<number>, length: number): PackedIntegers {
    let greatest = 0;
    for (let i = 0; i < length; i++) if (numbers[i]! > greatest) greatest = numbers[i]!;
    const list = new PackedIntegers(length, greatest);
    const { bits, each, cells } = list;
    for (let cell = 0, i = 0; cell < cells.length; cell++) {
      let packed = 0;
      for (let within = 0; within < each && i < length; within++, i++) {
        packed += numbers[i]! * POWERS[bits * within]!;
      }
      cells[cell] = packed;
    }
    return list;
  }

  /** The greatest number that there is room for. */
  get greatest(): number {
    return POWERS[this.bits]! - 1;
  }

  at(index: number): number {
    const { bits, each } = this;
    const within = index % each;
    const above = Math.floor(this.cells[(index - within) / each]! / POWERS[bits * within]!);
    return above - Math.floor(above / POWERS[bits]!) * POWERS[bits]!;
  }

  set(index: number, value: number): void {
    const { bits, each } = this;
    const within = index % each;
    this.cells[(index - within) / each]! += (value - this.at(index)) * POWERS[bits * within]!;
  }

  private get each(): number {
    return Math.floor(BITS / this.bits);
  }
}
