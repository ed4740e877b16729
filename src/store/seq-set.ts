/** Sequence numbers of a range, one bit each. */
export class SeqSet {
  private readonly words: Uint32Array;

  /**
   * @param after the number before the first
   * @param last the last number
   */
  constructor(
    private readonly after: number,
    private readonly last: number,
  ) {
    this.words = new Uint32Array(Math.ceil(Math.max(0, last - after) / 32));
  }

  /** Numbers outside of the range are left out. */
  add(seq: number): void {
    if (!(seq > this.after && seq <= this.last)) return;
    const bit = seq - this.after - 1;
    this.words[bit >>> 5]! |= 1 << (bit & 31);
  }

  /** How many there are after a number. */
  countAfter(seq: number): number {
    const first = Math.max(0, seq - this.after);
    let count = 0;
    for (let i = first >>> 5; i < this.words.length; i++) {
      // Of the first word, without the bits before.
      const bits = i === first >>> 5 ? -1 << (first & 31) : -1;
      count += ones(this.words[i]! & bits);
    }
    return count;
  }
}

/** How many bits of a word are set, by adding neighbours (Warren, Hacker's Delight, 5-1). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
