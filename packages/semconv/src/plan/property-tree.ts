/** Puts properties together again that were taken apart to travel as attributes: dotted keys and JSON texts. */
import { isRecord, ownValue } from './json-value.ts';
import { propertiesOf } from './planned-properties.ts';
import type { SchemaNode, SchemaType } from './schema.ts';

/**
 * Properties as the schema of an event has them, of attributes. `address.zip` becomes the `zip` of an `address` that
 * is planned; a text becomes the object or list that is planned in its place. A dotted name whose first part is not
 * planned belongs to a convention and is left out.
 */
export function toPropertyTree(
  schema: SchemaNode,
  attributes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const tree = createBranch();
  const planned = propertiesOf(schema);
  const dotted: [string, unknown][] = [];
  for (const [key, value] of Object.entries(attributes)) {
    const rule = planned.get(key);
    if (rule !== undefined || !key.includes('.')) put(tree, key, toValue(rule, value));
    else if (planned.has(key.slice(0, key.indexOf('.')))) dotted.push([key, value]);
  }
  for (const [key, value] of dotted) plant(tree, schema, key.split('.'), value);
  return tree;
}

/** Dates leave as texts: what is checked is what is sent. */
export function toSentValues(
  properties: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const dates = Object.entries(properties).filter(([, value]) => value instanceof Date);
  if (dates.length === 0) return properties;
  const sent = createBranch();
  for (const [key, value] of Object.entries(properties)) put(sent, key, value);
  for (const [key, value] of dates) {
    const date = value as Date;
    put(sent, key, Number.isNaN(date.getTime()) ? undefined : date.toISOString());
  }
  return sent;
}

type Branch = Record<string, unknown>;

/** Deeper names stay as they are. */
const MAX_PARTS = 64;

function plant(tree: Branch, schema: SchemaNode, keys: readonly string[], value: unknown): void {
  if (keys.length > MAX_PARTS) return;
  let branch = tree;
  let rule: SchemaNode | undefined = schema;
  for (const key of keys.slice(0, -1)) {
    rule = ruleOf(rule, key);
    const next: unknown = ownValue(branch, key) ?? createBranch();
    // The name is taken by a value that holds nothing.
    if (!isRecord(next)) return;
    put(branch, key, next);
    branch = next;
  }
  const last = keys.at(-1) ?? '';
  if (ownValue(branch, last) === undefined) put(branch, last, toValue(ruleOf(rule, last), value));
}

function ruleOf(rule: SchemaNode | undefined, key: string): SchemaNode | undefined {
  if (rule === undefined) return undefined;
  return propertiesOf(rule).get(key) ?? resolve(rule).additionalProperties ?? undefined;
}

function toValue(rule: SchemaNode | undefined, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string' || rule === undefined || !/^\s*[{[]/.test(value)) return value;
  const types = resolve(rule).types ?? ['string'];
  if (types.includes('string') || !types.some((type) => HOLDERS.includes(type))) return value;
  try {
    return JSON.parse(value);
  } catch {
    // It stays a text, which is what is wrong with it.
    return value;
  }
}

const HOLDERS: readonly SchemaType[] = ['object', 'array'];

/** The node behind references. */
function resolve(rule: SchemaNode): SchemaNode {
  let node = rule;
  while (node.types === null && node.ref !== null) node = node.ref.node;
  return node;
}

const createBranch = (): Branch => ({});

/** `__proto__` is a key as any other. Objects without a prototype would need no such care and are three times as slow. */
function put(branch: Branch, key: string, value: unknown): void {
  if (key !== '__proto__') branch[key] = value;
  else {
    const own = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(branch, key, own);
  }
}
