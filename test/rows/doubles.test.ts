import { expect, test } from 'vitest';
import { doubles } from '../../src/rows/doubles.js';

test('a list of zeros is as long as asked for, whatever was asked for before, and nobody else writes into it', () => {
  for (const length of [3, 0, 20_000, 1, 3]) {
    const list = doubles(length);
    expect(list).toEqual(new Array<number>(length).fill(0));
    list.fill(Number.NaN);
  }
});
