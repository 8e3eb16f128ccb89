import { expect, test } from 'vitest';
import { OPERATION } from '../testing/operation.ts';
import { drawOperationLine } from './operation-line.ts';
import { ASCII, UNICODE } from './style.ts';

const HALF = {
  ...OPERATION,
  health: 'slow',
  current: 1.5,
  total: 3.2,
  unit: 'GB',
  fraction: 1.5 / 3.2,
};

test('a line says how much is done, with the decimals that it has', () => {
  expect(drawOperationLine(HALF, { colour: false, symbols: UNICODE })).toBe(
    'slow    sync_leads (sync-4711) 46.9 % (1.5 of 3.2 GB), about 2.08 min left · Processing batch 3 of 7 · on its way: 42 %, about 2 min left',
  );
});

test('a terminal without UTF-8 is given plain signs', () => {
  const line = drawOperationLine(HALF, { colour: false, symbols: ASCII });
  expect(line).toContain('| Processing batch 3 of 7 | on its way');
  expect(line).toMatch(/^[ -~]+$/u);
});
