/**
 * References as a table was read with them, and those that were added since: read one by one when somebody asks for one,
 * so that a table to which a row is added does not have to hold a reference for every cell.
 */
export class StoredRefs {
  private readonly added: unknown[] = [];

  constructor(
    private readonly read: (place: number) => unknown,
    private readonly from: number,
    /** How many there are that were not added. */
    private readonly stored: number,
  ) {}

  get length(): number {
    return this.stored + this.added.length;
  }

  at(place: number): unknown {
    return place < this.stored ? this.read(this.from + place) : this.added[place - this.stored];
  }

  push(ref: unknown): void {
    this.added.push(ref);
  }

  slice(from: number, to: number): unknown[] {
    return Array.from({ length: to - from }, (_, i) => this.at(from + i));
  }

  /** Some of them, sharing what they are read from. */
  part(from: number, to: number): StoredRefs | unknown[] {
    return to <= this.stored ? new StoredRefs(this.read, this.from + from, to - from) : this.slice(from, to);
  }
}
