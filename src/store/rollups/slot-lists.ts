/** Numbers of a link: the slot, its value, and where the shelf's next link is. */
const LINK = 3;
/** No link: they are counted from 1. */
const NONE = 0;

/**
 * A number for each slot of many shelves (all of them less than 2³²), few slots a shelf: lists in one array of numbers.
 * A map for each shelf takes ten times as much, and the garbage collector has to go through all of them.
 */
export class SlotLists {
  /** By shelf, its first link. */
  #first = new Uint32Array(64);
  #links = new Uint32Array(LINK * 64);
  #count = 0;
  /** The first of the links that were removed; each leads to the next. */
  #free = NONE;
  #shelves = 0;

  /** How many shelves have slots. */
  get size(): number {
    return this.#shelves;
  }

  get(shelf: number, slot: number): number | undefined {
    const link = this.#find(shelf, slot);
    return link === NONE ? undefined : this.#links[link * LINK + 1];
  }

  set(shelf: number, slot: number, value: number): void {
    const known = this.#find(shelf, slot);
    if (known !== NONE) {
      this.#links[known * LINK + 1] = value;
      return;
    }
    const first = this.#firstOf(shelf);
    if (first === NONE) this.#shelves++;
    const link = this.#free === NONE ? ++this.#count : this.#free;
    if (link === this.#free) this.#free = this.#links[link * LINK + 2]!;
    const place = link * LINK;
    if (place + LINK > this.#links.length) this.#links = grown(this.#links, place + LINK);
    if (shelf >= this.#first.length) this.#first = grown(this.#first, shelf + 1);
    this.#links.set([slot, value, first], place);
    this.#first[shelf] = link;
  }

  /** Without any slot a shelf is none. */
  delete(shelf: number, slot: number): void {
    const gone = this.#find(shelf, slot);
    if (gone === NONE) return;
    const next = this.#links[gone * LINK + 2]!;
    let before = this.#firstOf(shelf);
    if (before === gone) this.#first[shelf] = next;
    else {
      while (this.#links[before * LINK + 2] !== gone) before = this.#links[before * LINK + 2]!;
      this.#links[before * LINK + 2] = next;
    }
    this.#links[gone * LINK + 2] = this.#free;
    this.#free = gone;
    if (this.#firstOf(shelf) === NONE) this.#shelves--;
  }

  /** The slots of a shelf with their numbers, in no particular order. */
  *of(shelf: number): Generator<[slot: number, value: number], void> {
    for (let link = this.#firstOf(shelf); link !== NONE; link = this.#links[link * LINK + 2]!) {
      yield [this.#links[link * LINK]!, this.#links[link * LINK + 1]!];
    }
  }

  /** The shelves that have slots, ascending. */
  *shelves(): Generator<number, void> {
    for (let shelf = 0; shelf < this.#first.length; shelf++) if (this.#first[shelf] !== NONE) yield shelf;
  }

  #find(shelf: number, slot: number): number {
    let link = this.#firstOf(shelf);
    while (link !== NONE && this.#links[link * LINK] !== slot) link = this.#links[link * LINK + 2]!;
    return link;
  }

  #firstOf(shelf: number): number {
    return this.#first[shelf] ?? NONE;
  }
}

function grown(numbers: Uint32Array<ArrayBuffer>, atLeast: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(atLeast, Math.ceil(1.5 * numbers.length)));
  larger.set(numbers);
  return larger;
}
