/** Types of TypeScript for schemas. */
import type { SchemaNode, SchemaType } from './schema.ts';

/** The type of what fits a schema, as far as types can say it; `names` are those of references. */
export function toType(
  node: SchemaNode,
  names: ReadonlyMap<string, string>,
  indent: string,
  isObject = false,
): string {
  if (node.never) return 'never';
  const parts = [
    ...(node.ref === null ? [] : [names.get(decodeReference(node.ref.name)) ?? 'unknown']),
    ...node.allOf.map((part) => toType(part, names, indent)),
    ...[node.anyOf, node.oneOf]
      .filter((list) => list.length > 0)
      .map((list) => `(${list.map((part) => toType(part, names, indent)).join(' | ')})`),
  ].filter((part) => part !== 'unknown' && part !== '(unknown)');
  const own = ownType(
    node,
    names,
    indent,
    isObject || node.properties.size > 0 || node.required.length > 0,
  );
  if (own !== 'unknown' || parts.length === 0) parts.unshift(own);
  return parts.length === 1 ? (parts[0] ?? own) : parts.map(group).join(' & ');
}

/** A key of an object, in quotes where it needs them. */
export function toKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : JSON.stringify(name);
}

/** Text that cannot end a comment or begin a line. */
export function toComment(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('*/', '*\\/').trim();
}

const group = (type: string): string =>
  / \| /.test(type) && !type.startsWith('{') ? `(${type})` : type;

function ownType(
  node: SchemaNode,
  names: ReadonlyMap<string, string>,
  indent: string,
  isObject: boolean,
): string {
  const values = node.enum ?? node.const;
  if (values !== null && values.every((value) => value === null || typeof value !== 'object')) {
    return [...new Set(values.map((value) => JSON.stringify(value)))].join(' | ');
  }
  const types: readonly SchemaType[] = node.types ?? (isObject ? ['object'] : []);
  if (types.length === 0) return 'unknown';
  const words = types.map((type) => {
    switch (type) {
      case 'string':
      case 'boolean':
      case 'null':
        return type;
      case 'number':
      case 'integer':
        return 'number';
      case 'array':
        return arrayType(node, names, indent);
      case 'object':
        return objectType(node, names, indent);
      default:
        return type satisfies never;
    }
  });
  return [...new Set(words)].join(' | ');
}

function arrayType(
  { items, prefixItems }: SchemaNode,
  names: ReadonlyMap<string, string>,
  indent: string,
): string {
  const rest = grouped(items === null ? 'unknown' : toType(items, names, indent));
  if (prefixItems.length === 0) return items?.never === true ? 'readonly []' : `readonly ${rest}[]`;
  const first = prefixItems.map((item) => `${grouped(toType(item, names, indent))}?`);
  return `readonly [${first.join(', ')}${items?.never === true ? '' : `, ...${rest}[]`}]`;
}

/** In brackets, unless it is one word. */
const grouped = (type: string): string => (/^[\w$]+$/.test(type) ? type : `(${type})`);

function objectType(node: SchemaNode, names: ReadonlyMap<string, string>, indent: string): string {
  const { properties, required, additionalProperties } = node;
  const inner = `${indent}  `;
  const keys = [...new Set([...properties.keys(), ...required])].filter(
    (key) => key !== '__proto__',
  );
  const lines = keys.map((key) => {
    const rule = properties.get(key);
    const type = rule === undefined ? 'unknown' : toType(rule, names, inner);
    const isNeeded = required.includes(key);
    return `${comment(rule, inner)}${inner}readonly ${toKey(key)}${isNeeded ? '' : '?'}: ${type}${isNeeded ? '' : ' | undefined'};`;
  });
  if (additionalProperties?.never !== true) {
    const isTyped = additionalProperties !== null && lines.length === 0;
    const type = isTyped ? toType(additionalProperties, names, inner) : 'unknown';
    lines.push(`${inner}readonly [key: string]: ${type};`);
  }
  if (lines.length === 0) return '{ readonly [key: string]: never }';
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function comment(rule: SchemaNode | undefined, indent: string): string {
  if (rule === undefined) return '';
  const { description, unit, format, minimum, maximum, pattern } = rule;
  const text = [
    description,
    unit === '' ? '' : `Unit: ${unit}`,
    format === '' ? '' : `Format: ${format}`,
    minimum === null ? '' : `At least ${minimum}`,
    maximum === null ? '' : `At most ${maximum}`,
    pattern === null ? '' : `Like ${pattern.source}`,
  ].filter((part) => part !== '');
  return text.length === 0 ? '' : `${indent}/** ${toComment(text.join('. '))} */\n`;
}

const decodeReference = (name: string): string =>
  name === '#'
    ? name
    : `#/$defs/${name.slice('#/$defs/'.length).replaceAll('~1', '/').replaceAll('~0', '~')}`;
