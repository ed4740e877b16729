/** Ids in the first layer; each further one takes {@link GROWTH} times as many. */
const FIRST_CAPACITY = 4_096;
const GROWTH = 4;
/** With eight probes a full layer errs on six ids in a million: what is looked for then may take seconds to be not found. */
const BITS_PER_ID = 32;
const PROBES = 8;

/** Part of a filter: bits that ids set, room for so many ids. */
interface Layer {
  readonly words: Uint32Array;
  /** Of the number of a bit; there is a power of two of them. */
  readonly mask: number;
  room: number;
}

/** Of the id asked about last. Shared by all: a look-up runs to its end before the next one begins. */
const hashes = { first: 0, second: 0 };

/**
 * A set of ids that errs on one side only (Bloom 1970): what was added is always found, and hardly anything else.
 * Grows by layers, each larger than all before it; from four bytes an id when a layer is full to twenty when it is new.
 */
export class IdFilter {
  private readonly layers: Layer[] = [];
  private added = 0;

  /** How many ids were added; one that was added twice counts twice. */
  get size(): number {
    return this.added;
  }

  add(id: string): void {
    hash(id);
    let layer = this.layers.at(-1);
    if (layer === undefined || layer.room === 0) {
      layer = layerFor(FIRST_CAPACITY * GROWTH ** this.layers.length);
      this.layers.push(layer);
    }
    layer.room--;
    this.added++;
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = bitOf(probe, layer);
      layer.words[bit >>> 5]! |= 1 << (bit & 31);
    }
  }

  /** Never `false` for an id that was added. */
  mayHave(id: string): boolean {
    hash(id);
    // The latest is the largest.
    for (let i = this.layers.length - 1; i >= 0; i--) if (areSet(this.layers[i]!)) return true;
    return false;
  }
}

function layerFor(capacity: number): Layer {
  const bits = capacity * BITS_PER_ID;
  return { words: new Uint32Array(bits / 32), mask: bits - 1, room: capacity };
}

function areSet(layer: Layer): boolean {
  for (let probe = 0; probe < PROBES; probe++) {
    const bit = bitOf(probe, layer);
    if ((layer.words[bit >>> 5]! & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}

/** Two hashes make as many as are wanted (Kirsch and Mitzenmacher 2006). */
function bitOf(probe: number, { mask }: Layer): number {
  return (hashes.first + Math.imul(probe, hashes.second)) & mask;
}

/** Two independent multiplicative hashes over UTF-16 code units, folded so that the low bits depend on all of it. */
function hash(id: string): void {
  let first = 0x9e3779b1;
  let second = 0x85ebca77;
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x5bd1e995);
  }
  first = Math.imul(first ^ (first >>> 16), 0x85ebca6b);
  second = Math.imul(second ^ (second >>> 15), 0xc2b2ae35);
  hashes.first = first ^ (first >>> 13);
  // Odd, so that the probes are different bits.
  hashes.second = (second ^ (second >>> 16)) | 1;
}
