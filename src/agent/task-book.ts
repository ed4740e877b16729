import type { TaskRecord } from './task.js';

const MIN_BUCKETS = 8;
const MAX_BUCKETS = 256;
const BUCKET_LOAD = 8;

type Bucket = readonly TaskRecord[];

/**
 * An immutable map from task id to what is known of the task. Setting copies one bucket and the list of buckets;
 * all else is shared with the version before.
 */
export class TaskBook {
  private constructor(
    private readonly buckets: readonly Bucket[],
    readonly size: number,
  ) {}

  static from(tasks: readonly TaskRecord[]): TaskBook {
    const buckets: TaskRecord[][] = Array.from({ length: bucketsFor(tasks.length) }, () => []);
    for (const task of tasks) buckets[hash(task.taskId) & (buckets.length - 1)]?.push(task);
    return new TaskBook(buckets, tasks.length);
  }

  static empty(): TaskBook {
    return TaskBook.from([]);
  }

  get(taskId: string): TaskRecord | undefined {
    return this.bucketOf(taskId).find((task) => task.taskId === taskId);
  }

  set(task: TaskRecord): TaskBook {
    const bucket = this.bucketOf(task.taskId);
    const index = bucket.findIndex(({ taskId }) => taskId === task.taskId);
    if (index < 0 && this.size >= this.buckets.length * BUCKET_LOAD && this.buckets.length < MAX_BUCKETS) {
      return TaskBook.from([...this, task]);
    }
    const buckets = this.buckets.slice();
    buckets[hash(task.taskId) & (buckets.length - 1)] =
      index < 0 ? [...bucket, task] : bucket.with(index, task);
    return new TaskBook(buckets, index < 0 ? this.size + 1 : this.size);
  }

  *[Symbol.iterator](): Generator<TaskRecord, void, undefined> {
    for (const bucket of this.buckets) yield* bucket;
  }

  private bucketOf(taskId: string): Bucket {
    return this.buckets[hash(taskId) & (this.buckets.length - 1)] as Bucket;
  }
}

function bucketsFor(size: number): number {
  let buckets = MIN_BUCKETS;
  while (buckets < MAX_BUCKETS && buckets * BUCKET_LOAD < size + 1) buckets *= 2;
  return buckets;
}

/** FNV-1a over UTF-16 code units, folded so that the low bits depend on all of it. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
