/** A seeded source of chance: the same key always gives the same numbers, on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** A whole number, both ends included. */
  integer(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** Gaussian. */
  normal(mean: number, deviation: number): number;
  /** How many of something that happens `rate` times on average. */
  poisson(rate: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** One key, with a probability in proportion to its weight. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key;
}

/**
 * Makes a source of chance out of a text. One a subject and day (`'7/ada-01/42'`) lets any day be made again
 * without the days before it.
 */
export function createRandom(key: string): Random {
  const next = mulberry32(hash(key));
  const between = (low: number, high: number): number => low + next() * (high - low);
  const integer = (low: number, high: number): number => Math.floor(between(low, high + 1));
  return {
    next,
    between,
    integer,
    chance: (probability) => next() < probability,
    normal: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    poisson: (rate) => poisson(next, rate),
    pick: <Item>(items: readonly [Item, ...Item[]]) => items[integer(0, items.length - 1)] as Item,
    weighted: (weights) => weighted(next, weights),
  };
}

/** The items in a random order; the input stays as it is. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [result[i], result[j]] = [result[j] as Item, result[i] as Item];
  }
  return result;
}

/** FNV-1a over UTF-16 code units, then a finaliser: keys that differ in one digit are far apart. */
function hash(key: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) state = Math.imul(state ^ key.charCodeAt(i), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** Tommy Ettinger's mulberry32: 32 bits of state, ample for a few dozen draws a key. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Knuth's product of uniforms: exact, and quick at the small rates of one agent's day. */
function poisson(next: () => number, rate: number): number {
  const limit = Math.exp(-rate);
  let count = 0;
  for (let product = next(); product > limit; product *= next()) count++;
  return count;
}

function weighted<Key extends string>(next: () => number, weights: Readonly<Record<Key, number>>): Key {
  let total = 0;
  for (const key in weights) total += weights[key];
  let left = next() * total;
  let last: Key | undefined;
  for (const key in weights) {
    last = key;
    left -= weights[key];
    if (left < 0) break;
  }
  return last as Key;
}
