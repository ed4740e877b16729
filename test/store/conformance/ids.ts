import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Home } from '../support/opening.js';
import { eventRecord } from '../support/records.js';

const HOSTILE = [
  ' ',
  '\0',
  '\0\0',
  'a',
  'a\0',
  'a\0b',
  '\ud800',
  '\udc00',
  '\ud800\ud800',
  '\udc00\ud800',
  '\ufffd',
  '😀',
  '\ud83d',
  '\ude00',
  'u',
  'w',
  '00d8',
  'w00d8',
  '!',
  '!ids!',
  '!journal!',
  '"',
  '\uffff',
  'é',
  'e\u0301',
  'x'.repeat(256),
  '\ud800'.repeat(256),
  '__proto__',
];

export function ids(home: Home): void {
  test('ids that look alike, or are no proper Unicode, are told apart', async () => {
    const store = await home.open();
    await store.append(HOSTILE.map((id, index) => eventRecord(index + 1, { id })));
    expect(await store.seqsOf(HOSTILE)).toEqual(HOSTILE.map((_, index) => index + 1));
    expect(await store.seqsOf(['', 'b', '\ud801', '\ufffd\ufffd', 'X'])).toEqual(Array(5).fill(undefined));
  });

  test('any ids are found under their own sequence numbers, and no others', async () => {
    const store = await home.open();
    const id = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(id, { minLength: 2, maxLength: 12 }), async (strings) => {
        const first = store.lastSeq + 1;
        // The first is asked for, and stored only if an earlier run did so.
        const [absent, ...present] = strings.map((text) => `${first}:${text}`);
        await store.append(present.map((text, index) => eventRecord(first + index, { id: text })));
        expect(await store.seqsOf(present)).toEqual(present.map((_, index) => first + index));
        expect(await store.seqsOf([absent!])).toEqual([undefined]);
      }),
      { numRuns: 60 },
    );
  });

  test('asking for no ids answers nothing', async () => {
    const store = await home.open();
    expect(await store.seqsOf([])).toEqual([]);
  });
}
