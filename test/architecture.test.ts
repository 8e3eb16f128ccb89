/** Holds the structure that ARCHITECTURE.md describes: direction, places, names and sizes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** What each package may import; `types` says that only `import type` may cross. */
const MAY_IMPORT: Record<string, Record<string, 'values' | 'types' | readonly string[]>> = {
  semconv: {},
  instrumentation: { semconv: 'values' },
  store: { semconv: 'values' },
  receiver: { semconv: 'values', store: ['@heartwood/store/batch'] },
  kpi: { semconv: 'values', store: 'types' },
  api: { semconv: 'values', kpi: 'values', store: 'types' },
  dashboard: { semconv: 'values', api: ['@heartwood/api/contract', '@heartwood/api/client'] },
  cli: { semconv: 'values', api: ['@heartwood/api/contract', '@heartwood/api/client'] },
  server: {
    semconv: 'values',
    store: 'values',
    receiver: 'values',
    kpi: 'values',
    api: 'values',
  },
};

interface Source {
  readonly package: string;
  /** Path from the repository root, with forward slashes. */
  readonly file: string;
  readonly text: string;
  readonly isTest: boolean;
}

const isTestFile = (file: string): boolean =>
  /\.test\.tsx?$/.test(file) || file.endsWith('.contract.ts') || file.includes('/testing/');

const sources: Source[] = Object.keys(MAY_IMPORT).flatMap((name) => {
  const folder = path.join(root, 'packages', name, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => {
      const relative = `packages/${name}/src/${file.split(path.sep).join('/')}`;
      return {
        package: name,
        file: relative,
        text: readFileSync(path.join(folder, file), 'utf8'),
        isTest: isTestFile(relative),
      };
    });
});

const production = sources.filter(({ isTest }) => !isTest);

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  /** Loaded when it is needed. */
  readonly isLate?: true;
}

function importsOf({ text }: Source): Import[] {
  const found: Import[] = [];
  const statement = /^(import|export)\s+(type\s+)?([^;'"]*?from\s+)?['"]([^'"]+)['"]/gm;
  for (const match of text.matchAll(statement)) {
    const names = /\{([^}]*)\}/.exec(match[3] ?? '')?.[1];
    const allInline =
      names !== undefined &&
      names.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '));
    found.push({ specifier: match[4] ?? '', typeOnly: match[2] !== undefined || allInline });
  }
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ specifier: match[1] ?? '', typeOnly: false, isLate: true });
  return found;
}

const ourPackage = (specifier: string): string | undefined =>
  /^@heartwood\/([a-z]+)/.exec(specifier)?.[1];

describe('direction', () => {
  test.each(production.map((source) => [source.file, source] as const))(
    '%s imports only what its package may',
    (_file, source) => {
      const wrong = importsOf(source).filter(({ specifier, typeOnly }) => {
        const target = ourPackage(specifier);
        if (target === undefined || target === source.package) return false;
        const rule = MAY_IMPORT[source.package]?.[target];
        if (rule === undefined) return true;
        return !typeOnly && rule !== 'values' && (rule === 'types' || !rule.includes(specifier));
      });
      expect(wrong).toEqual([]);
    },
  );

  test('no file leads back to itself, not by types either', () => {
    const byFile = new Map(sources.map((source) => [source.file, source]));
    const targetsOf = (source: Source): Source[] =>
      importsOf(source)
        .filter(({ specifier, isLate }) => specifier.startsWith('.') && isLate === undefined)
        .flatMap(
          ({ specifier }) =>
            byFile.get(path.posix.join(path.posix.dirname(source.file), specifier)) ?? [],
        );
    const done = new Set<Source>();
    const circles: string[] = [];
    const visit = (source: Source, way: readonly Source[]): void => {
      const at = way.indexOf(source);
      if (at >= 0) circles.push([...way.slice(at), source].map(({ file }) => file).join(' -> '));
      if (at >= 0 || done.has(source)) return;
      for (const target of targetsOf(source)) visit(target, [...way, source]);
      done.add(source);
    };
    for (const source of sources) visit(source, []);
    expect(circles).toEqual([]);
  });

  test('every dependency between packages stands in package.json and in the project references', () => {
    for (const name of Object.keys(MAY_IMPORT)) {
      const folder = path.join(root, 'packages', name);
      const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      const declared = Object.keys({
        ...manifest.dependencies,
        ...manifest.peerDependencies,
        ...manifest.devDependencies,
      })
        .map(ourPackage)
        .filter((target) => target !== undefined);
      const used = new Set(
        sources
          .filter((source) => source.package === name && !source.isTest)
          .flatMap(importsOf)
          .map(({ specifier }) => ourPackage(specifier))
          .filter((target) => target !== undefined && target !== name),
      );
      for (const target of used) expect(declared, `${name}/package.json`).toContain(target);
    }
  });

  test('the app side depends on OpenTelemetry only as a peer', () => {
    const manifest = JSON.parse(
      readFileSync(path.join(root, 'packages/instrumentation/package.json'), 'utf8'),
    );
    const hard = Object.keys(manifest.dependencies ?? {});
    expect(hard.filter((name) => name.startsWith('@opentelemetry/'))).toEqual([]);
  });
});

/** Folders of the instrumentation, lowest first: a file imports values from its own folder and from those before it. */
const APP_SIDE_ORDER = [
  'host',
  'settings',
  'privacy',
  'otlp',
  'delivery',
  'engine',
  'context',
  'facts',
  'signals',
  'run',
  'wrap',
  'work',
  'faces',
  'preload',
];

test('folders of the instrumentation depend one way', () => {
  const folderOf = (file: string): string | undefined =>
    /^packages\/instrumentation\/src\/([a-z]+)\//.exec(file)?.[1];
  const wrong = production.flatMap((source) => {
    const from = folderOf(source.file);
    if (from === undefined) return [];
    return importsOf(source)
      .filter(({ specifier, typeOnly }) => !typeOnly && specifier.startsWith('.'))
      .map(({ specifier }) => path.posix.join(path.posix.dirname(source.file), specifier))
      .filter((target) => {
        const to = folderOf(target);
        if (to === undefined) return false;
        return !(APP_SIDE_ORDER.indexOf(to) <= APP_SIDE_ORDER.indexOf(from));
      })
      .map((target) => `${source.file} -> ${target}`);
  });
  expect(wrong).toEqual([]);
});

describe('places', () => {
  test('SQL stands in packages/store, composed questions in its src/analytics, and nowhere else', () => {
    const sql =
      /['"`]\s*(select\s[\s\S]{0,200}?\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(or\s+replace\s+)?(table|view|macro)\s|alter\s+table\s)/i;
    const offenders = production
      .filter(
        ({ file, text }) =>
          !/^packages\/store\/src\/(?:duckdb|analytics)\//.test(file) && sql.test(text),
      )
      .map(({ file }) => file);
    expect(offenders).toEqual([]);
  });

  test('attribute names stand in semconv and nowhere else', () => {
    const text = readFileSync(path.join(root, 'packages/semconv/src/attributes.ts'), 'utf8');
    const names = [...text.matchAll(/^export const ATTR_\w+ =\s*'([^']+)'/gm)].map(
      (match) => match[1] ?? '',
    );
    expect(names.length).toBeGreaterThan(40);
    const offenders = production
      .filter((source) => source.package !== 'semconv')
      .flatMap(({ file, text }) =>
        names
          .filter((name) => text.includes(`'${name}'`) || text.includes(`"${name}"`))
          .map((name) => `${file}: ${name}`),
      );
    expect(offenders).toEqual([]);
  });
});

describe('files', () => {
  test.each(production.map((source) => [source.file, source] as const))(
    '%s is small, named after one concept and says what it is',
    (file, { text }) => {
      const code = text
        .replaceAll(/\/\*[\s\S]*?\*\//g, '')
        .split('\n')
        .filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
      expect(code.length, 'lines of code').toBeLessThanOrEqual(300);
      const name = path.basename(file).replace(/\.tsx?$/, '');
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*(\.contract)?$/);
      expect(name).not.toMatch(/^(utils?|helpers?|common|misc|core|shared)$/);
      expect(text.startsWith('/**') || text.startsWith('#!'), 'opening sentence').toBe(true);
      expect(text).not.toMatch(/^export \* /m);
      expect(text).not.toMatch(/\bTODO\b(?!\(#\d+\))/);
    },
  );

  test('the median file is short', () => {
    const lengths = production.map(({ text }) => text.split('\n').length).toSorted((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(110);
  });

  test('the long run of random tests names every file that has some', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const named = String(scripts['test:fuzz'])
      .split(' ')
      .filter((word) => word.endsWith('.test.ts'));
    const random = sources.filter(({ text }) => text.includes("env['HEARTWOOD_FUZZ_RUNS']"));
    expect(named.toSorted()).toEqual(random.map(({ file }) => file).toSorted());
  });

  test('every package has a README and a package.json with the one version', () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    for (const name of Object.keys(MAY_IMPORT)) {
      const folder = path.join(root, 'packages', name);
      expect(existsSync(path.join(folder, 'README.md')), `${name}/README.md`).toBe(true);
      const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      expect(manifest.version).toBe(version);
      expect(manifest.license).toBe('Apache-2.0');
    }
  });
});
