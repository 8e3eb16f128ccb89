/** Temporary folders of a test run in memory, where the system offers it: the suite waits for a slow disk half its time else. */
import { accessSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';

const MEMORY = '/dev/shm';
/** A run never holds more than a few hundred MiB at once; containers give 64 MiB in all by default. */
const NEEDED_BYTES = 2 * 1024 ** 3;

let folder: string | undefined;

/** Before the first worker starts, so that every test and whatever it starts finds its temporary folder here. */
export function setup(): void {
  // Who names a folder wants that one, such as one on the disk that is to be tried.
  if (process.env['TMPDIR'] !== undefined || !hasRoom()) return;
  folder = mkdtempSync(path.join(MEMORY, 'heartwood-test-'));
  process.env['TMPDIR'] = folder;
}

export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

function hasRoom(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= NEEDED_BYTES;
  } catch {
    return false;
  }
}
