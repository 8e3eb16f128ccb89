/** Help pages: examples first, then what there is. */
import type { Entry } from './catalog/entry.ts';
import { CATALOG } from './catalog.ts';
import type { Command } from './command.ts';
import type { Flag, FlagTable } from './flag.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import { pad, wrap } from './render/width.ts';
import { SERVER_COMMANDS } from './server-command.ts';

/** What there is, or the `entries` of one noun. */
export function overview(entries?: readonly Entry[]): string {
  const shown = entries ?? CATALOG;
  const aliases = shown.flatMap(({ alias, words }) =>
    alias === undefined ? [] : [[alias, words.join(' ')] as const],
  );
  const examples = entries?.slice(0, 1).map(helpExample) ?? EXAMPLES;
  return page([
    ['heartwood asks a Heartwood server which features are used, slow, failing and worth it.'],
    section('Examples', pairs(examples)),
    section('Commands', pairs(shown.map(({ words, summary }) => [words.join(' '), summary]))),
    ...(aliases.length === 0 ? [] : [section('The same in one word', pairs(aliases))]),
    ...(entries === undefined
      ? [section('On the machine of the server', pairs(Object.entries(SERVER_COMMANDS)))]
      : []),
    section('Flags of every command', flagLines(GLOBAL_FLAGS)),
    section('Exit codes', [
      '0 done   1 error   2 wrong call   3 check failed   4 server not reachable   130 interrupted',
    ]),
    ['heartwood <command> --help shows the examples and flags of a command.'],
  ]);
}

const EXAMPLES = [
  ['heartwood features list --since 7d', 'features of the last week, most used first'],
  ['heartwood features show checkout', 'everything about one feature'],
  ['heartwood records list --status failed', 'what failed in the last 24 hours'],
] as const;

const helpExample = ({ words }: Entry): [string, string] => [
  `heartwood ${words.join(' ')} --help`,
  'how it is used, by examples',
];

/** How one command is used. */
export function commandHelp({ words, alias, summary }: Entry, command: Command): string {
  const argument = argumentUsage(command);
  return page([
    wrap(`heartwood ${words.join(' ')}: ${summary}`, WIDTH),
    section('Examples', pairs(command.examples)),
    section('Usage', [
      `heartwood ${words.join(' ')}${argument} [flags]`,
      ...(alias === undefined ? [] : [`heartwood ${alias}${argument} [flags]`]),
    ]),
    section('Flags', flagLines(command.flags)),
    section('Flags of every command', flagLines(globalFlagsOf(command))),
  ]);
}

/** Those that the command does not have in its own words. */
const globalFlagsOf = ({ flags }: Command): FlagTable =>
  Object.fromEntries(Object.entries(GLOBAL_FLAGS).filter(([name]) => !Object.hasOwn(flags, name)));

function argumentUsage({ argument }: Command): string {
  if (argument === undefined) return '';
  return argument.preset === undefined ? ` <${argument.value}>` : ` [<${argument.value}>]`;
}

// Wide enough for two columns, narrow enough for a terminal of 80.
const WIDTH = 78;
const INDENT = '  ';

const page = (parts: readonly (readonly string[])[]): string =>
  `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;

const section = (title: string, lines: readonly string[]): string[] => [
  title,
  ...lines.map((line) => INDENT + line),
];

function flagLines(table: FlagTable): string[] {
  return pairs(Object.entries(table).map(([name, flag]) => [flagUsage(name, flag), flag.doc]));
}

function flagUsage(name: string, flag: Flag): string {
  const short = flag.short === undefined ? '' : `-${flag.short}, `;
  const also = 'also' in flag && flag.also !== undefined ? `, --${flag.also}` : '';
  return `${short}--${name}${also}${flag.kind === 'switch' ? '' : ` ${flag.value}`}`;
}

/** Two columns; where the left ones are long, each right one stands below its left one. */
function pairs(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([text]) => text.length)) + INDENT.length;
  if (left > WIDTH / 2) {
    return rows.flatMap(([text, doc]) => [
      text,
      ...wrap(doc, WIDTH - 2 * INDENT.length).map((line) => INDENT + INDENT + line),
    ]);
  }
  return rows.flatMap(([text, doc]) =>
    wrap(doc, WIDTH - left - INDENT.length).map(
      (line, index) => pad(index === 0 ? text : '', left, 'left') + line,
    ),
  );
}
