/**
 * Plain data, frozen all the way down: what many listeners are told, none of them can change.
 *
 * @throws TypeError when something in it cannot be stored as JSON without a change, such as NaN or a function
 */
export function frozenData<Data>(data: Data, path = 'output'): Data {
  const culprit = freeze(data);
  if (culprit) throw new TypeError(`${[path, ...culprit].join('.')} is not JSON data`);
  return data;
}

/** Freezes what is plain data; else the way to what is not, key by key. */
function freeze(data: unknown): string[] | undefined {
  if (typeof data !== 'object' || data === null) return isScalar(data) ? undefined : [];
  const prototype = Object.getPrototypeOf(data);
  if (!Array.isArray(data) && prototype !== Object.prototype && prototype !== null) return [];
  for (const key of Object.keys(data)) {
    const culprit = freeze((data as Record<string, unknown>)[key]);
    if (culprit) return [key, ...culprit];
  }
  Object.freeze(data);
  return undefined;
}

function isScalar(data: unknown): boolean {
  switch (typeof data) {
    case 'number':
      return Number.isFinite(data);
    case 'string':
    case 'boolean':
    case 'undefined':
      return true;
    default:
      return data === null;
  }
}
