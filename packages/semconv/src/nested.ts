/** Facts with dotted keys as the objects they came from. */

/**
 * `{'a.b': 1}` becomes `{a: {b: 1}}`, in the order of the keys; where a key is a value and an object as well, or has more than
 * 32 parts, the dotted key stays.
 */
export function toNested(flat: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(flat)) {
    const path = key.split('.');
    if (path.length > MOST_PARTS || isBehindValue(flat, path)) define(nested, key, value);
    else define(objectOf(nested, path.slice(0, -1)), path.at(-1) ?? '', value);
  }
  return nested;
}

/** What reads and writes JSON goes down objects by calling itself. */
const MOST_PARTS = 32;

/** True when one of the objects on the way is a value. */
function isBehindValue(flat: Readonly<Record<string, unknown>>, path: readonly string[]): boolean {
  return path.some((_, at) => at > 0 && Object.hasOwn(flat, path.slice(0, at).join('.')));
}

function objectOf(into: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
  let object = into;
  for (const key of path) {
    if (!Object.hasOwn(object, key)) define(object, key, {});
    object = object[key] as Record<string, unknown>;
  }
  return object;
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
