import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeqLists } from '../../src/runtime/seq-lists.js';

const agent = fc.integer({ min: 1, max: 200 });
const change = fc.oneof(
  { weight: 3, arbitrary: fc.record({ no: agent, dropped: fc.constant(undefined) }) },
  { weight: 1, arbitrary: fc.record({ no: agent, dropped: fc.constantFrom(0, 1, 2, 5, Infinity) }) },
);

it('the lists of many agents are what as many arrays would be', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 400, size: 'max' }), (changes) => {
      const lists = new SeqLists();
      const arrays = new Map<number, number[]>();
      changes.forEach(({ no, dropped }, seq) => {
        const array = arrays.get(no) ?? [];
        if (dropped === undefined) {
          lists.add(no, 2 ** 40 + seq);
          array.push(2 ** 40 + seq);
        } else {
          lists.drop(no, dropped);
          array.splice(0, dropped);
        }
        arrays.set(no, array);
        expect(lists.of(no)).toEqual(array);
      });
      for (const [no, array] of arrays) expect(lists.of(no)).toEqual(array);
      expect(lists.of(201)).toEqual([]);
    }),
  );
});
