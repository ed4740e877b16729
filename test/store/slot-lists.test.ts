import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlotLists } from '../../src/store/rollups/slot-lists.js';

test('lists of slots hold what a map of maps holds', () => {
  const anyShelf = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(63, 64, 65, 20_500));
  const anySet = fc.tuple(anyShelf, fc.nat(200), fc.option(fc.integer({ min: 1, max: 2 ** 31 })));
  fc.assert(
    fc.property(fc.array(anySet, { maxLength: 400, size: 'max' }), (sets) => {
      const lists = new SlotLists();
      const twin = new Map<number, Map<number, number>>();
      for (const [shelf, slot, value] of sets) {
        if (value !== null) {
          lists.set(shelf, slot, value);
          twin.set(shelf, (twin.get(shelf) ?? new Map()).set(slot, value));
          continue;
        }
        // One that is there, more often than not.
        const gone = [...(twin.get(shelf)?.keys() ?? [])].at(slot % 7) ?? slot;
        lists.delete(shelf, gone);
        twin.get(shelf)?.delete(gone);
        if (twin.get(shelf)?.size === 0) twin.delete(shelf);
      }
      expect(lists.size).toBe(twin.size);
      expect([...lists.shelves()]).toEqual([...twin.keys()].sort((a, b) => a - b));
      for (const [shelf, slots] of twin) {
        expect(new Map(lists.of(shelf))).toEqual(slots);
        for (const [slot, value] of slots) expect(lists.get(shelf, slot)).toBe(value);
      }
      expect([lists.get(7, 0), [...lists.of(7)]]).toEqual([undefined, []]);
    }),
    { numRuns: 100 },
  );
});
