import type { SortedSeries } from './sorted-series.js';

const FIRST_CAPACITY = 256;

/** Room for the points of one series after another, so that looking at one leaves nothing to collect. */
export class SeriesBuffer {
  private times = new Float64Array(FIRST_CAPACITY);
  private values = new Float64Array(FIRST_CAPACITY);
  private size = 0;

  clear(): void {
    this.size = 0;
  }

  /** Adds a point that is not before the last one; those of one time are put in the order of their values. */
  add(time: number, value: number): void {
    if (this.size === this.times.length) this.grow();
    let at = this.size++;
    for (; at > 0 && this.times[at - 1] === time && this.values[at - 1]! > value; at--) {
      this.values[at] = this.values[at - 1]!;
    }
    this.times[this.size - 1] = time;
    this.values[at] = value;
  }

  /** The points since {@link clear}, where they lie: good until the next one. */
  get series(): SortedSeries {
    return { times: this.times.subarray(0, this.size), values: this.values.subarray(0, this.size) };
  }

  private grow(): void {
    const { times, values } = this;
    this.times = new Float64Array(2 * times.length);
    this.values = new Float64Array(2 * values.length);
    this.times.set(times);
    this.values.set(values);
  }
}
