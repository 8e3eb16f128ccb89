/** Facts with dotted keys as the objects they came from. */

/** `{'a.b': 1}` becomes `{a: {b: 1}}`; where a key is a value and an object as well, the dotted key stays. */
export function toNested(flat: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(flat)) {
    if (!place(nested, key.split('.'), value)) define(nested, key, value);
  }
  return nested;
}

function place(into: Record<string, unknown>, path: readonly string[], value: unknown): boolean {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    if (Object.hasOwn(into, key)) return false;
    define(into, key, value);
    return true;
  }
  if (!Object.hasOwn(into, key)) define(into, key, {});
  const inner = into[key];
  const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  return isObject && place(inner as Record<string, unknown>, rest, value);
}

/** Defined, not assigned: a key may be named __proto__. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
