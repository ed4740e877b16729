import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idKey } from '../../../src/store/keys.js';
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

  test('ids of before a restart are found, however many new ones were looked up since', async () => {
    const first = await home.open();
    const records = Array.from({ length: 300 }, (_, i) => eventRecord(i + 1, { id: `old ${i}` }));
    await first.append(records);
    const store = await home.reopen();
    for (let round = 0; round < 8; round++) {
      const fresh = Array.from({ length: 20 }, (_, i) => `new ${round} ${i}`);
      const asked = [...fresh, 'old 0', `old ${round}`, 'old 299'];
      const nothing = fresh.map(() => undefined);
      expect(await store.seqsOf(asked)).toEqual([...nothing, 1, round + 1, 300]);
      const { lastSeq } = store;
      await store.append(fresh.map((id, i) => eventRecord(lastSeq + 1 + i, { id })));
      expect(await store.seqsOf(fresh)).toEqual(fresh.map((_, i) => lastSeq + 1 + i));
    }
  });

  test.each([1, 40, 300])(
    'an event whose entry by id vanished is found by its time, whatever was learnt by then: %d of 300',
    async (gone) => {
      const places = Array.from({ length: 300 }, (_, i) => i);
      const ids = places.map((i) => `old ${i}`);
      const at = (i: number): number => 1_000_000 + (i % 50) * 60_000;
      const remove = () =>
        home.behind((db) =>
          db.batch(
            ids.slice(0, gone).map((id) => ({ type: 'del', key: idKey(id), keyEncoding: 'utf8' }) as const),
            { keyEncoding: 'utf8', valueEncoding: 'utf8', sync: false },
          ),
        );
      const first = await home.open();
      await first.append(places.map((i) => eventRecord(i + 1, { id: ids[i]!, at: at(i) })));
      const found = places.map((i) => i + 1);
      await remove();
      for (const round of [0, 1, 2]) {
        // By one that knows nothing yet, that has learnt a part, that has learnt all.
        const store = await home.reopen();
        for (let i = 0; i < round * 50; i++) {
          expect(await store.seqsOf([`new ${i}`], [at(49) + 1])).toEqual([undefined]);
        }
        const late = places.map((i) => `late ${i}`);
        expect(
          await store.seqsOf([...ids.slice(0, 5), ...late], [...places.slice(0, 5), ...places].map(at)),
        ).toEqual([...found.slice(0, 5), ...late.map(() => undefined)]);
        expect(await store.seqsOf(ids, places.map(at))).toEqual(found);
        expect(await store.seqsOf(ids)).toEqual(found);
        await remove();
      }
    },
  );

  test('an id that vanished and was put back is found again', async () => {
    const first = await home.open();
    await first.append([eventRecord(1, { id: 'a' }), eventRecord(2, { id: 'b' })]);
    await home.behind((db) =>
      db.batch([{ type: 'del', key: idKey('a'), keyEncoding: 'utf8' }], {
        keyEncoding: 'utf8',
        valueEncoding: 'utf8',
        sync: false,
      }),
    );
    const store = await home.open();
    // All ids that are there are known after this.
    expect(await store.seqsOf(['c', 'd', 'a', 'b'])).toEqual([undefined, undefined, undefined, 2]);
    expect(await store.seqsOf(['a'])).toEqual([undefined]);
    await store.saveCheckpoint(2);
    expect(home.repairs.map(({ reason }) => reason)).toEqual(['The entry of event id "a" is missing']);
    expect(await store.seqsOf(['a', 'b'])).toEqual([1, 2]);
  });
}
