import type { SortedSeries } from './sorted-series.js';

const FIRST_CAPACITY = 256;

/** Room for the points of one series after another, so that looking at one leaves nothing to collect. */
export class SeriesBuffer {
  private times = new Float64Array(FIRST_CAPACITY);
  private values = new Float64Array(FIRST_CAPACITY);
  private size = 0;
  /** By size: views of that many points, made when they are first asked for. */
  private views: SortedSeries[] = [];

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
    const { times, values, size } = this;
    const known = this.views[size];
    if (known) return known;
    const view = { times: times.subarray(0, size), values: values.subarray(0, size) };
    if (size < FIRST_CAPACITY) this.views[size] = view;
    return view;
  }

  private grow(): void {
    const { times, values } = this;
    this.times = new Float64Array(2 * times.length);
    this.values = new Float64Array(2 * values.length);
    this.times.set(times);
    this.values.set(values);
    this.views = [];
  }
}
