/** A disk that fills up: senders are told to wait, reading goes on, and taking begins again by itself when there is space. */
import { spawnSync } from 'node:child_process';
import { rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  eventually,
  type ServerProcess,
  startServer,
  withDataDir,
} from '../system/server-process.ts';
import { createTally, reconcile, startSenders, type Tally } from './senders.ts';

const MIB = 1024 * 1024;
const DISK_MIB = 192;
const FILLS = Number(process.env['DISK_FILLS'] ?? 3);

const RESUMED_WITHIN_MS = 15_000;

const isRoot = process.getuid?.() === 0;
describe.runIf(isRoot && process.platform === 'linux')(
  'on Linux, as root, for a file system of its own',
  () => {
    test.each([
      ['stopped by the guard before it is full', 32],
      ['full to the last byte', 0],
    ])('a disk %s loses nothing, and the server goes on by itself', async (_name, minFreeMb) => {
      await withSmallDisk(async (dataDir) => {
        const tally = createTally();
        const server = await startServer({
          dataDir,
          env: { HEARTWOOD_MIN_FREE_DISK_MB: String(minFreeMb), HEARTWOOD_MEMORY_MB: '640' },
        });
        const senders = startSenders(4, () => server, tally);
        try {
          const resumedMs = await fillAndFree(dataDir, server, tally);
          await senders.end();
          expect(await server.end('SIGTERM'), server.output().stderr).toEqual({
            code: 0,
            signal: null,
          });
          console.log(`taken again after ${resumedMs.join(', ')} ms`);
          expect(Math.max(...resumedMs)).toBeLessThan(RESUMED_WITHIN_MS);
        } finally {
          await Promise.all([server.end('SIGKILL'), senders.giveUp()]);
        }

        const { lost, doubled } = await reconcile(dataDir, tally);
        expect(tally.wrong).toEqual([]);
        expect(lost).toEqual([]);
        expect(doubled).toEqual([]);
        expect(tally.acknowledged).toEqual(new Set(tally.sent));
      });
    });
  },
);

/** Fills the disk and frees it again and again; resolves with the times until data was taken again. */
async function fillAndFree(
  dataDir: string,
  server: ServerProcess,
  tally: Tally,
): Promise<number[]> {
  const filler = path.join(dataDir, 'filler');
  const resumedMs: number[] = [];
  for (let fill = 0; fill < FILLS; fill++) {
    await nextAnswer(tally, '200');
    await fillUp(dataDir, filler);
    await nextAnswer(tally, '503 after 1 s');
    // A disk that fills up under a landing or its checkpoint stops the database, which is opened again at once.
    for (let read = 0; read < 20; read++) {
      await eventually(
        () => readFeatures(server),
        (status) => status === 200,
        5000,
      );
      await sleep(100);
    }
    await rm(filler);
    const begin = performance.now();
    await nextAnswer(tally, '200');
    resumedMs.push(Math.round(performance.now() - begin));
    expect(await readFeatures(server)).toBe(200);
  }
  return resumedMs;
}

/** Writes the file until the disk is all but full; the server, which writes too, may fill the rest meanwhile. */
async function fillUp(folder: string, filler: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  try {
    await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - MIB)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

async function withSmallDisk(use: (dataDir: string) => Promise<void>): Promise<void> {
  await withDataDir(async (dataDir) => {
    mountOrThrow('mount', '-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', dataDir);
    try {
      await use(dataDir);
    } finally {
      mountOrThrow('umount', '--lazy', dataDir);
    }
  });
}

function mountOrThrow(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** Resolves when an answer of this kind comes that was not there before. */
async function nextAnswer({ answers }: Tally, kind: string): Promise<void> {
  const before = answers.get(kind) ?? 0;
  await eventually(
    () => Promise.resolve(answers.get(kind) ?? 0),
    (times) => times > before,
    60_000,
  );
}

async function readFeatures({ appUrl }: ServerProcess): Promise<number> {
  const answer = await fetch(`${appUrl}/api/v1/features?since=24h`);
  await answer.arrayBuffer();
  return answer.status;
}
