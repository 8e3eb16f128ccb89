/** Makes docs/reference.md from the tables in code; `npm run docs` writes it, a test holds it equal. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTES } from '@heartwood/api/contract';
import { SETTINGS as APP_SETTINGS } from '../../packages/instrumentation/src/settings/table.ts';
import { SETTINGS as SERVER_SETTINGS } from '../../packages/server/src/config.ts';
import { EXIT, EXIT_MEANINGS } from '../../packages/cli/src/exit.ts';
import { GLOBAL_FLAGS } from '../../packages/cli/src/global-flags.ts';

const root = path.resolve(import.meta.dirname, '../..');

export const REFERENCE_FILE = path.join(root, 'docs/reference.md');

/** Who sees the codes of which rooms. */
const ERROR_READERS = {
  'senders of OTLP': ['receiver'],
  'callers of the API': ['api', 'kpi'],
  'the terminal': ['cli'],
  'the log of the server': ['server', 'store'],
  'apps that use sessions and trackers': ['instrumentation'],
} as const;

export function renderReference(): string {
  const attributes = constants('attributes.ts', 'ATTR_');
  const signals = [...constants('signals.ts', 'EVENT_'), ...constants('signals.ts', 'METRIC_')];
  return `${[
    '# Reference',
    'Made from the tables in code by `npm run docs`; change those, not this page.',
    '## Settings of the server',
    table(
      ['variable', 'default', 'meaning'],
      Object.values(SERVER_SETTINGS).map(({ variable, fallback, meaning }) => [
        code(variable),
        fallback === '' ? 'unset' : code(fallback),
        prose(meaning),
      ]),
    ),
    'A name that begins with `HEARTWOOD_` and is no setting stops the start, as a bad value does; all problems are named at once.',
    '## Settings of the instrumentation',
    'Read from the environment of the app; of several names in a row the first that is set counts. Names that begin with `OTEL_` keep the meaning OpenTelemetry gives them.',
    table(
      ['variable', 'type', 'default', 'meaning'],
      Object.values(APP_SETTINGS).map(({ env, type, default: fallback, doc }) => [
        env.map(code).join(', '),
        type,
        fallback === '' ? 'unset' : code(fallback),
        prose(doc),
      ]),
    ),
    '## Flags of every command',
    table(
      ['flag', 'meaning'],
      Object.entries(GLOBAL_FLAGS).map(([name, { doc }]) => [code(`--${name}`), prose(doc)]),
    ),
    '## Exit codes of the command line',
    table(
      ['code', 'meaning'],
      Object.entries(EXIT_MEANINGS).map(([name, meaning]) => [
        code(String(EXIT[name as keyof typeof EXIT])),
        prose(meaning),
      ]),
    ),
    'An error is one line on stderr that says what is wrong, and below it a line that says what helps; stdout stays empty.',
    '## HTTP API',
    'The whole contract with schemas: `GET /openapi.json`, or as a page `GET /docs`.',
    table(
      ['method', 'path', 'answer'],
      Object.values(ROUTES).map(({ method, path: route, summary }) => [
        method.toUpperCase(),
        code(route),
        prose(summary),
      ]),
    ),
    '## Error codes',
    'Each comes with a message that names the remedy.',
    table(
      ['seen by', 'codes'],
      Object.entries(ERROR_READERS).map(([reader, rooms]) => [
        reader,
        rooms.flatMap(errorCodes).map(code).join(' '),
      ]),
    ),
    '## Attributes',
    'Names that Heartwood writes or reads. Whatever else a span carries is stored with it.',
    table(['attribute', 'meaning'], attributes.filter(isUsed).map(toRow)),
    '## Names set aside',
    'Names that have their meaning already. No code writes or reads them by name yet; on a span they are stored like any other.',
    table(
      ['name', 'meaning'],
      [...attributes, ...signals].filter((constant) => !isUsed(constant)).map(toRow),
    ),
  ].join('\n\n')}\n`;
}

/** Codes of a package's table of errors, which may have a file a topic. */
export function errorCodes(room: string): string[] {
  const source = path.join(root, 'packages', room, 'src');
  const topics = path.join(source, 'errors');
  const files = existsSync(topics)
    ? readdirSync(topics).map((file) => path.join(topics, file))
    : [path.join(source, 'errors.ts')];
  const text = files
    .toSorted()
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  return [...text.matchAll(/^ {2}([A-Z][A-Z_]{3,}): \{/gm)].map(([, name = '']) => name);
}

interface Constant {
  readonly identifier: string;
  readonly name: string;
  readonly doc: string;
}

/** The exported constants of a semconv file. */
function constants(file: string, prefix: string): Constant[] {
  const text = readFileSync(path.join(root, 'packages/semconv/src', file), 'utf8');
  const pattern = new RegExp(
    String.raw`/\*\* ([^/]*?) \*/\nexport const (${prefix}\w+) =\s*'([^']+)';`,
    'g',
  );
  return [...text.matchAll(pattern)].map(([, doc = '', identifier = '', name = '']) => ({
    identifier,
    name,
    doc: doc.replaceAll(/\{@link (\w+)\}/g, '`$1`').replaceAll(/\s*\n \* /g, ' '),
  }));
}

/** True when a package beside semconv names the constant. */
const isUsed = ({ identifier }: Constant): boolean => usedNames.has(identifier);

const usedNames: ReadonlySet<string> = new Set(
  readdirSync(path.join(root, 'packages')).flatMap((name) =>
    name === 'semconv' ? [] : namesIn(path.join(root, 'packages', name, 'src')),
  ),
);

function namesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|testing/.test(file))
    .flatMap(
      (file) =>
        readFileSync(path.join(folder, file), 'utf8').match(/\b(?:ATTR|EVENT|METRIC)_\w+/g) ?? [],
    );
}

const toRow = ({ name, doc }: Constant): string[] => [code(name), prose(doc)];

const code = (text: string): string => `\`${text}\``;

/** Angle brackets outside of code would be taken for HTML. */
const prose = (text: string): string =>
  text.replaceAll(/`[^`]*`|</g, (found) => (found === '<' ? '&lt;' : found));

/** A table with its columns aligned, as the formatter writes it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((cells) =>
    cells.map((cell) => cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')),
  );
  const widths = head.map((_, column) =>
    Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const pad = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...rest] = lines;
  return [pad(first), pad(widths.map((width) => '-'.repeat(width))), ...rest.map(pad)].join('\n');
}
