import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cellsOf,
  hashOf,
  headOf,
  isText,
  readText,
  TOO_LONG,
  writeText,
} from '../../src/windows/packed-text.js';

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 30 }),
  // Code units of all kinds, halves of pairs among them.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.integer({ min: 0, max: 0xff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom('', '\uD800', '\uDFFFx', '\0', '\0\0', 'ÿ', 'Ā', 'x'.repeat(5000), '日'.repeat(5000)),
);

/** The texts one behind the other, and where each of them lies. */
function packed(texts: readonly string[]): { cells: number[]; places: number[] } {
  const places: number[] = [];
  let size = 0;
  for (const text of texts) {
    places.push(size);
    size += cellsOf(headOf(text));
  }
  const cells = new Array<number>(size).fill(0);
  for (const [i, text] of texts.entries()) writeText(cells, places[i]!, text, headOf(text));
  return { cells, places };
}

describe('texts as numbers', () => {
  test('come back as they were, whatever their code units, and are told from all others', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), anyText, (texts, other) => {
        const { cells, places } = packed(texts);
        for (const [i, text] of texts.entries()) {
          expect(readText(cells, places[i]!)).toBe(text);
          expect(isText(cells, places[i]!, text, headOf(text))).toBe(true);
          expect(isText(cells, places[i]!, other, headOf(other))).toBe(other === text);
          expect(isText(cells, places[i]!, other, headOf(text))).toBe(other === text);
        }
      }),
    );
  });

  test('of one hash are told apart', () => {
    // Found by trying: FNV-1a maps both to one number.
    const [first, second] = ['costarring', 'liquid'];
    expect(hashOf(headOf(first))).toBe(hashOf(headOf(second)));
    const { cells, places } = packed([first, second]);
    expect(places.map((place) => readText(cells, place))).toEqual([first, second]);
    expect(isText(cells, places[0]!, second, headOf(second))).toBe(false);
  });

  test('of a million code units are too long', () => {
    expect(headOf('x'.repeat(2 ** 20))).toBe(TOO_LONG);
    const longest = 'x'.repeat(2 ** 20 - 1);
    expect(readText(packed([longest]).cells, 0)).toBe(longest);
  });
});
