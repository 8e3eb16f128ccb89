import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLock } from './lock.ts';

const dist = path.resolve(import.meta.dirname, '../dist');
/** Beyond the largest pid of Linux. */
const NO_PID = 2 ** 22 + 7;

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'heartwood-lock-'));
  file = path.join(dir, 'lock');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const token = (letter: string): string => letter.repeat(24);

describe('openLock', () => {
  it('holds once, also against this process, and is free after release', () => {
    const lock = openLock(file, 'the data');
    expect(() => openLock(file, 'the data')).toThrow(
      expect.objectContaining({
        code: 'STORE_LOCKED',
        message: expect.stringMatching(new RegExp(`the data .* process ${process.pid}\\.`)),
      }),
    );
    lock.release();
    expect(readdirSync(dir)).toEqual([]);
    openLock(file).release();
  });

  it.each([
    ['whose process is gone', { pid: NO_PID, started: '1', token: token('a') }],
    [
      'whose pid was given to another process',
      { pid: process.pid, started: 'earlier', token: token('b') },
    ],
    ['that a power cut left empty', undefined],
  ])('takes over a lock %s', (_case, owner) => {
    writeFileSync(file, owner ? JSON.stringify(owner) : '');
    const lock = openLock(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('takes over although the process that was about to take over has died too', () => {
    writeFileSync(file, JSON.stringify({ pid: NO_PID, started: '1', token: token('a') }));
    writeFileSync(
      `${file}.claim-${token('a')}`,
      JSON.stringify({ pid: NO_PID, started: '1', token: token('b') }),
    );
    openLock(file).release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('leaves a lock alone that another owner has taken meanwhile', () => {
    const lock = openLock(file);
    writeFileSync(file, JSON.stringify({ pid: NO_PID, started: '1', token: token('c') }));
    lock.release();
    expect(existsSync(file)).toBe(true);
  });

  it('is won by exactly one of several processes that find the same dead owner', async () => {
    for (let round = 0; round < 3; round++) {
      rmSync(file, { force: true });
      writeFileSync(file, JSON.stringify({ pid: NO_PID, started: '1', token: token('d') }));
      const startAt = Date.now() + 400;
      const script = `
        const { openLock } = await import(${JSON.stringify(`file://${dist}/lock.js`)});
        while (Date.now() < ${startAt});
        let won = 0;
        try { openLock(process.argv[1]); won = 1; } catch (error) { if (error.code !== 'STORE_LOCKED') throw error; }
        process.stdout.write(won + '\\n');
        await new Promise((resolve) => process.stdin.once('data', resolve));
        process.exit(0);
      `;
      const racers = Array.from({ length: 6 }, () =>
        spawn(process.execPath, ['--input-type=module', '-e', script, file], {
          stdio: ['pipe', 'pipe', 'inherit'],
        }),
      );
      const exits = racers.map((racer) => once(racer, 'exit'));
      const won = await Promise.all(
        racers.map(async (racer) => String((await once(racer.stdout, 'data'))[0]).trim()),
      );
      for (const racer of racers) racer.stdin.write('end\n');
      await Promise.all(exits);
      expect(won.filter((line) => line === '1')).toHaveLength(1);
    }
  });
});
