import { PackedIntegers } from '../rows/packed-integers.js';

/**
 * What references were read as: JSON of a list, mostly of texts. It is parsed when somebody first asks for one; from then on
 * all texts are one, and each is cut out of it when it is asked for: as texts of their own they would take three times as much.
 */
export class StoredList {
  private texts = '';
  /** Where each of them ends in it. */
  private ends: PackedIntegers | undefined;
  /** What is no text, by place. */
  private others: Map<number, unknown> | undefined;

  constructor(private json: string) {}

  /** The one at a place, from 1. Place 0 is that of none. */
  at(place: number): unknown {
    if (place === 0) return undefined;
    this.ends ??= this.read();
    if (this.others?.has(place)) return this.others.get(place);
    const from = place === 1 ? 0 : this.ends.at(place - 2);
    return this.texts.slice(from, this.ends.at(place - 1));
  }

  private read(): PackedIntegers {
    const list = JSON.parse(this.json) as unknown[];
    this.json = '';
    this.texts = list.map((ref) => (typeof ref === 'string' ? ref : '')).join('');
    const ends = new PackedIntegers(list.length, this.texts.length);
    let end = 0;
    for (const [i, ref] of list.entries()) {
      if (typeof ref === 'string') end += ref.length;
      else {
        this.others ??= new Map();
        this.others.set(i + 1, ref);
      }
      ends.set(i, end);
    }
    return ends;
  }
}
