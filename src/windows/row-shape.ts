/** Which columns a table has, and where they lie within a row of it. */
export interface Shape {
  /** A bit for every column there is. */
  readonly mask: number;
  /** The columns there are, ascending. */
  readonly columns: readonly number[];
  /** By column: its place in a row, -1 for none. */
  readonly slots: Int8Array;
}

/** As many as a mask has bits. */
export const MAX_COLUMNS = 31;
const shapes = new Map<number, Shape>();

/** The shape of a mask: one for all tables. */
export function shapeOf(mask: number): Shape {
  const known = shapes.get(mask);
  if (known) return known;
  const columns: number[] = [];
  const slots = new Int8Array(MAX_COLUMNS).fill(-1);
  for (let column = 0; column < MAX_COLUMNS; column++) {
    if ((mask & (1 << column)) !== 0) slots[column] = columns.push(column) - 1;
  }
  const shape: Shape = { mask, columns, slots };
  shapes.set(mask, shape);
  return shape;
}

/** The columns of numbers that a row needs. */
export function maskOf(numbers: Float64Array): number {
  let mask = 0;
  for (let i = 0; i < numbers.length; i++) if (!Number.isNaN(numbers[i] as number)) mask |= 1 << i;
  return mask;
}

/** The columns of references that a row needs. */
export function refMaskOf(refs: readonly unknown[]): number {
  let mask = 0;
  for (let i = 0; i < refs.length; i++) if (refs[i] !== undefined) mask |= 1 << i;
  return mask;
}
