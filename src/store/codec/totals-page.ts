import { lengthOfTotals, type Totals } from '../rollups/totals.js';

/**
 * The totals of some slots of one page: for each of them its place in the page and its numbers. Only slots in which
 * something happened are there.
 */
export function encodePage(slots: ReadonlyMap<number, Totals>): Buffer {
  let length = 0;
  for (const totals of slots.values()) length += 1 + 8 * totals.length;
  const buffer = Buffer.allocUnsafe(length);
  const view = new DataView(buffer.buffer, buffer.byteOffset, length);
  let place = 0;
  for (const [slot, totals] of slots) {
    buffer[place++] = slot;
    for (let i = 0; i < totals.length; i++) {
      view.setFloat64(place, totals[i]!, true);
      place += 8;
    }
  }
  return buffer;
}

/**
 * The slots of a page, those from one place to another.
 *
 * @param partCount how many numbers an observation comes to
 * @throws RangeError when it is no such page
 */
export function decodePage(buffer: Buffer, partCount: number, from = 0, to = 0xff): Map<number, Totals> {
  const length = lengthOfTotals(partCount);
  const width = 1 + 8 * length;
  if (buffer.length % width !== 0) throw new RangeError('a page of other totals');
  const places: number[] = [];
  for (let place = 0; place < buffer.length; place += width) {
    const slot = buffer[place]!;
    if (slot >= from && slot <= to) places.push(place);
  }
  // All in one array: one for each slot would be hundreds of allocations a page.
  const numbers = new Float64Array(places.length * length);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  const slots = new Map<number, Totals>();
  let end = 0;
  for (const place of places) {
    const start = end;
    for (let at = place + 1; at < place + width; at += 8) numbers[end++] = view.getFloat64(at, true);
    slots.set(buffer[place]!, numbers.subarray(start, end));
  }
  return slots;
}
