/** Holds the documents equal to the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTES } from '@heartwood/api/contract';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CATALOG } from '../packages/cli/src/catalog.ts';
import { SETTINGS as APP_SETTINGS } from '../packages/instrumentation/src/settings/table.ts';
import { BUILT_IN_RULES } from '../packages/receiver/src/mapping.ts';
import { RPC_CODE } from '../packages/receiver/src/rpc-status.ts';
import { SIGNALS } from '../packages/receiver/src/signal.ts';
import * as words from '../packages/semconv/src/index.ts';
import { parseConfig, SETTINGS as SERVER_SETTINGS } from '../packages/server/src/config.ts';
import { renderSchema, SCHEMA_FILE } from './docs/definitions-schema.ts';
import { errorCodes, REFERENCE_FILE, renderReference } from './docs/reference.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  workspaces: string[];
};

const documents: readonly string[] = [
  'README.md',
  'ARCHITECTURE.md',
  'BENCHMARKS.md',
  'CHANGELOG.md',
  ...manifest.workspaces.map((workspace) => `${workspace}/README.md`),
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file.split(path.sep).join('/')}`),
].filter((file) => existsSync(path.join(root, file)));

/** Every match of the pattern's first group in a document, once. */
const found = (file: string, pattern: RegExp): string[] => [
  ...new Set([...read(file).matchAll(pattern)].map(([, group = '']) => group)),
];

test('the reference page is what the tables in code say', () => {
  expect(readFileSync(REFERENCE_FILE, 'utf8')).toBe(renderReference());
});

test.each([
  ['apps', words.APP_SETTING_NAMES, Object.values(APP_SETTINGS).flatMap(({ env }) => [...env])],
  [
    'the server',
    words.SERVER_SETTING_NAMES,
    Object.values(SERVER_SETTINGS).map(({ variable }) => variable),
  ],
])('the names of settings that health knows are those of %s', (_of, names, table) => {
  const own = table.filter((name) => !name.startsWith('OTEL_'));
  expect(names.toSorted()).toEqual(own.toSorted());
});

test('the schema of definition files is what reads them', () => {
  expect(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'))).toEqual(JSON.parse(renderSchema()));
});

describe.each(documents)('%s', (file) => {
  test('names only npm commands that exist', () => {
    const named = [...found(file, /npm run ([\w:]+)/g), ...found(file, /npm (start|test)\b/g)];
    expect(named.filter((script) => !(script in manifest.scripts))).toEqual([]);
  });

  test('names only commands of the command line that exist', () => {
    const known = new Set(CATALOG.flatMap(({ words: pair, alias }) => [pair.join(' '), alias]));
    const named = found(file, /npx heartwood ([a-z]+-[a-z]+|[a-z]+ [a-z]+)/g);
    expect(named.filter((command) => !known.has(command))).toEqual([]);
  });

  test('links only to what is there', () => {
    const targets = found(file, /\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g);
    const here = path.join(root, path.dirname(file));
    expect(targets.filter((target) => !existsSync(path.join(here, target)))).toEqual([]);
  });

  test('names only routes that are in the route table', () => {
    const paths = new Set<string>(Object.values(ROUTES).map((route) => route.path));
    const named = found(file, /`(?:GET )?(\/(?:api|healthz|readyz|openapi)[^`\s?]*)[^`]*`/g);
    expect(named.filter((route) => !paths.has(route))).toEqual([]);
  });

  test('names only settings and error codes that exist', () => {
    const named = found(file, /(?<![\w/.-])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?!\w)/g);
    expect(named.filter((name) => !CAPITALS.has(name))).toEqual([]);
  });

  test('names only attributes that are in semconv', () => {
    const inCode = found(file, /`([^`\n]+)`/g).join('\n');
    const dotted =
      /\b(?:feature|session|user|service|http|rpc|gen_ai|mcp|messaging)\.[a-z_.]*[a-z]\b/g;
    const named = [...inCode.matchAll(dotted)].map(([name]) => name);
    const known = (name: string): boolean =>
      ATTRIBUTES.some((attribute) => attribute === name || isBelow(attribute, name));
    expect(named.filter((name) => !known(name) && !name.endsWith('.ts'))).toEqual([]);
  });
});

/** Names of the system; `feature.metadata.` and the like end in a dot. */
const ATTRIBUTES: readonly string[] = Object.entries(words).flatMap(([name, value]) =>
  /^(?:ATTR|EVENT|METRIC)_/.test(name) && typeof value === 'string' ? [value] : [],
);

const isBelow = (prefix: string, name: string): boolean =>
  prefix.endsWith('.') && `${name}.`.startsWith(prefix);

const CAPITALS: ReadonlySet<string> = new Set([
  ...Object.values(SERVER_SETTINGS).map(({ variable }) => variable),
  ...Object.values(APP_SETTINGS).flatMap(({ env }) => env),
  ...['receiver', 'api', 'kpi', 'cli', 'server', 'store', 'instrumentation'].flatMap(errorCodes),
  ...Object.keys(words),
  ...Object.keys(RPC_CODE),
  // Read by the command line, and by tests.
  'HEARTWOOD_URL',
  'NO_COLOR',
  'FORCE_COLOR',
  'CHROMIUM_PATH',
  'HEARTWOOD_FUZZ_RUNS',
  'HEARTWOOD_FUZZ_SEED',
  'HEARTWOOD_WORLDS',
  // OpenTelemetry's own, which its SDK reads.
  'OTEL_SERVICE_NAME',
  'OTEL_SDK_DISABLED',
  'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
  'OTEL_CONFIG_FILE',
  'OTEL_LOG_LEVEL',
  'OTEL_TRACES_SAMPLER',
  'OTEL_NODE_RESOURCE_DETECTORS',
  'OTEL_TRACES_EXPORTER',
  'OTEL_METRICS_EXPORTER',
  'OTEL_LOGS_EXPORTER',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_EXPORTER_OTLP_CERTIFICATE',
  'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE',
  'OTEL_EXPORTER_OTLP_CLIENT_KEY',
  // Node's.
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'NODE_ENV',
  'UV_THREADPOOL_SIZE',
  // The Collector file's, and the store's version stamp.
  'GATEWAY_TOKEN',
  'SCHEMA_VERSION',
]);

test('no setting of the app side keeps a server that shares its environment from starting', () => {
  const names = Object.values(APP_SETTINGS)
    .flatMap(({ env }) => env)
    .filter((name) => name.startsWith('HEARTWOOD_'));
  expect(names.length).toBeGreaterThan(10);
  const environment = Object.fromEntries(names.map((name) => [name, '1'] as const));
  expect(() => parseConfig(environment)).not.toThrow(/is not a setting/);
});

test('every place that ARCHITECTURE.md names exists', () => {
  const named = found('ARCHITECTURE.md', /`((?:packages|test|docs|collector-config)\/[^`\s…*]+)`/g);
  expect(named.filter((place) => !existsSync(path.join(root, place)))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);
});

describe('what is to be introduced is written down', () => {
  const guide = read('docs/guides/analytics.md');
  const readme = read('README.md');

  test('S4-75: goals and KPIs, a map of what is done in an app, the review of a plan', () => {
    expect(read('docs/guides/kpis.md')).toMatch(/^goals:$/m);
    expect(guide).toMatch(/^npx heartwood paths --after /m);
    expect(read('docs/guides/tracking-plan.md')).toContain('npx heartwood plan lint');
  });

  test('S4-78: funnels of file management, search and retrieval, and content analysis', () => {
    const ids = [...guide.matchAll(/^ {2}- id: (\w+)$/gm)].map(([, id]) => id);
    expect(ids).toEqual(
      expect.arrayContaining(['file_management', 'search_and_retrieval', 'content_analysis']),
    );
  });

  test('S4-83: the technical side, analytics for its users, and the tracking plan', () => {
    for (const file of [
      'ARCHITECTURE.md',
      'docs/guides/analytics.md',
      'docs/guides/tracking-plan.md',
    ])
      expect(readme, file).toContain(`](${file})`);
  });

  test('S4-84: in steps, with a look back', () => {
    expect(guide).toMatch(/^## \d+\. Introduce it in steps$/m);
    expect(guide).toMatch(/^5\. \*\*Look back\.\*\*/m);
  });
});

test('the map in README.md names every package', () => {
  const readme = read('README.md');
  for (const workspace of manifest.workspaces)
    expect(readme).toContain(`[${path.basename(workspace)}](${workspace})`);
});

test('the guide for any exporter lists the mapping rules as they are', () => {
  const rows = [
    ...read('docs/guides/any-exporter.md').matchAll(
      /^\| `([a-z-]+)` +\| ([a-z, ]+?) +\| `(.+?)` +\| `([a-z_]+)` +\|$/gm,
    ),
  ].map(([, id, kinds, name = '', category]) => ({
    id,
    kinds,
    name: name.replaceAll(String.raw`\|`, '|'),
    category,
  }));
  expect(rows).toEqual(
    BUILT_IN_RULES.map(({ id, kinds, name, category }) => ({
      id,
      kinds: kinds.map((kind) => KIND_WORDS[kind]).join(', '),
      name,
      category,
    })),
  );
});

const KIND_WORDS: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(words.SpanKind).map(([word, kind]) => [kind, word.toLowerCase()]),
);

describe.each(['agent', 'gateway'])('collector-config/%s.yaml', (name) => {
  const text = read(`collector-config/${name}.yaml`);
  const config = parse(text) as {
    readonly [Section in 'receivers' | 'processors' | 'exporters' | 'extensions']?: Record<
      string,
      unknown
    >;
  } & {
    readonly service: {
      readonly extensions?: readonly string[];
      readonly pipelines: Record<
        string,
        Record<'receivers' | 'processors' | 'exporters', string[]>
      >;
    };
  };
  const defined = (section: 'receivers' | 'processors' | 'exporters' | 'extensions'): string[] =>
    Object.keys(config[section] ?? {}).toSorted();

  test('defines what its pipelines use, and uses what it defines', () => {
    for (const section of ['receivers', 'processors', 'exporters'] as const) {
      const used = Object.values(config.service.pipelines).flatMap((pipeline) => pipeline[section]);
      expect([...new Set(used)].toSorted(), section).toEqual(defined(section));
    }
    expect([...(config.service.extensions ?? [])].toSorted()).toEqual(defined('extensions'));
  });

  test('sends no larger requests than the guide says', () => {
    const said = /the files send at most (\d+) spans/.exec(read('docs/guides/collector.md'))?.[1];
    expect(config.processors?.['batch']).toMatchObject({ send_batch_max_size: Number(said) });
  });

  test('carries only the signals that the receiver takes', () => {
    const signals = [...SIGNALS.values()].map(({ name }) => name);
    expect(Object.keys(config.service.pipelines).toSorted()).toEqual(signals.toSorted());
  });

  test('reads only variables that are settings', () => {
    const named = [...text.matchAll(/\$\{env:(\w+)/g)].map(([, variable = '']) => variable);
    expect(named.filter((variable) => !CAPITALS.has(variable))).toEqual([]);
  });
});
