/** What the command line loads: little for help, and never a schema or anything native for it; nothing of a store for any question. */
import { expect, test } from 'vitest';
import { EXIT } from './exit.ts';
import { FEATURES } from './testing/canned.ts';
import { runProcess, type Ran } from './testing/run.ts';
import { openTestServer } from './testing/server.ts';

/** Runs with a hook that says each file that is loaded. */
async function modulesOf(args: readonly string[]): Promise<Ran & { readonly modules: string[] }> {
  const hook = `import { writeSync } from 'node:fs'; export async function load(url, context, next) { writeSync(2, 'LOAD ' + url + '\\n'); return next(url, context); }`;
  const toUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
  const register = toUrl(
    `import { register } from 'node:module'; register(${JSON.stringify(toUrl(hook))});`,
  );
  const ran = await runProcess(args, { NODE_OPTIONS: `--import "${register}"` });
  const urls = ran.notes.matchAll(/^LOAD (file:.*)$/gmu);
  return { ...ran, modules: [...urls].map(([, url = '']) => url) };
}

const HEAVY =
  /\.node$|\/node_modules\/(?!@heartwood\/)|\/packages\/(?:store|kpi|server|receiver)\//u;

test.each([
  [[], 30],
  [['kpi'], 30],
  [['logs', 'show'], 60],
  [['features', 'list'], 60],
])('help of %j loads few modules, no schema and nothing native', async (args, most) => {
  const { code, data, modules } = await modulesOf([...args, '--help']);
  expect(code).toBe(EXIT.OK);
  expect(data).toContain('Examples');
  expect(modules.filter((url) => HEAVY.test(url))).toEqual([]);
  // A topic of the catalogue is a list of names, and there will be more of them.
  const others = modules.filter((url) => !url.includes('/dist/catalog/'));
  expect(others.length).toBeGreaterThan(10);
  expect(others.length).toBeLessThan(most);
});

test('S2-113: a question is asked over HTTP alone, by reading, and nothing that opens data is loaded', async () => {
  const { url, asked } = await openTestServer(() => ({ body: FEATURES }));
  const { code, modules } = await modulesOf(['features', 'list', '--url', url]);
  expect(code).toBe(EXIT.OK);
  expect(
    modules.filter((url) => /\.node$|\/packages\/(?:store|kpi|server|receiver)\//u.test(url)),
  ).toEqual([]);
  expect(modules.some((url) => url.endsWith('/connection.js'))).toBe(true);
  expect(asked.map(({ method }) => method)).toEqual(['GET']);
});
