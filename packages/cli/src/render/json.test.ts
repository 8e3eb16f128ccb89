import { expect, test } from 'vitest';
import { HOSTILE } from '../testing/canned.ts';
import { toJson } from './json.ts';

test('JSON loses nothing and holds nothing that a terminal obeys', () => {
  const value = { name: `${HOSTILE}\u0085\u2066検索` };
  const text = toJson(value);
  expect(JSON.parse(text)).toEqual(value);
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E\u2066]/u);
  expect(text).toContain('検索');
});
