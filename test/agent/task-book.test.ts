import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TaskBook, type TaskNotes } from '../../src/agent/task-book.js';
import type { Note } from '../../src/agent/task-log.js';
import { compareRows } from '../../src/windows/timeline.js';

const anyId = fc.oneof(
  fc.nat(300).map((n) => `task-${n}`),
  fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', '', '\uD800', '\uDFFF', 'toString'),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const anyReview = fc.record({
  kind: fc.constantFrom('code', 'evaluation', 'peer'),
  reviewerId: fc.constantFrom('ada', 'bob'),
  verdict: maybe(fc.constantFrom('approved', 'commented', 'changes_requested', 'rejected')),
  score: maybe(fc.double({ min: 0, max: 10, noNaN: true })),
  confidence: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
});
const anyOverride = maybe(
  fc.record({ score: fc.nat(10), reason: fc.string(), by: fc.string(), at: fc.nat() }),
);
/** `seq` makes every note a row of its own, and an override the latest word. */
const noteOf = (seq: number, at: number): fc.Arbitrary<Note> =>
  fc.oneof(
    fc.constant({ what: 'assigned' as const, at }),
    fc.constant({ what: 'attempt' as const, at, seq }),
    anyReview.map((review) => ({ what: 'review' as const, review: { at, seq, ...review } })),
    anyOverride.map((override) => ({ what: 'override' as const, slot: { at: 1000 + seq, seq, override } })),
  );
const notesFrom = (first: number) =>
  fc
    .array(fc.tuple(anyId, fc.nat(50)), { maxLength: 80, size: 'max' })
    .chain((places) =>
      fc.tuple(...places.map(([taskId, at], i) => fc.tuple(fc.constant(taskId), noteOf(first + i, at)))),
    );
const anyNotes = notesFrom(1);
type Noted = readonly (readonly [taskId: string, note: Note])[];

/** What a book is: the notes of each task, by kind, in the order of time. */
function twin(notes: Noted, taskId: string): TaskNotes | undefined {
  const own = notes.filter(([id]) => id === taskId).map(([, note]) => note);
  if (own.length === 0) return undefined;
  const assignedAt = own.flatMap((note) => (note.what === 'assigned' ? [note.at] : []));
  const attempts = own.flatMap((note) => (note.what === 'attempt' ? [note] : []));
  const reviews = own.flatMap((note) => (note.what === 'review' ? [note.review] : []));
  const override = own.findLast((note) => note.what === 'override')?.slot;
  return {
    taskId,
    assignedAt: assignedAt.sort((a, b) => a - b),
    attempts: attempts.sort(compareRows),
    reviews: reviews.sort(compareRows),
    override,
  };
}

const bookOf = (notes: Noted) => notes.reduce((book, [id, note]) => book.with(id, note), TaskBook.empty());
const idsOf = (notes: Noted) => [...new Set(notes.map(([taskId]) => taskId))];

function expectToBe(book: TaskBook, notes: Noted): void {
  const ids = idsOf(notes);
  expect(Array.from(book, ({ taskId }) => taskId)).toEqual(ids);
  for (const taskId of [...ids, 'nobody']) expect(book.get(taskId)).toEqual(twin(notes, taskId));
  const overridden = ids.filter((taskId) => twin(notes, taskId)?.override);
  expect(Array.from(book.overrides(), ({ taskId }) => taskId).sort()).toEqual(overridden.sort());
}

describe('a task book', () => {
  test('is a map from task ids to what was noted of them, whatever the ids, and after it was taken apart', () => {
    fc.assert(
      fc.property(anyNotes, (notes) => {
        const book = bookOf(notes);
        expectToBe(book, notes);
        expectToBe(TaskBook.of(book.parts()), notes);
      }),
    );
  });

  test('stays as it was when others are made of it, one after the other and side by side', () => {
    fc.assert(
      fc.property(anyNotes, notesFrom(1000), fc.nat(), (notes, more, cut) => {
        const at = notes.length === 0 ? 0 : cut % notes.length;
        const first = bookOf(notes.slice(0, at));
        const second = notes.slice(at).reduce((book, [id, note]) => book.with(id, note), first);
        const third = more.reduce((book, [id, note]) => book.with(id, note), first);
        expectToBe(first, notes.slice(0, at));
        expectToBe(second, notes);
        expectToBe(third, [...notes.slice(0, at), ...more]);
        expectToBe(TaskBook.of(first.parts()), notes.slice(0, at));
      }),
    );
  });

  test('gives up reviews, and nothing else', () => {
    fc.assert(
      fc.property(anyNotes, fc.func(fc.boolean()), (notes, isDropped) => {
        const dropped = new Set(
          notes.flatMap(([, note]) =>
            note.what === 'review' && isDropped(note.review.seq) ? [note.review.seq] : [],
          ),
        );
        const kept = notes.filter(([, note]) => !(note.what === 'review' && dropped.has(note.review.seq)));
        const book = bookOf(notes);
        const smaller = book.withoutReviews(dropped);
        expectToBe(smaller, kept);
        expectToBe(book, notes);
        const { numbers, refs, ...columns } = smaller.parts();
        const { numbers: sameNumbers, refs: sameRefs, ...sameColumns } = bookOf(kept).parts();
        expect([numbers, refs, columns]).toEqual([sameNumbers, sameRefs, sameColumns]);
        const more = notes.map(([id], i) => [id, { what: 'assigned', at: 60 + i }] as const);
        const longer = (from: TaskBook) => more.reduce((next, [id, note]) => next.with(id, note), from);
        expectToBe(longer(smaller), [...kept, ...more]);
        // An earlier version, of which another was made since.
        longer(book);
        expectToBe(longer(book.withoutReviews(dropped)), [...kept, ...more]);
      }),
    );
  });

  test('tells the reviews of a time that score something', () => {
    fc.assert(
      fc.property(anyNotes, fc.nat(50), fc.nat(50), (notes, from, to) => {
        const told: string[] = [];
        bookOf(notes).eachScoringReview(from, to, (kind) => told.push(kind));
        const expected = notes.flatMap(([, note]) => {
          if (note.what !== 'review') return [];
          const { at, kind, verdict, score } = note.review;
          return at >= from && at <= to && (score !== undefined || verdict !== 'commented') ? [kind] : [];
        });
        expect(told).toEqual(expected);
      }),
    );
  });

  test('holds ten thousand tasks and finds each', () => {
    let book = TaskBook.empty();
    for (let n = 0; n < 10_000; n++) book = book.with(`task-${n}`, { what: 'assigned', at: n });
    expect([...book]).toHaveLength(10_000);
    for (let n = 0; n < 10_000; n += 97) expect(book.get(`task-${n}`)?.assignedAt).toEqual([n]);
    expect(book.get('task-10000')).toBeUndefined();
  });

  test('knows nothing at first', () => {
    expect(TaskBook.empty().get('t-1')).toBeUndefined();
    expect(TaskBook.empty().get('__proto__')).toBeUndefined();
    expect([...TaskBook.empty()]).toEqual([]);
  });
});
