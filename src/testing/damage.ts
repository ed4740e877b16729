/** Parts of a Tenure database, as its keys name them. */
export type DatabasePart =
  | 'meta'
  | 'journal'
  | 'ids'
  | 'timeline'
  | 'directory'
  | 'states'
  | 'index'
  | 'outputs'
  | 'projections'
  | 'foundations'
  | 'rollups'
  | 'shelves'
  | 'scopes'
  | 'changes';

/** Which entries: all of a part, or those whose key this function accepts. */
export type Where = DatabasePart | ((key: Uint8Array) => boolean);

/** What becomes of a value; `undefined` makes the entry vanish. The value passed in must stay as it is. */
export type Damage = (value: Uint8Array, key: Uint8Array) => Uint8Array | undefined;

/** One flipped bit in the middle: what a bad sector does. */
export function flipBit(value: Uint8Array): Uint8Array {
  const damaged = Uint8Array.from(value);
  const middle = damaged.length >> 1;
  if (damaged.length > 0) damaged[middle] = (damaged[middle] as number) ^ 1;
  return damaged;
}

/** Half of it: a write that was torn. */
export function truncate(value: Uint8Array): Uint8Array {
  return value.slice(0, value.length >> 1);
}

/** Nothing: a write that was lost. */
export function vanish(): undefined {
  return undefined;
}

/** Damage to what is read; what lies in the database stays as it is. */
export class DamageReport {
  private readonly rules: { readonly where: Where; readonly how: Damage }[] = [];

  /** @param onDamaged called for every value that it is done to */
  constructor(private readonly onDamaged: () => void) {}

  add(where: Where, how: Damage): void {
    this.rules.push({ where, how });
  }

  clear(): void {
    this.rules.length = 0;
  }

  get isEmpty(): boolean {
    return this.rules.length === 0;
  }

  /** The value as it is to be read, in the encoding in which it came. */
  apply<K, V>(key: K, value: V | undefined): V | undefined {
    if (value === undefined || this.isEmpty) return value;
    const name = bytes(key);
    const rules = this.rules.filter(({ where }) => isAt(name, where));
    if (rules.length === 0) return value;
    this.onDamaged();
    let found: Uint8Array | undefined = bytes(value);
    for (const { how } of rules) {
      if (found !== undefined) found = how(found, name);
    }
    if (found === undefined) return undefined;
    const read = Buffer.from(found);
    return (typeof value === 'string' ? read.toString() : read) as V;
  }
}

function isAt(key: Uint8Array, where: Where): boolean {
  return typeof where === 'function'
    ? where(key)
    : Buffer.from(key).toString('latin1').startsWith(`!${where}!`);
}

function bytes(encoded: unknown): Uint8Array {
  return typeof encoded === 'string' ? Buffer.from(encoded) : (encoded as Uint8Array);
}
