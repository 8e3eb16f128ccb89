/** The changes between two JSON Schemas, each with the bump that it asks for. */
import { isRecord, toCanonicalText } from './json-value.ts';
import type { VersionBump } from './schema-version.ts';

/** One change. */
export interface SchemaChange {
  /** The property, as `owner.name` or `items[]`; empty for the event. */
  readonly path: string;
  readonly bump: VersionBump;
  readonly message: string;
}

/** In the order of properties; equal meanings written differently may count as a `revision`. */
export function compareSchemas(before: unknown, after: unknown): readonly SchemaChange[] {
  const compare = new Comparison(before, after);
  compare.schemas(before, after, '');
  return compare.changes;
}

type Rules = Readonly<Record<string, unknown>>;

/** Annotations: they say nothing of what fits. */
const SILENT = [
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  '$comment',
  '$schema',
  '$defs',
  'format',
];
/** Keywords that are looked at one by one; any other that differs is a revision. */
const KNOWN = [
  'type',
  'enum',
  'const',
  'unit',
  'required',
  'properties',
  'additionalProperties',
  'items',
  '$ref',
];
const LEAST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const MOST = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];

class Comparison {
  readonly changes: SchemaChange[] = [];
  readonly #roots: readonly [unknown, unknown];
  readonly #seen = new Set<string>();

  constructor(before: unknown, after: unknown) {
    this.#roots = [before, after];
  }

  schemas(before: unknown, after: unknown, path: string): void {
    const [old, now] = [resolve(before, this.#roots[0]), resolve(after, this.#roots[1])];
    if (isReference(before) || isReference(after)) {
      // A schema that holds itself is compared once, where it is met first.
      const pair = `${textOf(before)}\n${textOf(after)}`;
      if (this.#seen.has(pair)) return;
      this.#seen.add(pair);
    }
    this.#types(old, now, path);
    this.#values(old, now, path);
    for (const keyword of [...LEAST, ...MOST]) this.#bound(keyword, old, now, path);
    this.#unit(old, now, path);
    this.#properties(old, now, path);
    this.#others(old, now, path);
    if (old['items'] !== undefined && now['items'] !== undefined) {
      this.schemas(old['items'], now['items'], `${path}[]`);
    } else if (old['items'] !== now['items']) this.#add(path, 'revision', 'items changed');
  }

  #types(old: Rules, now: Rules, path: string): void {
    const [before, after] = [typesOf(old), typesOf(now)];
    if (before !== after) this.#add(path, 'model', `type changed from ${before} to ${after}`);
  }

  #values(old: Rules, now: Rules, path: string): void {
    const [before, after] = [valuesOf(old), valuesOf(now)];
    if (before === null && after === null) return;
    if (before === null) return this.#add(path, 'revision', 'values became a list');
    if (after === null) return this.#add(path, 'addition', 'values are no list any more');
    const gone = before.filter((value) => !after.includes(value)).length;
    const added = after.filter((value) => !before.includes(value)).length;
    if (gone > 0) this.#add(path, 'revision', `${gone} of ${before.length} values went`);
    if (added > 0) this.#add(path, 'addition', `${added} ${added === 1 ? 'value' : 'values'} came`);
  }

  #bound(keyword: string, old: Rules, now: Rules, path: string): void {
    const [before, after] = [old[keyword], now[keyword]];
    if (before === after) return;
    if (after === undefined)
      return this.#add(path, 'addition', `${keyword} ${JSON.stringify(before)} went`);
    const isNarrower =
      before === undefined ||
      (LEAST.includes(keyword) ? Number(after) > Number(before) : Number(after) < Number(before));
    const message =
      before === undefined
        ? `${keyword} ${JSON.stringify(after)} came`
        : `${keyword} changed from ${JSON.stringify(before)} to ${JSON.stringify(after)}`;
    this.#add(path, isNarrower ? 'revision' : 'addition', message);
  }

  /** Another unit is another number, though it fits. */
  #unit(old: Rules, now: Rules, path: string): void {
    const { unit: before = '' } = old;
    const { unit: after = '' } = now;
    if (before === after) return;
    this.#add(path, 'model', `unit changed from ${nameUnit(before)} to ${nameUnit(after)}`);
  }

  #properties(old: Rules, now: Rules, path: string): void {
    const [before, after] = [mapOf(old), mapOf(now)];
    const [wasRequired, isRequired] = [namesOf(old), namesOf(now)];
    const names = new Set([...before.keys(), ...after.keys(), ...wasRequired, ...isRequired]);
    for (const name of names) {
      const at = path === '' ? name : `${path}.${name}`;
      const [was, is] = [wasRequired.has(name), isRequired.has(name)];
      const [had, has] = [was || before.has(name), is || after.has(name)];
      if (!had)
        this.#add(at, is ? 'model' : 'addition', `${is ? 'required' : 'optional'} property came`);
      else if (!has)
        this.#add(at, was ? 'model' : 'addition', `${was ? 'required' : 'optional'} property went`);
      else {
        if (is && !was) this.#add(at, 'model', 'became required');
        if (was && !is) this.#add(at, 'addition', 'became optional');
        this.schemas(before.get(name) ?? true, after.get(name) ?? true, at);
      }
    }
    const [wasOpen, isOpen] = [
      old['additionalProperties'] ?? true,
      now['additionalProperties'] ?? true,
    ];
    if (textOf(wasOpen) === textOf(isOpen)) return;
    const message =
      isOpen === true ? 'others may come along' : 'others may not come along as before';
    this.#add(path, isOpen === true ? 'addition' : 'revision', message);
  }

  #others(old: Rules, now: Rules, path: string): void {
    const known = [...SILENT, ...KNOWN, ...LEAST, ...MOST];
    const keywords = new Set(
      [...Object.keys(old), ...Object.keys(now)].filter((key) => !known.includes(key)),
    );
    for (const keyword of keywords) {
      if (keyword.startsWith('x-') || textOf(old[keyword]) === textOf(now[keyword])) continue;
      const isGone = now[keyword] === undefined;
      this.#add(
        path,
        isGone ? 'addition' : 'revision',
        `${keyword} ${isGone ? 'went' : 'changed'}`,
      );
    }
  }

  #add(path: string, bump: VersionBump, message: string): void {
    this.changes.push({ path, bump, message });
  }
}

/** The rules behind a reference, with those that stand beside it; `true` has none, `false` has one of its own. */
function resolve(schema: unknown, root: unknown): Rules {
  if (schema === false) return { type: [] };
  if (!isRecord(schema)) return {};
  const { $ref: reference, ...beside } = schema;
  if (typeof reference !== 'string') return schema;
  if (reference === '#') return { ...resolve(root, root), ...beside };
  const name = reference.slice('#/$defs/'.length).replaceAll('~1', '/').replaceAll('~0', '~');
  const definitions = isRecord(root) ? root['$defs'] : undefined;
  const target = isRecord(definitions) ? definitions[name] : undefined;
  return { ...resolve(target ?? true, root), ...beside };
}

function typesOf({ type }: Rules): string {
  if (type === undefined) return 'any';
  const words = (Array.isArray(type) ? type : [type]).map(String).toSorted();
  return words.length === 0 ? 'nothing' : words.join(' or ');
}

function valuesOf(rules: Rules): readonly (string | null)[] | null {
  if ('const' in rules) return [toCanonicalText(rules['const'], 64)];
  const values = rules['enum'];
  return Array.isArray(values) ? values.map((value) => toCanonicalText(value, 64)) : null;
}

function mapOf({ properties }: Rules): ReadonlyMap<string, unknown> {
  return new Map(isRecord(properties) ? Object.entries(properties) : []);
}

function namesOf({ required }: Rules): ReadonlySet<string> {
  return new Set(Array.isArray(required) ? required.map(String) : []);
}

const isReference = (schema: unknown): boolean =>
  isRecord(schema) && typeof schema['$ref'] === 'string';

const textOf = (value: unknown): string => toCanonicalText(value, 200) ?? '';

const nameUnit = (unit: unknown): string => (unit === '' ? 'none' : String(unit));
