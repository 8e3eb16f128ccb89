/** The size of a value in bytes: one rule, bounded cost, no getter and no method of the value is ever called. */

/**
 * Size of what a run was given or produced. Bytes (Buffer, typed array, ArrayBuffer) count their bytes, text its UTF-8
 * bytes, anything else the UTF-8 bytes of its JSON. Null, undefined and functions have no JSON and count 0.
 *
 * Undefined when the value cannot be measured for less than `maxValues` visited values, or holds what JSON has no form
 * for. With `plainOnly` the same goes for instances of classes: a request or a database handle is not data.
 */
export function sizeOf(value: unknown, plainOnly: boolean, maxValues = 10_000): number | undefined {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object') {
    if (typeof value === 'function') return plainOnly ? undefined : 0;
    const printable =
      typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
    return printable ? String(value).length : 0;
  }
  if (value === null) return 0;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  return jsonBytes(value, { left: maxValues, plainOnly, path: [] });
}

/** Size of a list of arguments: the sum of their sizes; undefined when one cannot be measured. */
export function sizeOfAll(
  values: readonly unknown[],
  plainOnly: boolean,
  maxValues = 10_000,
): number | undefined {
  let sum = 0;
  for (const value of values) {
    const size = sizeOf(value, plainOnly, maxValues);
    if (size === undefined) return undefined;
    sum += size;
  }
  return sum;
}

interface Walk {
  left: number;
  readonly plainOnly: boolean;
  /** Objects on the way down to here: what finds circles, and the limit of depth. */
  readonly path: object[];
}

const DEEPEST = 100;

function jsonBytes(value: unknown, walk: Walk): number | undefined {
  walk.left -= 1;
  if (walk.left < 0) return undefined;
  switch (typeof value) {
    case 'string':
      return jsonStringBytes(value);
    case 'number':
      return Number.isFinite(value) ? String(value).length : 4;
    case 'boolean':
      return value ? 4 : 5;
    case 'bigint':
      return String(value).length;
    case 'object':
      return value === null ? 4 : objectBytes(value, walk);
    case 'undefined':
    case 'symbol':
    case 'function':
      return 4;
    default:
      return undefined;
  }
}

function objectBytes(value: object, walk: Walk): number | undefined {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  if (value instanceof Date) return Number.isNaN(Date.prototype.getTime.call(value)) ? 4 : 26;
  if (walk.path.length >= DEEPEST || walk.path.includes(value)) return undefined;
  if (walk.plainOnly && !isPlain(value)) return undefined;
  walk.path.push(value);
  const size = Array.isArray(value) ? listBytes(value, walk) : recordBytes(value, walk);
  walk.path.pop();
  return size;
}

function listBytes(list: readonly unknown[], walk: Walk): number | undefined {
  if (list.length > walk.left) return undefined;
  let size = 2 + Math.max(0, list.length - 1);
  for (const item of list) {
    const bytes = jsonBytes(item, walk);
    if (bytes === undefined) return undefined;
    size += bytes;
  }
  return size;
}

function recordBytes(record: object, walk: Walk): number | undefined {
  let size = 2;
  let fields = 0;
  for (const key of Object.keys(record)) {
    const property = Object.getOwnPropertyDescriptor(record, key);
    // A getter is the app's code: calling it could load a relation or throw.
    if (property === undefined || !('value' in property) || !hasJson(property.value)) continue;
    const bytes = jsonBytes(property.value, walk);
    if (bytes === undefined) return undefined;
    size += jsonStringBytes(key) + 1 + bytes;
    fields += 1;
  }
  return size + Math.max(0, fields - 1);
}

function hasJson(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

// eslint-disable-next-line no-control-regex -- control characters are what JSON escapes
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

function jsonStringBytes(text: string): number {
  return NEEDS_ESCAPE.test(text)
    ? Buffer.byteLength(JSON.stringify(text))
    : Buffer.byteLength(text) + 2;
}
