/** The packages as they would be published: packed, linted, installed somewhere else, loaded. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const readJson = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

const publishable: readonly string[] = readJson('package.json').workspaces.filter(
  (workspace: string) => readJson(`${workspace}/package.json`).private !== true,
);

let folder: string;
/** Path of the tarball by workspace. */
const tarballs = new Map<string, string>();

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-pack-'));
  const packed = JSON.parse(
    npm(
      root,
      'pack',
      '--json',
      '--pack-destination',
      folder,
      ...publishable.flatMap((w) => ['-w', w]),
    ),
  ) as Record<string, { name: string; filename: string }>;
  for (const { name, filename } of Object.values(packed))
    tarballs.set(name.replace('@heartwood/', 'packages/'), path.join(folder, filename));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs npm without network; returns its stdout, throws with its stderr. */
function npm(cwd: string, ...args: readonly string[]): string {
  return execFileSync(
    'npm',
    [...args, '--offline', '--no-audit', '--no-fund', '--ignore-scripts'],
    {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

describe.each(publishable)('%s', (workspace) => {
  test('packs, and publint finds nothing to say', async () => {
    const tarball = readFileSync(tarballs.get(workspace) ?? '');
    const { messages } = await publint({
      pack: { tarball: new Uint8Array(tarball).buffer },
      strict: true,
    });
    expect(messages).toEqual([]);
  });

  test('ships a README and what was built, no tests and no leftovers', () => {
    const files = execFileSync('tar', ['-tzf', tarballs.get(workspace) ?? ''], {
      encoding: 'utf8',
    });
    expect(files).toContain('package/README.md\n');
    expect(files).toMatch(/^package\/dist\/.*\.js$/m);
    expect(files).not.toMatch(/\.tgz$|\.tsbuildinfo$|\.test\.|\/testing\/|node_modules/m);
  });
});

describe('the instrumentation, installed in an app without network', () => {
  let app: string;

  beforeAll(() => {
    app = mkdtempSync(path.join(tmpdir(), 'heartwood-app-'));
    writeFileSync(path.join(app, 'package.json'), '{ "name": "app", "version": "1.0.0" }');
    npm(
      app,
      'install',
      tarballs.get('packages/semconv') ?? '',
      tarballs.get('packages/instrumentation') ?? '',
      path.join(root, 'node_modules/@opentelemetry/api'),
    );
  }, 120_000);

  afterAll(() => rmSync(app, { recursive: true, force: true }));

  const node = (...args: readonly string[]): string =>
    execFileSync(process.execPath, args, {
      cwd: app,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: app },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const use = `console.log(tracedFeature('add', (a, b) => a + b)(1, 2));`;

  test.each([
    ['required', 'app.cjs', `const { tracedFeature } = require('@heartwood/instrumentation');`],
    ['imported', 'app.mjs', `import { tracedFeature } from '@heartwood/instrumentation';`],
  ])('can be %s', (_, file, load) => {
    writeFileSync(path.join(app, file), `${load}\n${use}`);
    expect(node(file)).toBe('3\n');
  });

  test('keeps the types of what it wraps', () => {
    writeFileSync(
      path.join(app, 'app.mts'),
      `import { tracedFeature } from '@heartwood/instrumentation';
       const add: (a: number, b: number) => number = tracedFeature('add', (a: number, b: number) => a + b);
       // @ts-expect-error a text is no number
       add('1', 2);`,
    );
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2023',
      lib: ['es2023', 'esnext.disposable', 'dom'],
      types: [],
    };
    writeFileSync(
      path.join(app, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['app.mts'] }),
    );
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    expect(node(tsc, '-p', '.')).toBe('');
  });
});

test('the lock file names the native packages of every platform, or npm ci refuses it', () => {
  const { packages } = readJson('package-lock.json') as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const absent = Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter(
      (name) => !Object.keys(packages).some((place) => place.endsWith(`node_modules/${name}`)),
    );
  expect(absent).toEqual([]);
});
