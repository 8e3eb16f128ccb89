/** `--output` and `--force`: files that are whole or not there, and what is said where none can be. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EXIT } from './exit.ts';
import { openOutputFile } from './output-file.ts';
import { FEATURES } from './testing/canned.ts';
import { run, type Ran, type Surroundings } from './testing/run.ts';
import { openTestServer, type Reply } from './testing/server.ts';

function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-output-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

const answer = (): Reply => ({ body: FEATURES });

async function list(args: readonly string[], reply = answer, around?: Surroundings): Promise<Ran> {
  const { url } = await openTestServer(reply);
  return await run(['features', 'list', '--url', url, ...args], around);
}

describe('the format', () => {
  test.each([
    ['a.json', [], /^\{\n {2}"data"/u],
    ['a.ndjson', [], /^\{"feature":"checkout".*\}\n\{.*\}\n$/u],
    ['a.jsonl', [], /^\{"feature"/u],
    ['a.CSV', [], /^feature,/u],
    ['a.md', [], /^\| /u],
    ['a.txt', [], /^feature +category .*\ncheckout +web_interface/u],
    ['a.log', [], /^feature +category /u],
    ['a', [], /^feature +category /u],
    ['a.dat', [], /^feature +category /u],
    ['a.txt', ['--format', 'csv'], /^feature,/u],
    ['a.csv', ['--json'], /^\{\n {2}"data"/u],
  ])('of %s with %j is what it says', async (name, args, shape) => {
    const file = path.join(makeFolder(), name);
    const ran = await list(['--output', file, ...args], answer, { seen: true, columns: 40 });
    expect(ran).toMatchObject({ code: EXIT.OK, data: '' });
    expect(ran.notes).toContain(`Written to ${file}.`);
    expect(ran.notes).not.toContain('next:');
    expect(readFileSync(file, 'utf8')).toMatch(shape);
    expect(readFileSync(file, 'utf8')).not.toContain('\u001B');
    expect(readdirSync(path.dirname(file))).toEqual([name]);
  });

  test.each(['a.parquet', 'a.xml'])('of %s is refused where none is written', async (name) => {
    const folder = makeFolder();
    const { code, notes } = await list(['--output', path.join(folder, name)]);
    expect(code).toBe(EXIT.USAGE);
    expect(notes).toContain('say which form with --format table|json|ndjson|csv|md');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a plan is that of its own flag', async () => {
    const { url, asked } = await openTestServer(() => ({
      body: { data: { text: '{}', events: 0 } },
    }));
    const file = path.join(makeFolder(), 'plan.json');
    const ran = await run(['plan', 'export', '--in-force', '--output', file, '--url', url]);
    expect(ran.code).toBe(EXIT.OK);
    expect(asked[0]?.body).toEqual({ to: 'json' });
    expect(readFileSync(file, 'utf8')).toBe('{}');
  });
});

describe('a file that is there', () => {
  test('stays as it is without --force, and nobody is asked', async () => {
    const file = path.join(makeFolder(), 'a.csv');
    writeFileSync(file, 'mine');
    const { url, asked } = await openTestServer(answer);
    const ran = await run(['features', 'list', '--url', url, '--output', file]);
    expect(ran).toMatchObject({ code: EXIT.ERROR, data: '' });
    expect(ran.notes).toContain(`${file} exists. Give another name with --output, or --force`);
    expect(asked).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test('is replaced with --force, keeps its rights, and a link to it stays a link', async () => {
    const folder = makeFolder();
    const file = path.join(folder, 'a.csv');
    writeFileSync(file, 'old', { mode: 0o600 });
    symlinkSync(file, path.join(folder, 'link.csv'));
    const { code } = await list(['--output', path.join(folder, 'link.csv'), '--force']);
    expect(code).toBe(EXIT.OK);
    expect(readFileSync(file, 'utf8')).toMatch(/^feature,/u);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual(['a.csv', 'link.csv']);
  });

  test('stays as it is with --force where the command fails', async () => {
    const folder = makeFolder();
    const file = path.join(folder, 'a.csv');
    writeFileSync(file, 'mine');
    const { code } = await list(['--output', file, '--force'], () => ({ status: 500, body: '' }));
    expect(code).toBe(EXIT.ERROR);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual(['a.csv']);
  });

  test('is kept when it came about meanwhile', async () => {
    const folder = makeFolder();
    const file = path.join(folder, 'a');
    const output = await openOutputFile(file, false);
    await output.write('ours');
    writeFileSync(file, 'theirs');
    await expect(output.keep()).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    expect(readdirSync(folder)).toEqual(['a']);
  });
});

describe('where a file system has no hard links', () => {
  const withoutLinks = (): void => {
    const { link } = promises;
    promises.link = () => Promise.reject(Object.assign(new Error('no'), { code: 'EPERM' }));
    syncBuiltinESMExports();
    onTestFinished(() => {
      promises.link = link;
      syncBuiltinESMExports();
    });
  };

  test('a file is written as elsewhere', async () => {
    const folder = makeFolder();
    withoutLinks();
    const output = await openOutputFile(path.join(folder, 'a'), false);
    await output.write('ours');
    await output.keep();
    expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe('ours');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  test('one that came about meanwhile is kept', async () => {
    const folder = makeFolder();
    const file = path.join(folder, 'a');
    withoutLinks();
    const output = await openOutputFile(file, false);
    await output.write('ours');
    writeFileSync(file, 'theirs');
    await expect(output.keep()).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    expect(readdirSync(folder)).toEqual(['a']);
  });
});

test('signals are watched for only while a file is under way', async () => {
  const before = process.listenerCount('SIGTERM');
  const output = await openOutputFile(path.join(makeFolder(), 'a'), false);
  expect(process.listenerCount('SIGTERM')).toBe(before + 1);
  await output.keep();
  expect(process.listenerCount('SIGTERM')).toBe(before);
});

describe('a file that cannot be', () => {
  test.each([
    ['a folder', '.', 'it is a folder'],
    ['in a folder that is none', 'file/a.csv', 'a part of its path is no folder'],
    ['in a folder that is not there', 'none/a.csv', 'there is no folder '],
    ['with a name too long', 'a'.repeat(300), 'its name is too long'],
  ])('%s is told with the reason', async (_name, given, reason) => {
    const folder = makeFolder();
    writeFileSync(path.join(folder, 'file'), '');
    const { code, data, notes } = await list(['--output', path.join(folder, given), '--force']);
    expect({ code, data }).toEqual({ code: EXIT.ERROR, data: '' });
    expect(notes).toContain(`cannot be written: ${reason}`);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  // Root writes wherever a file system takes files; /sys takes none.
  test.runIf(process.platform === 'linux')('a folder that takes none is told', async () => {
    const folder = process.getuid?.() === 0 ? '/sys' : path.join(makeFolder(), 'locked');
    if (folder !== '/sys') {
      mkdirSync(folder);
      chmodSync(folder, 0o555);
    }
    const { code, notes } = await list(['--output', path.join(folder, 'a.csv')]);
    expect(code).toBe(EXIT.ERROR);
    expect(notes).toMatch(
      /cannot be written: (?:you may not write there|the file system is read-)/u,
    );
  });

  test.runIf(process.platform === 'linux')('a full device is told', async () => {
    const { code, notes } = await list(['--output', '/dev/full']);
    expect(code).toBe(EXIT.ERROR);
    expect(notes).toContain('/dev/full cannot be written: no space is left on the device');
  });

  test('--force alone is refused', async () => {
    const { code, notes } = await list(['--force']);
    expect(code).toBe(EXIT.USAGE);
    expect(notes).toContain('--force does nothing without --output.');
  });
});
