/** The flags that every command takes, with the environment variables behind them. */
import type { FlagTable, FlagValues } from './flag.ts';

export const FORMATS = ['table', 'json', 'ndjson', 'csv', 'md'] as const;
/** How data are written. */
export type Format = (typeof FORMATS)[number];

const wordsOf = (all: readonly string[]): string =>
  [all.slice(0, -1).join(', '), ...all.slice(-1)].filter((word) => word !== '').join(' or ');

/** The flag of the formats that a command knows. */
export const formatFlag = <const Known extends Format>(
  known: readonly Known[],
  preset = 'table',
): {
  readonly kind: 'choice';
  readonly value: 'FORMAT';
  readonly choices: readonly Known[];
  readonly doc: string;
} => ({
  kind: 'choice',
  value: 'FORMAT',
  choices: known,
  doc: `How data are written: ${wordsOf(known)}. Default: ${preset}.`,
});

export const GLOBAL_FLAGS = {
  url: {
    kind: 'text',
    value: 'URL',
    doc: 'Address of the server. Default: HEARTWOOD_URL, else http://127.0.0.1:4319.',
  },
  token: {
    kind: 'text',
    value: 'TOKEN',
    doc: 'Token for reading. Default: HEARTWOOD_READ_TOKEN, which other users of this machine cannot see.',
  },
  timeout: {
    kind: 'milliseconds',
    value: 'LENGTH',
    doc: 'Longest wait for an answer, such as 500ms or 30s. Default: 30s.',
  },
  json: { kind: 'switch', doc: 'The same as --format json.' },
  format: formatFlag(FORMATS),
  output: {
    kind: 'text',
    value: 'FILE',
    doc: 'Writes data to this file, whole or not at all; its ending (.json .ndjson .csv .md .txt .log) says the format where --format does not.',
  },
  force: { kind: 'switch', doc: 'Lets --output replace a file.' },
  'no-color': { kind: 'switch', doc: 'No colours. NO_COLOR and FORCE_COLOR are obeyed too.' },
  quiet: { kind: 'switch', short: 'q', doc: 'Data and errors only: no notes, warnings and hints.' },
  help: { kind: 'switch', short: 'h', doc: 'Shows this.' },
  version: { kind: 'switch', short: 'V', doc: 'Shows the version.' },
} as const satisfies FlagTable;

/** What the global flags say. */
export type GlobalFlags = FlagValues<typeof GLOBAL_FLAGS>;
