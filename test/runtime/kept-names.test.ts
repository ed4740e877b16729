import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeptNames, NO_NAME } from '../../src/runtime/kept-names.js';

it('names are told apart by their numbers for as long as anybody has them, and then their numbers are free', () => {
  const step = fc.record({
    who: fc.nat(5),
    name: fc.constantFrom('red', 'blue', '', '__proto__', undefined),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const names = new KeptNames();
      const numbers = new Map<number, number>();
      const twin = new Map<number, string | undefined>();
      for (const { who, name } of steps) {
        const before = numbers.get(who) ?? NO_NAME;
        numbers.set(who, names.hold(name));
        names.release(before);
        twin.set(who, name);
        for (const [one, expected] of twin) expect(names.at(numbers.get(one) as number)).toBe(expected);
        const inUse = new Set([...twin.values()].filter((text) => text !== undefined));
        expect(new Set([...numbers.values()].filter((no) => no !== NO_NAME)).size).toBe(inUse.size);
        // One more than there were at a time: the new name is held before the old one goes.
        expect(Math.max(NO_NAME, ...numbers.values())).toBeLessThanOrEqual(5);
      }
    }),
  );
});
