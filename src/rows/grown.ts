/** A longer column with what another one has. */
export function grown<Column extends Float64Array | Uint32Array | Int32Array>(
  from: Column,
  to: Column,
): Column {
  to.set(from);
  return to;
}
