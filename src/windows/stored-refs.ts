/**
 * References as a table was read with them: read one by one when somebody asks for one, so that a table to which a row is
 * added does not have to hold something for every cell.
 */
export class StoredRefs {
  constructor(
    private readonly read: (place: number) => unknown,
    private readonly from: number,
    readonly length: number,
  ) {}

  at(place: number): unknown {
    return this.read(this.from + place);
  }

  /** Some of them, sharing what they are read from. */
  part(from: number, to: number): StoredRefs {
    return new StoredRefs(this.read, this.from + from, to - from);
  }
}
