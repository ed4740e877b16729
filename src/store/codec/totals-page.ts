import { doublesFrom } from '../../rows/doubles.js';
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
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  const slots = new Map<number, Totals>();
  for (let start = 0; start < buffer.length; start += width) {
    const slot = buffer[start]!;
    if (slot < from || slot > to) continue;
    slots.set(slot, doublesFrom(view, start + 1, length));
  }
  return slots;
}
