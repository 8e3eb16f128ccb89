/** Attribute values of any kind that OTLP has a form for, taken as the SDKs 3.x take them. */

/**
 * A copy that the app cannot change any more, with texts cut to `most` characters and byte arrays to `most` bytes; undefined
 * for what is no `AnyValue` of the specification: functions, symbols, bigints, objects of a class, and what contains one
 * of them or itself. Never throws, whatever getters do.
 */
export function copyAnyValue(value: unknown, most: number): unknown {
  try {
    const copy = copyOf(value, most, new Set());
    return copy === INVALID ? undefined : copy;
  } catch {
    return undefined;
  }
}

const INVALID = Symbol('no AnyValue');

/** `around` are the objects that the value lies in. */
function copyOf(value: unknown, most: number, around: Set<object>): unknown {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return value;
    case 'string':
      return value.length <= most ? value : value.slice(0, most);
    case 'object':
      if (value === null) return null;
      if (value instanceof Uint8Array) return value.slice(0, most);
      return copyObject(value, most, around);
    case 'bigint':
    case 'function':
    case 'symbol':
    case 'undefined':
    default:
      return INVALID;
  }
}

function copyObject(value: object, most: number, around: Set<object>): unknown {
  if (around.has(value)) return INVALID;
  around.add(value);
  const copy = Array.isArray(value)
    ? copyList(value, most, around)
    : copyRecord(value, most, around);
  around.delete(value);
  return copy;
}

function copyList(list: readonly unknown[], most: number, around: Set<object>): unknown {
  const items = Array.from(list, (item) =>
    item === undefined ? undefined : copyOf(item, most, around),
  );
  return items.includes(INVALID) ? INVALID : items;
}

function copyRecord(value: object, most: number, around: Set<object>): unknown {
  const made: unknown = value.constructor;
  if (made !== Object && made !== undefined) return INVALID;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const inner = copyOf(item, most, around);
    if (inner === INVALID) return INVALID;
    // Not by assignment: "__proto__" is a key like any other.
    Object.defineProperty(copy, key, {
      value: inner,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}
