import type { PackedIntegers } from '../rows/packed-integers.js';

/** What references are taken from. A list is one. */
interface RefSource {
  at(place: number): unknown;
}

/**
 * References as a table was read with them: read one by one when somebody asks for one, so that a table to which a row is
 * added does not have to hold something for every cell.
 */
export class StoredRefs {
  /** @param places where in the source each of them is; without it one after the other */
  constructor(
    private readonly source: RefSource,
    private readonly places: PackedIntegers | undefined,
    private readonly from: number,
    readonly length: number,
  ) {}

  static of(refs: readonly unknown[]): StoredRefs {
    return new StoredRefs(refs, undefined, 0, refs.length);
  }

  at(place: number): unknown {
    const at = this.from + place;
    return this.source.at(this.places?.at(at) ?? at);
  }

  /** Some of them, sharing what they are read from. */
  part(from: number, to: number): StoredRefs {
    return new StoredRefs(this.source, this.places, this.from + from, to - from);
  }
}
