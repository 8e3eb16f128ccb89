/** Each line of the conformance matrix, against real receivers. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { COLLECTOR_TESTS } from './conformance/collector.ts';
import { CONFORMANCE_FILE, renderConformance } from './conformance/document.ts';
import { SPECIFICATION } from './conformance/specification.ts';
import { openStoredTarget, post, type StoredTarget } from './conformance/target.ts';

let target: StoredTarget;
beforeAll(async () => {
  target = await openStoredTarget();
});
afterAll(() => target.end());
afterEach(async () => {
  await expectAlive();
});

async function expectAlive(): Promise<void> {
  const answer = await post(target, {
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(answer.status).toBe(200);
}

describe.each([
  ['the specification', SPECIFICATION],
  ['tests of the Collector', COLLECTOR_TESTS],
] as const)('%s', (_name, rows) => {
  test.each(rows.map((row) => [`${row.level}: ${row.asks}`, row.section, row] as const))(
    '%s (%s)',
    async (_title, _section, row) => {
      await expect(row.check(target)).resolves.toBeUndefined();
    },
  );
});

test('docs/conformance.md says what is tested here', () => {
  expect(readFileSync(CONFORMANCE_FILE, 'utf8')).toBe(renderConformance());
});
