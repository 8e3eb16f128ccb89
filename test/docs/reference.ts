/** Makes docs/reference.md from the tables in code; `npm run docs` writes it, a test holds it equal. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTES } from '@heartwood/api/contract';
import { SETTINGS as APP_SETTINGS } from '../../packages/instrumentation/src/settings.ts';
import { SETTINGS as SERVER_SETTINGS } from '../../packages/server/src/config.ts';

const root = path.resolve(import.meta.dirname, '../..');

export const REFERENCE_FILE = path.join(root, 'docs/reference.md');

export function renderReference(): string {
  return [
    '# Reference',
    'Made from the tables in code by `npm run docs`; change those, not this page.',
    '## Settings of the server',
    table(
      ['variable', 'default', 'meaning'],
      Object.values(SERVER_SETTINGS).map(({ variable, fallback, meaning }) => [
        code(variable),
        fallback === '' ? 'unset' : code(fallback),
        meaning,
      ]),
    ),
    '## Settings of the instrumentation',
    'Read from the environment of the app. Names that begin with `OTEL_` keep the meaning OpenTelemetry gives them.',
    table(
      ['variable', 'type', 'default', 'meaning'],
      Object.values(APP_SETTINGS).map(({ env, type, default: fallback, doc }) => [
        env.map(code).join(', '),
        type,
        fallback === '' ? 'unset' : code(fallback),
        doc,
      ]),
    ),
    '## HTTP API',
    'The whole contract with schemas: `GET /openapi.json`, or as a page `GET /docs`.',
    table(
      ['method', 'path', 'answer'],
      Object.values(ROUTES).map(({ method, path: route, summary }) => [
        method.toUpperCase(),
        code(route),
        summary,
      ]),
    ),
    '## Attributes',
    'Names that Heartwood writes or reads on spans and resources.',
    table(['attribute', 'meaning'], constants('attributes.ts', 'ATTR_')),
    '## Events and metrics',
    table(
      ['name', 'meaning'],
      [...constants('signals.ts', 'EVENT_'), ...constants('signals.ts', 'METRIC_')],
    ),
    '',
  ].join('\n\n');
}

/** Name and doc sentence of the exported constants of a semconv file. */
function constants(file: string, prefix: string): string[][] {
  const text = readFileSync(path.join(root, 'packages/semconv/src', file), 'utf8');
  const pattern = new RegExp(
    String.raw`/\*\* ([^/]*?) \*/\nexport const ${prefix}\w+ =\s*'([^']+)';`,
    'g',
  );
  return [...text.matchAll(pattern)].map(([, doc = '', name = '']) => [
    code(name),
    doc.replaceAll(/\{@link (\w+)\}/g, '`$1`').replaceAll(/\s*\n \* /g, ' '),
  ]);
}

const code = (text: string): string => `\`${text}\``;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map(
      (cells) =>
        `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')).join(' | ')} |`,
    )
    .join('\n');
