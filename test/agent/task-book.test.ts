import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyTask, type TaskRecord } from '../../src/agent/task.js';
import { TaskBook } from '../../src/agent/task-book.js';
import { frozen } from '../scoring/facts.js';

const record = (taskId: string, assignedAt: readonly number[] = []): TaskRecord =>
  frozen({ ...emptyTask(taskId), assignedAt });
const ids = (book: TaskBook) => Array.from(book, ({ taskId }) => taskId).sort();

const anyId = fc.oneof(
  fc.nat(300).map((n) => `task-${n}`),
  fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', '', '\uD800', '\uDFFF', 'toString'),
  fc.string({ unit: 'binary', maxLength: 5 }),
);

describe('a task book', () => {
  test('is a map from task ids to tasks, whatever the ids', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyId, fc.nat()), { maxLength: 400, size: 'max' }), (sets) => {
        const map = new Map<string, TaskRecord>();
        let book = TaskBook.empty();
        for (const [taskId, at] of sets) {
          const task = record(taskId, [at]);
          map.set(taskId, task);
          book = book.set(task);
        }
        expect(book.size).toBe(map.size);
        expect(ids(book)).toEqual([...map.keys()].sort());
        for (const [taskId, task] of map) expect(book.get(taskId)).toBe(task);
        const copy = TaskBook.from([...map.values()]);
        expect(ids(copy)).toEqual(ids(book));
        expect(copy.size).toBe(map.size);
      }),
    );
  });

  test('stays as it was when another is made of it', () => {
    fc.assert(
      fc.property(fc.array(anyId, { maxLength: 150, size: 'max' }), anyId, (taskIds, other) => {
        const book = taskIds.reduce((book, taskId) => book.set(record(taskId)), TaskBook.empty());
        const before = Array.from(book);
        const changed = book.set(record(other, [1]));
        expect(Array.from(book)).toEqual(before);
        expect(changed.get(other)?.assignedAt).toEqual([1]);
        expect(book.get(other)?.assignedAt).toEqual(taskIds.includes(other) ? [] : undefined);
      }),
    );
  });

  test('holds ten thousand tasks and finds each', () => {
    let book = TaskBook.empty();
    for (let n = 0; n < 10_000; n++) book = book.set(record(`task-${n}`, [n]));
    expect(book.size).toBe(10_000);
    for (let n = 0; n < 10_000; n += 97) expect(book.get(`task-${n}`)?.assignedAt).toEqual([n]);
    expect(book.get('task-10000')).toBeUndefined();
  });

  test('knows nothing at first', () => {
    expect(TaskBook.empty().get('t-1')).toBeUndefined();
    expect(TaskBook.empty().get('__proto__')).toBeUndefined();
    expect([...TaskBook.empty()]).toEqual([]);
  });
});
