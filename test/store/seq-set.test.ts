import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeqSet } from '../../src/store/seq-set.js';

test('a set of sequence numbers counts each once, from any number on', () => {
  const seq = fc.nat({ max: 200 });
  fc.assert(
    fc.property(seq, seq, fc.array(seq), seq, (after, length, seqs, from) => {
      const last = after + length;
      const set = new SeqSet(after, last);
      for (const one of seqs) set.add(one);
      const held = new Set(seqs.filter((one) => one > after && one <= last));
      expect(set.countAfter(from)).toBe([...held].filter((one) => one > from).length);
    }),
  );
});
