/** Holds a value of a definition beside its schema and says every problem in words, with the keys that were meant. */
import { z } from 'zod';
import { QuestionError } from '../errors.ts';
import { suggest } from '../suggestion.ts';
import { TextProblem } from '../token.ts';
import { parseDuration } from '../window.ts';
import type { Spot } from './spot.ts';

/** What a value is read as; undefined when it has problems, which are reported at `spot`. */
export function readShape<T>(schema: z.ZodType<T>, value: unknown, spot: Spot): T | undefined {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  report(parsed.error.issues, schema, spot);
  return undefined;
}

/**
 * A schema of a text that `parse` reads; what it throws about the text becomes the problem. `told` is what the JSON Schema
 * of definition files says of the text.
 */
export function parsedText<T>(
  parse: (text: string) => T,
  told: z.core.JSONSchemaMeta = {},
): z.ZodType<T, string> {
  return textOf(told).transform((text, context): T => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof TextProblem) && !(error instanceof QuestionError)) throw error;
      const { message, suggestions } = error;
      const where = error instanceof TextProblem ? ` (column ${error.column})` : '';
      return refuse(context, text, `cannot be read: ${message}${where}`, suggestions);
    }
  });
}

/** A schema of one of some words, in any case. */
export function wordOf<const Word extends string>(words: readonly Word[]): z.ZodType<Word, string> {
  return textOf({ anyOf: [{ enum: words }, { pattern: inAnyCase(words) }] }).transform(
    (text, context): Word => {
      const word = words.find((known) => known.toLowerCase() === text.toLowerCase());
      if (word !== undefined) return word;
      const message = `must be one of ${words.join(', ')}, not ${describe(text)}`;
      return refuse(context, text, message, suggest(text, words));
    },
  );
}

const textOf = (told: z.core.JSONSchemaMeta): z.ZodString => z.string().meta(told);

/** JSON Schema knows no flag for it. */
const inAnyCase = (words: readonly string[]): string =>
  `^(?:${words.map((word) => word.replaceAll(/[a-z]/giu, toBothCases)).join('|')})$`;

const toBothCases = (letter: string): string => `[${letter.toLowerCase()}${letter.toUpperCase()}]`;

function refuse(
  context: z.RefinementCtx,
  input: string,
  message: string,
  suggestions: readonly string[],
): never {
  context.issues.push({ code: 'custom', message, input, params: { suggestions } });
  return z.NEVER;
}

/** A schema of a length of time such as `90s` or `7d`, in milliseconds. */
export const durationMs: z.ZodType<number, string> = parsedText(
  (text) => parseDuration(text, 'duration'),
  {
    description: 'A length of time, such as 90s, 1h30m or 7d.',
    pattern: String.raw`^\s*(?:\d{1,9}(?:\.\d{1,9})?\s?(?:ms|[smhdw]))+\s*$`,
  },
);

type Issue = z.core.$ZodIssue;

function report(issues: readonly Issue[], schema: z.core.$ZodType, spot: Spot): void {
  for (const issue of issues) {
    const path = issue.path.filter((key) => typeof key !== 'symbol');
    const at = spot.at(...path);
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys) {
        const known = schemasAt(schema, path).flatMap((one) =>
          Object.keys(partsOf(one).shape ?? {}),
        );
        const message = `is not known; there are ${known.join(', ')}`;
        at.at(key).error('DEFINITION_KEY_UNKNOWN', message, suggest(key, known));
      }
    else if (issue.code === 'invalid_union') reportUnion(issue, schemasAt(schema, path), at);
    else at.error('DEFINITION_VALUE', explain(issue), suggestionsOf(issue));
  }
}

function suggestionsOf(issue: Issue): readonly string[] {
  if (issue.code === 'custom') return (issue.params?.['suggestions'] as string[] | undefined) ?? [];
  return issue.code === 'invalid_value' && typeof issue.input === 'string'
    ? suggest(issue.input, issue.values.map(String))
    : [];
}

/** Speaks of the one alternative that has the value's form; of all where it has none's or several'. */
function reportUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  options: readonly z.core.$ZodType[],
  at: Spot,
): void {
  const formed = issue.errors
    .map((issues, index) => ({ issues, schema: options[index] }))
    .filter(({ issues }) =>
      issues.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
    );
  const [only] = formed;
  if (formed.length === 1 && only?.schema !== undefined) report(only.issues, only.schema, at);
  else {
    const wanted = issue.errors.map(([first]) => (first === undefined ? '' : wantedBy(first)));
    const words = [...new Set(wanted.filter((word) => word !== ''))].join(', or ');
    at.error('DEFINITION_VALUE', `must be ${words}, not ${describe(issue.input)}`);
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
  null: 'null',
};

const wantedBy = (issue: Issue): string => {
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected;
  return issue.code === 'invalid_value' ? issue.values.map(String).join(' or ') : '';
};

function explain(issue: Issue): string {
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map(String).join(', ')}, not ${describe(issue.input)}`;
  if (issue.code === 'invalid_type')
    return issue.input === undefined
      ? `is missing; it must be ${wantedBy(issue)}`
      : `must be ${wantedBy(issue)}, not ${describe(issue.input)}`;
  const of = { string: ' characters', array: ' entries', number: '' }[
    (issue as { origin?: string }).origin ?? ''
  ];
  if (issue.code === 'too_small')
    return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${of ?? ''}`;
  if (issue.code === 'too_big')
    return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${of ?? ''}`;
  return issue.message;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `the text "${value.slice(0, 60)}"`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'a map of keys' : JSON.stringify(value);
}

/** What schemas say of their parts; only those that definitions use. */
interface Parts {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
}

const partsOf = (schema: z.core.$ZodType): Parts => {
  const parts = schema._zod.def as unknown as Parts;
  return parts.innerType === undefined ? parts : partsOf(parts.innerType);
};

/** Schemas of what stands at a path: all alternatives of a union. */
function schemasAt(
  schema: z.core.$ZodType,
  path: readonly (string | number)[],
): readonly z.core.$ZodType[] {
  const { options, shape, element, valueType } = partsOf(schema);
  if (options !== undefined) return options.flatMap((option) => schemasAt(option, path));
  const [key, ...rest] = path;
  if (key === undefined) return [schema];
  const next =
    (shape !== undefined && Object.hasOwn(shape, key) ? shape[key] : undefined) ??
    element ??
    valueType;
  return next === undefined ? [] : schemasAt(next, rest);
}
