export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** With the keys of every object in order, so that the same content is the same text. */
export function canonical(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, canonical(item)]));
}
