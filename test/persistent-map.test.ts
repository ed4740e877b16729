import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PersistentMap } from '../src/persistent-map.js';

const key = fc.oneof(
  fc.integer({ min: 0, max: 400 }).map((n) => `key-${n}`),
  fc.constantFrom('__proto__', 'constructor', '', '\ud800'),
);

describe('a persistent map', () => {
  it('holds what a Map holds after any sets and deletes, and every earlier version stays as it was', () => {
    const operation = fc.record({ key, value: fc.option(fc.nat(), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 600 }), (operations) => {
        let map = PersistentMap.empty<number>();
        const twin = new Map<string, number>();
        const versions: [PersistentMap<number>, Map<string, number>][] = [];
        for (const { key, value } of operations) {
          map = value === undefined ? map.delete(key) : map.set(key, value);
          if (value === undefined) twin.delete(key);
          else twin.set(key, value);
          if (versions.length < 20) versions.push([map, new Map(twin)]);
        }
        versions.push([map, twin]);
        const isEven = (value: number): boolean => value % 2 === 0;
        versions.push([map.filter(isEven), new Map([...twin].filter(([, value]) => isEven(value)))]);
        for (const [found, expected] of versions) {
          expect(found.size).toBe(expected.size);
          expect(new Map(found)).toEqual(expected);
          for (const [key, value] of expected) expect(found.get(key)).toBe(value);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('keeps apart keys that are alike in all bits of their hash', () => {
    const keys = Array.from({ length: 5_000 }, (_, n) => `agent-${n}`);
    const map = PersistentMap.from(keys.map((key, n): [string, number] => [key, n]));
    expect([...map.keys()].sort()).toEqual(keys.sort());
    const emptied = keys.reduce((left, key) => left.delete(key), map);
    expect([emptied.size, [...emptied]]).toEqual([0, []]);
    expect(map.size).toBe(5_000);
  });

  it('looks through many entries in pieces', () => {
    const map = PersistentMap.from(Array.from({ length: 5_000 }, (_, n): [string, number] => [`a${n}`, n]));
    const work = map.filtering((n) => n % 2 === 0);
    let pieces = 0;
    let step = work.next();
    for (; !step.done; step = work.next()) pieces++;
    expect(step.value.size).toBe(2_500);
    expect(pieces).toBeGreaterThan(500);
  });

  it('keeps lists, and texts that are keys of others, as values', () => {
    const map = PersistentMap.from<unknown>([
      ['a', ['b', 1]],
      ['c', 'a'],
      ['d', undefined],
    ]);
    expect([map.get('a'), map.get('c'), map.get('b')]).toEqual([['b', 1], 'a', undefined]);
    expect([map.has('d'), map.has('b'), map.delete('a').get('c')]).toEqual([true, false, 'a']);
    expect(new Map(map.filter((value) => value !== 'a'))).toEqual(
      new Map<string, unknown>([
        ['a', ['b', 1]],
        ['d', undefined],
      ]),
    );
  });

  it('shares what did not change', () => {
    const value = { n: 1 };
    const map = PersistentMap.from([['a', value]]);
    expect(map.set('b', { n: 2 }).get('a')).toBe(value);
    expect(map.delete('b')).toBe(map);
    expect(map.filter(() => true)).toBe(map);
  });
});
