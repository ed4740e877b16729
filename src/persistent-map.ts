import { drained } from './drained.js';
import { withItem } from './with-item.js';

/** Children of a branch: three bits of the hash each. With more, a leaf that is split would become mostly empty ones. */
const WIDTH = 8;
const BITS = 3;
/** Deeper than this the hash has no bits left. */
const LAST_SHIFT = 30;
/** Work on all entries is divided at so many levels of branches: into up to 512 pieces. */
const PIECES_DEPTH = 3;
/** Entries in a leaf at most, while there are bits left to split it by. */
const LEAF_SIZE = 16;

/** Keys, each followed by its value: an object for each entry would take half as much again. */
type Leaf<Value> = readonly (string | Value)[];
interface Branch<Value> {
  readonly children: readonly Node<Value>[];
}
type Node<Value> = Leaf<Value> | Branch<Value>;

/** Places of an entry in a leaf. */
const PAIR = 2;
const NOWHERE = -1;
const EMPTY: Leaf<never> = Object.freeze([]);

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
  static from<Value>(entries: Iterable<readonly [key: string, value: Value]>): PersistentMap<Value> {
    let map = PersistentMap.empty<Value>();
    for (const [key, value] of entries) map = map.set(key, value);
    return map;
  }

  get(key: string): Value | undefined {
    const leaf = this.leafOf(hash(key));
    const at = placeOf(leaf, key);
    return at === NOWHERE ? undefined : (leaf[at + 1] as Value);
  }

  has(key: string): boolean {
    return this.holds(key, hash(key));
  }

  set(key: string, value: Value): PersistentMap<Value> {
    const bits = hash(key);
    const root = inserted(this.root, 0, bits, key, value);
    return new PersistentMap(root, this.holds(key, bits) ? this.size : this.size + 1);
  }

  delete(key: string): PersistentMap<Value> {
    const bits = hash(key);
    if (!this.holds(key, bits)) return this;
    return new PersistentMap(without(this.root, 0, bits, key), this.size - 1);
  }

  /** The entries that are to stay; this map itself when all are. Much quicker than deleting one by one. */
  filter(isKept: (value: Value, key: string) => boolean): PersistentMap<Value> {
    return drained(this.filtering(isKept));
  }

  /** {@link filter} in pieces: it looks at every entry. */
  *filtering(isKept: (value: Value, key: string) => boolean): Generator<undefined, PersistentMap<Value>> {
    let size = 0;
    const isIn = (value: Value, key: string) => {
      if (!isKept(value, key)) return false;
      size++;
      return true;
    };
    const root = yield* filteringNode(this.root, isIn, PIECES_DEPTH);
    return root === this.root ? this : new PersistentMap(root, size);
  }

  forEach(visit: (value: Value, key: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [key, value] of this) visit(value, key, this);
  }

  *[Symbol.iterator](): Generator<[string, Value], undefined> {
    for (const leaf of leavesOf(this.root)) {
      for (let at = 0; at < leaf.length; at += PAIR) yield [leaf[at] as string, leaf[at + 1] as Value];
    }
    return undefined;
  }

  entries(): Generator<[string, Value], undefined> {
    return this[Symbol.iterator]();
  }

  *keys(): Generator<string, undefined> {
    for (const leaf of leavesOf(this.root)) {
      for (let at = 0; at < leaf.length; at += PAIR) yield leaf[at] as string;
    }
    return undefined;
  }

  *values(): Generator<Value, undefined> {
    for (const leaf of leavesOf(this.root)) {
      for (let at = 1; at < leaf.length; at += PAIR) yield leaf[at] as Value;
    }
    return undefined;
  }

  private holds(key: string, hashed: number): boolean {
    return placeOf(this.leafOf(hashed), key) !== NOWHERE;
  }

  private leafOf(hashed: number): Leaf<Value> {
    let node = this.root;
    for (let bits = hashed; isBranch(node); bits >>>= BITS) node = node.children[bits % WIDTH] as Node<Value>;
    return node;
  }
}

function isBranch<Value>(node: Node<Value>): node is Branch<Value> {
  return !Array.isArray(node);
}

/** Where a key lies in a leaf; its value lies behind it. */
function placeOf<Value>(leaf: Leaf<Value>, key: string): number {
  for (let at = 0; at < leaf.length; at += PAIR) if (leaf[at] === key) return at;
  return NOWHERE;
}

function inserted<Value>(
  node: Node<Value>,
  shift: number,
  bits: number,
  key: string,
  value: Value,
): Node<Value> {
  if (isBranch(node)) {
    const slot = bits % WIDTH;
    const child = inserted(node.children[slot] as Node<Value>, shift + BITS, bits >>> BITS, key, value);
    return { children: withItem(node.children, slot, child) };
  }
  const at = placeOf(node, key);
  // The text that is known stays: another one of the same letters would take memory of its own.
  if (at !== NOWHERE) return withItem(node, at + 1, value);
  const entries = node.concat([key, value]);
  return entries.length <= PAIR * LEAF_SIZE || shift > LAST_SHIFT ? entries : split(entries, shift);
}

function split<Value>(entries: Leaf<Value>, shift: number): Branch<Value> {
  const leaves = Array.from({ length: WIDTH }, (): (string | Value)[] => []);
  for (let at = 0; at < entries.length; at += PAIR) {
    const key = entries[at] as string;
    leaves[(hash(key) >>> shift) % WIDTH]?.push(key, entries[at + 1] as Value);
  }
  // Copied, because lists that grew have room for more.
  return { children: leaves.map((leaf) => (leaf.length === 0 ? EMPTY : leaf.slice())) };
}

function without<Value>(node: Node<Value>, shift: number, bits: number, key: string): Node<Value> {
  if (!isBranch(node)) {
    const at = placeOf(node, key);
    return node.slice(0, at).concat(node.slice(at + PAIR));
  }
  const slot = bits % WIDTH;
  const child = without(node.children[slot] as Node<Value>, shift + BITS, bits >>> BITS, key);
  return { children: withItem(node.children, slot, child) };
}

/** {@link filtered}, with a rest before each node of the upper levels. */
function* filteringNode<Value>(
  node: Node<Value>,
  isKept: (value: Value, key: string) => boolean,
  depth: number,
): Generator<undefined, Node<Value>> {
  if (depth === 0 || !isBranch(node)) {
    yield;
    return filtered(node, isKept);
  }
  let changed: Node<Value>[] | undefined;
  for (const [i, child] of node.children.entries()) {
    const next = yield* filteringNode(child, isKept, depth - 1);
    if (next === child) continue;
    changed ??= node.children.slice();
    changed[i] = next;
  }
  return changed ? { children: changed } : node;
}

function filtered<Value>(node: Node<Value>, isKept: (value: Value, key: string) => boolean): Node<Value> {
  if (isBranch(node)) {
    const { children } = node;
    const changed = replaced(children, (child) => filtered(child, isKept));
    return changed === children ? node : { children: changed };
  }
  let kept: (string | Value)[] | undefined;
  for (let at = 0; at < node.length; at += PAIR) {
    const key = node[at] as string;
    const value = node[at + 1] as Value;
    if (isKept(value, key)) kept?.push(key, value);
    else kept ??= node.slice(0, at);
  }
  return kept?.slice() ?? node;
}

/** The items as they become; the same list when none becomes another. */
function replaced<Item>(items: readonly Item[], become: (item: Item) => Item): readonly Item[] {
  let changed: Item[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = become(items[i] as Item);
    if (item === items[i]) continue;
    changed ??= items.slice();
    changed[i] = item;
  }
  return changed ?? items;
}

/** A generator that goes down the tree with a list of its own: one within another for each level is far slower. */
function* leavesOf<Value>(root: Node<Value>): Generator<Leaf<Value>, void> {
  const ahead: Node<Value>[] = [root];
  for (let node = ahead.pop(); node; node = ahead.pop()) {
    if (!isBranch(node)) yield node;
    else for (let i = node.children.length - 1; i >= 0; i--) ahead.push(node.children[i] as Node<Value>);
  }
}

/** FNV-1a over UTF-16 code units, folded so that the low bits depend on all of it. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
