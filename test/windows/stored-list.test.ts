import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StoredList } from '../../src/windows/stored-list.js';

const anyRef = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '\uD800', '\uDFFF', '"', '\\'),
  fc.record({ score: fc.nat(10), by: fc.string() }),
);

test('a list that is stored says of every place what lies there, in whatever order it is asked', () => {
  fc.assert(
    fc.property(fc.array(anyRef), fc.infiniteStream(fc.nat()), (refs, asked) => {
      const list = new StoredList(JSON.stringify(refs));
      for (let i = 0; i < refs.length; i++) {
        const place = asked.next().value % (refs.length + 1);
        expect(list.at(place)).toEqual(place === 0 ? undefined : refs[place - 1]);
      }
      expect(refs.map((_, i) => list.at(i + 1))).toEqual(refs);
    }),
  );
});
