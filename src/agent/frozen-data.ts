/**
 * Plain data, frozen all the way down: what many listeners are told, none of them can change.
 *
 * @throws TypeError when something in it cannot be stored as JSON without a change, such as NaN or a function
 */
export function frozenData<Data>(data: Data, path = 'output'): Data {
  if (typeof data === 'object' && data !== null) {
    const prototype = Object.getPrototypeOf(data);
    if (!Array.isArray(data) && prototype !== Object.prototype && prototype !== null) throw notData(path);
    for (const [key, value] of Object.entries(data)) frozenData(value, `${path}.${key}`);
    return Object.freeze(data);
  }
  const isData =
    data === null || ['string', 'boolean', 'undefined'].includes(typeof data) || Number.isFinite(data);
  if (!isData) throw notData(path);
  return data;
}

function notData(path: string): TypeError {
  return new TypeError(`${path} is not JSON data`);
}
