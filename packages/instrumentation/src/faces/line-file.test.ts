/** Log files: what a burst, a small limit and a full disk make of the lines. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LineFile } from './line-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-lines-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** The numbers of all lines in order, those of the files put aside first. */
function numbers(): number[] {
  return readdirSync(folder)
    .toSorted((a, b) => Number(b.split('.')[2] ?? 0) - Number(a.split('.')[2] ?? 0))
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n'))
    .map((line) => Number(line.split(' ')[0]));
}

it.each([
  ['the usual limit', 20_000, undefined],
  ['a small one', 500, { maxBytes: 10_000, backups: 20 }],
  ['texts of more bytes than letters', 4000, undefined, 'ä'],
])('has every line of a burst, within %s', (_, count, limits, letter = 'x') => {
  const file = new LineFile(path.join(folder, 'a.log'), limits);
  for (let i = 0; i < count; i++) file.append(`${i} ${letter.repeat(200)}`);
  file.flush();
  expect(numbers()).toEqual(Array.from({ length: count }, (_line, i) => i));
  for (const name of readdirSync(folder)) {
    const { size } = statSync(path.join(folder, name));
    expect(size).toBeLessThanOrEqual(limits?.maxBytes ?? 1_048_576);
  }
});

it('says how many lines a disk did not take', () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  writeFileSync(path.join(folder, 'file'), '');
  const file = new LineFile(path.join(folder, 'file', 'a.log'));
  for (let i = 0; i < 3; i++) file.append(String(i));
  file.flush();
  expect(warned.mock.calls.flat().join()).toContain('3 lines are lost');
  warned.mockRestore();
});

it('stands in the home folder where the path says so', () => {
  vi.stubEnv('HOME', folder);
  vi.stubEnv('USERPROFILE', folder);
  const file = new LineFile('~/a.log');
  file.append('0');
  file.flush();
  expect(numbers()).toEqual([0]);
});
