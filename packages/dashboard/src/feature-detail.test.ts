/** The command that asks in a terminal what the page shows. */
import { expect, test } from 'vitest';
import { toCommand } from './feature-detail.ts';
import type { Range } from './range.ts';

const day: Range = { kind: 'since', since: '24h' };

test.each([
  ['a plain name', 'checkout', 'checkout'],
  ['a name with spaces', 'GET /products/:id', "'GET /products/:id'"],
  ['a name that tries to run something', "a'; rm -rf $(x) `y`", "'a'\\''; rm -rf $(x) `y`'"],
  ['a name that looks like a flag', '--json', '--json'],
])('%s is quoted for the shell', (_name, name, word) => {
  expect(toCommand({ name, range: day, filter: {} })).toBe(
    `npx heartwood features show --since 24h -- ${word}`,
  );
});

test.each([
  ['control characters, which a terminal would obey when they are pasted', 'a\u001B[201~\nreboot'],
  ['an invisible turn of the reading direction', 'a\u202Eb'],
  ['no character at all', ''],
])('there is no command for a name with %s', (_, name) => {
  expect(toCommand({ name, range: day, filter: {} })).toBeUndefined();
});

test('two moments and filters become flags', () => {
  const range: Range = {
    kind: 'between',
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-02T00:00:00.000Z',
  };
  expect(toCommand({ name: 'x', range, filter: { service: 'my shop', status: 'failed' } })).toBe(
    "npx heartwood features show --from 2026-11-01T00:00:00.000Z --to 2026-11-02T00:00:00.000Z --service 'my shop' --status failed -- x",
  );
});
