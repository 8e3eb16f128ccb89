/** The look at the archive while upkeep works on it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Reader } from '@heartwood/store';
import { expect, test } from 'vitest';
import { archiveOf } from './file-sizes.ts';
import { lookAtArchive } from './health-facts.ts';

const THERE = { file: 'there', bytes: 3 };
const GONE = { file: 'gone', bytes: 3 };
const LONGER = { file: 'there', bytes: 4 };

test.each([
  ['a file that upkeep removes meanwhile is not missing', [THERE, GONE], [THERE], []],
  ['a file that is listed and not there is missing', [THERE, GONE], [THERE, GONE], ['gone']],
  ['a file of another length is wrong', [LONGER], [LONGER], ['there']],
])('%s', async (_case, before, after, wrong) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-archive-'));
  const databaseFile = path.join(folder, 'db');
  mkdirSync(archiveOf(databaseFile));
  writeFileSync(path.join(archiveOf(databaseFile), 'there'), 'abc');
  const lists = [before];
  const reader = { read: async () => lists.shift() ?? after } as unknown as Reader;
  expect((await lookAtArchive(reader, databaseFile, {})).wrong).toEqual(wrong);
  rmSync(folder, { recursive: true });
});
