/** The two cells of a plan's table that hold its properties: `file_size: integer (By)` and `file_size: 0..1000`. */
import { isRecord, toCanonicalText } from './json-value.ts';
import { splitList } from './table-list.ts';
import { SCHEMA_TYPES } from './schema.ts';

/** The schema of an event in two cells. */
export interface PropertyCells {
  /** Properties with their types, `?` behind the names of optional ones, `...` at the end where others may come along. */
  readonly properties: string;
  /** Values that are expected, in words or as JSON; `*` stands for the whole schema. */
  readonly expected: string;
}

type Rules = Readonly<Record<string, unknown>>;

/** Whatever words cannot say is written as JSON, so that no rule is lost. */
export function toPropertyCells(schema: unknown): PropertyCells {
  const cells = toWords(isRecord(schema) ? schema : {});
  const back = fromPropertyCells(cells).schema;
  if (isSame(back, schema)) return cells;
  return { ...cells, expected: `*: ${JSON.stringify(schema)}` };
}

/** The schema, and what in the second cell belongs to no property. */
export function fromPropertyCells({ properties, expected }: PropertyCells): {
  readonly schema: unknown;
  readonly rest: readonly string[];
} {
  const items = splitList(properties, /[,;\n]/);
  const isOpen = items.at(-1) === '...';
  const rules = new Map<string, unknown>();
  const required: string[] = [];
  for (const item of isOpen ? items.slice(0, -1) : items) {
    const { name, isOptional, text } = readItem(item) ?? {
      name: item,
      isOptional: false,
      text: '',
    };
    rules.set(name, readType(text));
    if (!isOptional) required.push(name);
  }
  const rest: string[] = [];
  for (const item of splitList(expected, /[;\n]/)) {
    const read = readItem(item);
    const whole = read?.name === '*' ? readJson(read.text) : undefined;
    if (whole !== undefined) return { schema: whole, rest };
    if (read === null || !rules.has(read.name)) rest.push(item);
    else rules.set(read.name, withValues(rules.get(read.name), read.text));
  }
  const schema = {
    type: 'object',
    ...(required.length > 0 && { required }),
    ...(!isOpen && { additionalProperties: false }),
    properties: Object.fromEntries(rules),
  };
  return { schema, rest };
}

function toWords(schema: Rules): PropertyCells {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const names = Object.keys(properties);
  const types = names.map((name) => {
    const unit = unitOf(properties[name]);
    const shown = `${writeName(name)}${required.has(name) ? '' : '?'}: ${writeType(properties[name])}`;
    return unit === '' ? shown : `${shown} (${unit})`;
  });
  if (schema['additionalProperties'] !== false) types.push('...');
  const values = names.map((name) => {
    const text = writeValues(properties[name]);
    return text === '' ? '' : `${writeName(name)}: ${text}`;
  });
  return {
    properties: types.join('; '),
    expected: values.filter((text) => text !== '').join('; '),
  };
}

const PLAIN_NAME = /^[\w.$-]+$/;

const writeName = (name: string): string =>
  PLAIN_NAME.test(name) && name !== '...' ? name : JSON.stringify(name);

const unitOf = (rules: unknown): string => {
  const unit = isRecord(rules) ? rules['unit'] : undefined;
  return typeof unit === 'string' && /^[^\s()",;]+$/.test(unit) ? unit : '';
};

function writeType(rules: unknown): string {
  if (rules === false) return 'never';
  const type = isRecord(rules) ? rules['type'] : undefined;
  if (Array.isArray(type)) return type.join(' | ');
  if (typeof type !== 'string') return 'any';
  const items = isRecord(rules) ? rules['items'] : undefined;
  const isPlain =
    isRecord(items) && Object.keys(items).every((key) => key === 'type' || key === 'items');
  return type === 'array' && isPlain ? `array<${writeType(items)}>` : type;
}

/** What the type does not say already: words that are read as the same rules, else JSON. */
function writeValues(rules: unknown): string {
  const typed = readType(
    unitOf(rules) === '' ? writeType(rules) : `${writeType(rules)} (${unitOf(rules)})`,
  );
  if (isSame(typed, rules)) return '';
  const found = isRecord(rules) ? wordsFor(rules) : '';
  if (found !== '' && isSame(withValues(typed, found), rules)) return found;
  return JSON.stringify(rules);
}

function wordsFor({ enum: values, minimum, maximum, description }: Rules): string {
  if (Array.isArray(values)) {
    return values.length === 1 ? `= ${writeValue(values[0])}` : values.map(writeValue).join(' | ');
  }
  const [from, to] = [JSON.stringify(minimum), JSON.stringify(maximum)];
  if (from !== undefined && to !== undefined) return `${from}..${to}`;
  if (from !== undefined) return `>= ${from}`;
  if (to !== undefined) return `<= ${to}`;
  return typeof description === 'string' && !/[;\n"'{}[\]()<>|:\\]/.test(description)
    ? description
    : '';
}

const WORD = /^[A-Za-z_][\w./-]*(?: [\w./-]+)*$/;

const writeValue = (value: unknown): string =>
  typeof value === 'string' && WORD.test(value) && !['true', 'false', 'null'].includes(value)
    ? value
    : JSON.stringify(value);

interface Item {
  readonly name: string;
  readonly isOptional: boolean;
  readonly text: string;
}

/** `name: text`, `name?: text` or a name alone; a name in quotes may hold anything. Null for another form. */
function readItem(item: string): Item | null {
  const quoted = /^"(?:[^"\\]|\\.)*"/s.exec(item)?.[0];
  const end = quoted?.length ?? item.search(/[?:"]|$/);
  const name = quoted === undefined ? item.slice(0, end).trim() : readJson(quoted);
  const behind = item.slice(end).trimStart();
  const isOptional = behind.startsWith('?');
  const rest = (isOptional ? behind.slice(1) : behind).trimStart();
  if (typeof name !== 'string' || name === '' || (rest !== '' && !rest.startsWith(':')))
    return null;
  return { name, isOptional, text: rest.slice(1).trim() };
}

/** `array<array<string>> (By)`: deeper lists than this are lists of anything. */
const MAX_LEVELS = 20;

function readType(text: string, level = 0): unknown {
  const open = text.endsWith(')') ? text.lastIndexOf('(') : -1;
  const unitText = open === -1 ? '' : text.slice(open + 1, -1);
  const unit = unitText === '' ? {} : { unit: unitText };
  const words = (open === -1 ? text : text.slice(0, open)).split('|').map((word) => word.trim());
  const [only = ''] = words;
  if (words.length > 1 && words.every(isType)) return { type: words, ...unit };
  if (isType(only)) return { type: only, ...unit };
  if (only.startsWith('array<') && only.endsWith('>') && level < MAX_LEVELS) {
    return { type: 'array', items: readType(only.slice('array<'.length, -1), level + 1), ...unit };
  }
  return only === 'never' ? false : unit;
}

/** Longest text that is read as a range of numbers. */
const MAX_RANGE = 100;

function withValues(rules: unknown, text: string): unknown {
  const base = isRecord(rules) ? rules : {};
  const json = text.startsWith('{') ? readJson(text) : undefined;
  if (isRecord(json)) return json;
  const short = text.length > MAX_RANGE ? '' : text;
  const range = /^(-?[\d.e+-]+?)\s*\.\.\s*(-?[\d.e+-]+)$/.exec(short);
  const bound = /^(>=|<=)\s*(-?[\d.e+-]+)$/.exec(short);
  const [from, to] = [Number(range?.[1] ?? bound?.[2]), Number(range?.[2] ?? bound?.[2])];
  if ((range !== null || bound !== null) && Number.isFinite(from) && Number.isFinite(to)) {
    return {
      ...base,
      ...(bound?.[1] !== '<=' && { minimum: from }),
      ...(bound?.[1] !== '>=' && { maximum: to }),
    };
  }
  if (text.startsWith('=')) return { ...base, enum: [readValue(text.slice(1).trim())] };
  const values = splitList(text, /\|/);
  if (values.length > 1) return { ...base, enum: values.map(readValue) };
  return text === '' ? rules : { ...base, description: text };
}

function readValue(text: string): unknown {
  const value = readJson(text);
  return value === undefined ? text : value;
}

/** Undefined for a text that is no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const isType = (word: string): boolean => SCHEMA_TYPES.some((type) => type === word);

function isSame(schema: unknown, other: unknown): boolean {
  const text = toPlain(schema);
  return text !== null && text === toPlain(other);
}

/** Equal for schemas that say the same in another order; null for one that is nested too deep to tell. */
function toPlain(schema: unknown): string | null {
  if (schema === true) return '{}';
  if (!isRecord(schema)) return toCanonicalText(schema, 100);
  const { required, properties, ...rest } = schema;
  const names = Array.isArray(required) ? required.map(String).toSorted() : [];
  return toCanonicalText(
    {
      ...rest,
      ...(properties === undefined ? {} : { type: 'object' }),
      ...(names.length > 0 && { required: names }),
      ...(isRecord(properties) && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, rules]) => [name, rules === true ? {} : rules]),
        ),
      }),
    },
    100,
  );
}
