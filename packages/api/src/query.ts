/** Parameters and members of a request, checked by the schemas of the route. */
import { suggest } from '@heartwood/kpi';
import { z } from 'zod';
import { RequestError } from './errors.ts';

/**
 * The checked parameters after the `?`. Rejects unknown, repeated and wrong ones with the name of the parameter;
 * nothing is dropped in silence.
 */
export function parseQuery(schema: z.ZodObject, search: string): Record<string, unknown> {
  const known = Object.keys(schema.shape);
  const given = new Map<string, string>();
  const lists = new Map<string, string[]>();
  for (const [parameter, value] of new URLSearchParams(search)) {
    if (!known.includes(parameter)) throw unknownParameter(parameter, known);
    if (isList(schema.shape[parameter])) {
      lists.set(parameter, [...(lists.get(parameter) ?? []), value]);
      continue;
    }
    if (given.has(parameter)) throw new RequestError('PARAMETER_REPEATED', { parameter });
    given.set(parameter, value);
  }
  return check(schema, { ...Object.fromEntries(given), ...Object.fromEntries(lists) });
}

/** Whether a parameter may be repeated. */
const isList = (type: unknown): boolean =>
  type instanceof z.ZodOptional ? isList(type.unwrap()) : type instanceof z.ZodArray;

/** The checked parameters in the path. */
export function parseParams(
  schema: z.ZodObject,
  params: Readonly<Record<string, string | string[]>>,
): Record<string, unknown> {
  return check(schema, { ...params });
}

/** The checked body. Rejects unknown and wrong members with the path of the first one. */
export function checkBody(schema: z.ZodObject, input: unknown): Record<string, unknown> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = toPath(issue?.path ?? []);
  if (issue?.code !== 'unrecognized_keys') {
    const value = issue?.path.reduce<unknown>(memberOf, input);
    const values = { parameter: path, reason: reasonOf(issue) };
    throw new RequestError('BODY_INVALID', values, suggestionsFor(issue, value));
  }
  const [unknown = ''] = issue.keys;
  const parameter = issue.path.length === 0 ? unknown : `${path}.${unknown}`;
  const suggestions = issue.path.length === 0 ? suggest(unknown, Object.keys(schema.shape)) : [];
  throw new RequestError('BODY_INVALID', { parameter, reason: 'is not known' }, suggestions);
}

/** `files[0].name`; `body` for the whole of it. */
const toPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${String(key)}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '') || 'body';

const memberOf = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

function check(schema: z.ZodObject, input: Record<string, unknown>): Record<string, unknown> {
  for (const [parameter, value] of Object.entries(input)) {
    // Number('') is 0: an empty text would pass for a number.
    if (value === '' && !mayBeEmpty(schema.shape[parameter])) throw invalid(parameter, 'is empty');
  }
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const parameter = String(issue?.path[0] ?? 'request');
  throw invalid(parameter, reasonOf(issue), suggestionsFor(issue, input[parameter]));
}

const mayBeEmpty = (type: unknown): boolean =>
  type instanceof z.ZodType && type.safeParse('').data === '';

function reasonOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'invalid_value')
    return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue?.code === 'too_small')
    return `must be at least ${boundOf(issue.origin, issue.minimum)}`;
  if (issue?.code === 'too_big') return `must be at most ${boundOf(issue.origin, issue.maximum)}`;
  if (issue?.code === 'invalid_type')
    return `must be ${WORDS[issue.expected] ?? `a ${issue.expected}`}`;
  return issue?.message ?? 'is not valid';
}

/** Types whose name takes another article, or that people call otherwise. */
const WORDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

const boundOf = (origin: string, bound: number | bigint): string =>
  origin === 'string' ? `${String(bound)} characters long` : String(bound);

function suggestionsFor(issue: z.core.$ZodIssue | undefined, value: unknown): string[] {
  return issue?.code === 'invalid_value' && typeof value === 'string'
    ? suggest(value, issue.values.map(String))
    : [];
}

function unknownParameter(parameter: string, known: readonly string[]): RequestError {
  const others =
    known.length === 0 ? '; this path takes none' : `, or take one of: ${known.join(', ')}`;
  return new RequestError(
    'PARAMETER_UNKNOWN',
    { parameter, known: others },
    suggest(parameter, known),
  );
}

const invalid = (
  parameter: string,
  reason: string,
  suggestions: readonly string[] = [],
): RequestError => new RequestError('PARAMETER_INVALID', { parameter, reason }, suggestions);
