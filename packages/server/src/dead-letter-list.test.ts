import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from './config.ts';
import { maintain } from './maintenance.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-letters-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function list(): Promise<string> {
  let said = '';
  const write = (text: string): void => void (said += text);
  const config = parseConfig({ HEARTWOOD_DATA_DIR: dataDir });
  expect(await maintain(['dead-letters'], config, { write, log: write })).toBe(0);
  return said;
}

test('dead letters are listed with when, what, why and where, without what a terminal would obey', async () => {
  expect(await list()).toBe('no dead letters\n');
  const folder = path.join(dataDir, 'journal', 'dead-letters');
  mkdirSync(folder, { recursive: true });
  const letter = {
    reason: 'STORE_DATA_REFUSED: no\n\u001b[2J',
    number: '12',
    records: { from: 3, to: 4 },
    receivedNs: '1793491200000000000',
    signal: 1,
    encoding: 1,
    compression: 0,
    bodyBase64: Buffer.alloc(50).toString('base64'),
  };
  writeFileSync(path.join(folder, '12-3.json'), JSON.stringify(letter));
  expect(await list()).toBe(
    `2026-11-01T00:00:00.000Z  traces  records 3 to 3, request of 50 bytes\n  STORE_DATA_REFUSED: no [2J\n  ${folder}/12-3.json\n1 dead letters\n`,
  );
});
