/** Children of a branch: five bits of the hash each. */
const WIDTH = 32;
const BITS = 5;
/** Deeper than this the hash has no bits left. */
const LAST_SHIFT = 30;
/** Entries in a leaf at most, while there are bits left to split it by. */
const LEAF_SIZE = 12;

type Entry<Value> = readonly [key: string, value: Value];
interface Leaf<Value> {
  readonly entries: readonly Entry<Value>[];
}
interface Branch<Value> {
  readonly children: readonly Node<Value>[];
}
type Node<Value> = Leaf<Value> | Branch<Value>;

const EMPTY: Leaf<never> = Object.freeze({ entries: Object.freeze([]) });

/**
 * An immutable map from texts: setting and deleting answer with a new map that shares all but a path of nodes with
 * the one before, O(log n), so that a reader may keep any version. Iterates in no particular order.
 */
export class PersistentMap<Value> implements ReadonlyMap<string, Value> {
  private constructor(
    private readonly root: Node<Value>,
    readonly size: number,
  ) {}

  static empty<Value>(): PersistentMap<Value> {
    return new PersistentMap<Value>(EMPTY, 0);
  }

  /** Of two entries with one key the later counts. */
  static from<Value>(entries: Iterable<Entry<Value>>): PersistentMap<Value> {
    let map = PersistentMap.empty<Value>();
    for (const [key, value] of entries) map = map.set(key, value);
    return map;
  }

  get(key: string): Value | undefined {
    return this.entry(key)?.[1];
  }

  has(key: string): boolean {
    return this.entry(key) !== undefined;
  }

  set(key: string, value: Value): PersistentMap<Value> {
    const root = inserted(this.root, 0, hash(key), [key, value]);
    return new PersistentMap(root, this.has(key) ? this.size : this.size + 1);
  }

  delete(key: string): PersistentMap<Value> {
    if (!this.has(key)) return this;
    return new PersistentMap(without(this.root, 0, hash(key), key), this.size - 1);
  }

  forEach(visit: (value: Value, key: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [key, value] of this) visit(value, key, this);
  }

  *[Symbol.iterator](): Generator<[string, Value], undefined> {
    for (const [key, value] of entriesOf(this.root)) yield [key, value];
    return undefined;
  }

  entries(): Generator<[string, Value], undefined> {
    return this[Symbol.iterator]();
  }

  *keys(): Generator<string, undefined> {
    for (const [key] of entriesOf(this.root)) yield key;
    return undefined;
  }

  *values(): Generator<Value, undefined> {
    for (const [, value] of entriesOf(this.root)) yield value;
    return undefined;
  }

  private entry(key: string): Entry<Value> | undefined {
    let node = this.root;
    for (let bits = hash(key); 'children' in node; bits >>>= BITS) {
      node = node.children[bits % WIDTH] as Node<Value>;
    }
    return node.entries.find(([known]) => known === key);
  }
}

function inserted<Value>(node: Node<Value>, shift: number, bits: number, entry: Entry<Value>): Node<Value> {
  if ('children' in node) {
    const slot = bits % WIDTH;
    const child = inserted(node.children[slot] as Node<Value>, shift + BITS, bits >>> BITS, entry);
    return { children: node.children.with(slot, child) };
  }
  const index = node.entries.findIndex(([key]) => key === entry[0]);
  if (index >= 0) return { entries: node.entries.with(index, entry) };
  if (node.entries.length < LEAF_SIZE || shift > LAST_SHIFT) return { entries: [...node.entries, entry] };
  return split([...node.entries, entry], shift);
}

function split<Value>(entries: readonly Entry<Value>[], shift: number): Branch<Value> {
  const leaves = Array.from({ length: WIDTH }, (): Entry<Value>[] => []);
  for (const entry of entries) leaves[(hash(entry[0]) >>> shift) % WIDTH]?.push(entry);
  return { children: leaves.map((leaf) => (leaf.length === 0 ? EMPTY : { entries: leaf })) };
}

function without<Value>(node: Node<Value>, shift: number, bits: number, key: string): Node<Value> {
  if (!('children' in node)) return { entries: node.entries.filter(([known]) => known !== key) };
  const slot = bits % WIDTH;
  const child = without(node.children[slot] as Node<Value>, shift + BITS, bits >>> BITS, key);
  return { children: node.children.with(slot, child) };
}

function* entriesOf<Value>(node: Node<Value>): Generator<Entry<Value>, void> {
  if ('entries' in node) yield* node.entries;
  else for (const child of node.children) yield* entriesOf(child);
}

/** FNV-1a over UTF-16 code units, folded so that the low bits depend on all of it. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
