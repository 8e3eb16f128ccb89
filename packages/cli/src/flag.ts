/** Flags: their table, and reading them from what was typed. */
import { parseArgs } from 'node:util';
import { cliError } from './errors.ts';
import { suggest, suggestion } from './suggest.ts';

/** One flag; the table it stands in names it. */
export type Flag =
  | { readonly kind: 'switch'; readonly doc: string; readonly short?: string }
  | {
      /** `texts` may be given several times, and all of them count. */
      readonly kind: 'text' | 'texts' | 'count' | 'milliseconds';
      /** Another name that means the same. */
      readonly also?: string;
      /** What stands for the value in the help. */
      readonly value: string;
      readonly doc: string;
      readonly short?: string;
    }
  | {
      readonly kind: 'choice';
      readonly value: string;
      readonly choices: readonly string[];
      readonly doc: string;
      readonly short?: string;
    };

/** Flags by name, without the dashes. */
export type FlagTable = Readonly<Record<string, Flag>>;

/** What the flags of a table say. Not given: false for switches, else undefined. */
export type FlagValues<Table extends FlagTable> = {
  readonly [Name in keyof Table]: ValueOf<Table[Name]>;
};

type ValueOf<F extends Flag> = F extends { kind: 'switch' }
  ? boolean
  : F extends { kind: 'choice'; choices: readonly (infer Choice)[] }
    ? Choice | undefined
    : F extends { kind: 'text' }
      ? string | undefined
      : F extends { kind: 'texts' }
        ? readonly string[] | undefined
        : number | undefined;

/** What was typed, sorted. */
export interface Parsed<Table extends FlagTable> {
  readonly flags: FlagValues<Table>;
  readonly rest: readonly string[];
}

/**
 * Reads flags and what is none. Rejects what the table does not know, and a value that is given twice, unless the flag takes
 * several.
 */
export function parseFlags<Table extends FlagTable>(
  args: readonly string[],
  table: Table,
  command: string,
): Parsed<Table> {
  const names = new Map(Object.entries(table).flatMap(([name, flag]) => namesOf(name, flag)));
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(table).flatMap(([name, flag]) => {
        const { kind, short } = flag;
        const option = {
          type: kind === 'switch' ? ('boolean' as const) : ('string' as const),
          ...(short === undefined ? {} : { short }),
        };
        return namesOf(name, flag).map(([typed]) => [
          typed,
          typed === name ? option : { type: option.type },
        ]);
      }),
    ),
  });
  const flags: Record<string, unknown> = Object.fromEntries(
    Object.entries(table).map(([name, { kind }]) => [name, kind === 'switch' ? false : undefined]),
  );
  const rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') rest.push(token.value);
    if (token.kind !== 'option') continue;
    const name = names.get(token.name);
    const flag = name === undefined ? undefined : table[name];
    if (name === undefined || flag === undefined) throw unknownFlag(token.rawName, table, command);
    const read = readFlag(`--${token.name}`, flag, token.value, token.inlineValue === true);
    const given = flags[name];
    if (flag.kind !== 'texts' && flag.kind !== 'switch' && given !== undefined)
      throw cliError('FLAG_REPEATED', {
        flag: `--${token.name}`,
        given: String(token.value),
      });
    flags[name] = flag.kind !== 'texts' ? read : [...(Array.isArray(given) ? given : []), read];
  }
  return { flags: flags as FlagValues<Table>, rest };
}

/** What may be typed for a flag, each with its name. */
const namesOf = (name: string, flag: Flag): [typed: string, name: string][] => [
  [name, name],
  ...('also' in flag && flag.also !== undefined
    ? [[flag.also, name] satisfies [string, string]]
    : []),
];

function unknownFlag(typed: string, table: FlagTable, command: string): Error {
  const known = Object.entries(table).flatMap(([name, flag]) =>
    namesOf(name, flag).map(([word]) => `--${word}`),
  );
  return cliError('FLAG_UNKNOWN', {
    flag: typed,
    command,
    suggestion: typed.startsWith('--') ? suggestion(typed, known) : '',
  });
}

function readFlag(name: string, flag: Flag, given: string | undefined, inline: boolean): unknown {
  if (flag.kind === 'switch') {
    if (given !== undefined) throw cliError('FLAG_VALUE_UNWANTED', { flag: name });
    return true;
  }
  if (given === undefined || given === '' || (!inline && given.startsWith('-')))
    throw cliError('FLAG_VALUE_MISSING', { flag: name, value: flag.value });
  const wrong = (expected: string, suggestion = ''): Error =>
    cliError('FLAG_VALUE_WRONG', { flag: name, given, expected, suggestion });
  switch (flag.kind) {
    case 'text':
    case 'texts': {
      return given;
    }
    case 'choice': {
      if (flag.choices.includes(given)) return given;
      throw wrong(
        `must be one of ${flag.choices.join(', ')}`,
        suggest(given, flag.choices).length === 0 ? '' : suggestion(given, flag.choices),
      );
    }
    case 'count': {
      if (/^\d{1,9}$/u.test(given) && Number(given) > 0) return Number(given);
      throw wrong('must be a whole number from 1 to 999999999');
    }
    case 'milliseconds': {
      return parseMilliseconds(given) ?? raise(wrong('must be a length such as 250ms, 1.5s or 2m'));
    }
    default: {
      return flag satisfies never;
    }
  }
}

function raise(error: Error): never {
  throw error;
}

/** Milliseconds of `250ms`, `1.5s`, `2m`, `1h` or of a bare number; undefined when it is none. */
export function parseMilliseconds(text: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h)?$/u.exec(text);
  if (match === null) return undefined;
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? 'ms'] ?? 1;
  return Number(match[1]) * unit;
}
