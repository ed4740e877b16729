/** A copy of a list with another item at a place: what `with` of arrays does, which is slow on Node 20. */
export function withItem<Item>(items: readonly Item[], index: number, item: Item): Item[] {
  const copy = items.slice();
  copy[index] = item;
  return copy;
}

/** A list with one more, which is put into it where there is one: most have but one, and no room for others is made. */
export function withOne<Item>(list: Item[] | undefined, item: Item): Item[] {
  if (!list) return [item];
  list.push(item);
  return list;
}
