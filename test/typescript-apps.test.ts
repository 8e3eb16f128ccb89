/** Apps in TypeScript, compiled as their owners would, under the preload: types hold, nothing changes, runs arrive. */
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { NODES } from './matrix/versions.ts';
import {
  openCollector,
  type Collector,
  type ReceivedSpan,
} from '../packages/instrumentation/testing/collector.ts';

const root = path.resolve(import.meta.dirname, '..');
const run = promisify(execFile);

let folder: string;
let collector: Collector & { spans: ReceivedSpan[] };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-typescript-'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  collector = (await openCollector()) as typeof collector;
});

afterEach(() => void (collector.spans.length = 0));

afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Copies the app, says which module kind it is, and compiles it there; gives the path of the result. Fails with what the
 * compiler says, which is also how an expected error of a type is held.
 */
async function compile(app: string, type: 'module' | 'commonjs'): Promise<string> {
  const target = path.join(folder, `${app}-${type}`);
  if (existsSync(target)) return path.join(target, 'app.js');
  mkdirSync(target);
  writeFileSync(path.join(target, 'package.json'), JSON.stringify({ private: true, type }));
  for (const file of ['tsconfig.json', 'app.ts']) {
    writeFileSync(
      path.join(target, file),
      readFileSync(path.join(root, 'test/apps', app, file), 'utf8'),
    );
  }
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [compiler, '-p', target]).catch((error: { stdout?: string }) => {
    throw new Error(error.stdout, { cause: error });
  });
  return path.join(target, 'app.js');
}

async function start(
  file: string,
  preload: readonly string[],
  node = process.execPath,
): Promise<unknown> {
  const { stdout, stderr } = await run(node, [...preload, file], {
    cwd: path.dirname(file),
    env: {
      PATH: process.env['PATH'],
      HOME: tmpdir(),
      OTEL_SERVICE_NAME: 'typescript',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    },
  });
  // On a busy machine any callback may take long, which is said too.
  return {
    seen: JSON.parse(stdout),
    said: stderr.replace(/^heartwood: .* took \d+ ms, .*\n/gm, ''),
  };
}

function features(): string[] {
  return collector.spans
    .filter(({ scope }) => scope === '@heartwood/instrumentation')
    .map(({ attributes }) => [attributes['feature.name'], attributes['feature.status']].join(' '))
    .toSorted();
}

const REGISTER = '@heartwood/instrumentation/register';

const apps = {
  'decorators-legacy': {
    seen: {
      found: ['oak table'],
      text: 'kept',
      names: ['oak table', 'oak chair'],
      size: 2,
      ping: 'pong',
      closed: 'for good',
      count: 2,
      field: 1,
      routes: ['/outer', '/names'],
      types: ['String', 'Number'],
    },
    features: [
      'Controller.ping success',
      'Shop.names success',
      'Shop.same success',
      'Shop.size success',
      'closing failed',
      'product_search success',
      'stock.count success',
    ],
    // What the types refuse is said too, for those who have no types.
    said: `heartwood: experimentalDecorators cannot wrap the field field; use tracedFeature() for its value
`,
  },
  'ts-output': {
    seen: {
      found: ['oak table'],
      pages: ['oak table', 'oak chair'],
      sized: ['a', 1, 4, 'kept'],
      streamed: ['x', 'y'],
      read: true,
      values: [true, 3, 2, 'Shop'],
      basket: ['chair', 1, true],
    },
    features: [
      'Basket.add success',
      'Basket.empty success',
      'Shop.#filter success',
      'Shop.onSale success',
      'Shop.open success',
      'Shop.pages success',
      'Shop.price success',
      'Shop.same success',
      'Shop.size success',
      'by_hand success',
      'export success',
      'is_word success',
      'product_search success',
      'read_file success',
      'sized success',
      'sized success',
    ],
    said: `heartwood: stream of "wrong" must be 'until-end' or 'until-return'; 'until-end' is used
heartwood: callback of "wrong" must be a position from 0 or 'last'; it is left out
`,
  },
} as const;

describe.each([
  ['decorators-legacy', 'commonjs', ['--require', REGISTER]],
  ['decorators-legacy', 'module', ['--import', REGISTER]],
  ['ts-output', 'commonjs', ['--require', REGISTER]],
  ['ts-output', 'module', ['--import', REGISTER]],
] as const)('the app %s as %s', (app, type, preload) => {
  test('compiles with its types, and its runs arrive', { timeout: 60_000 }, async () => {
    const file = await compile(app, type);
    const { features: expected, ...told } = apps[app];
    expect(await start(file, preload)).toEqual(told);
    expect(features()).toEqual(expected);
    collector.spans.length = 0;
    expect(await start(file, [])).toEqual(told);
    expect(features()).toEqual([]);
  });
});

// Streams, iterators and promises are each version's own: what is seen of them from outside has to hold on all.
describe.each(NODES.slice(1))('the app ts-output on $name', ({ path: node }) => {
  test.skipIf(node === undefined)('behaves and is counted as on ours', async () => {
    const { features: expected, ...told } = apps['ts-output'];
    const file = await compile('ts-output', 'module');
    expect(await start(file, ['--import', REGISTER], node)).toEqual(told);
    expect(features()).toEqual(expected);
  });
});
