/** Folders in which our packages are installed as npm installs them: as copies, beside what an app has of its own. */
import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './app-process.ts';

/**
 * A folder with the apps of test/apps and, in its `node_modules`, our packages and links to `linked` of `from`.
 * Copies, because a linked package of ours would find the API that stands at the root of the repository.
 */
export function makeAppFolder(from: string, linked: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'heartwood-app-'));
  installOurs(folder);
  for (const name of linked) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(from, name), link);
  }
  cpSync(join(root, 'test/apps'), join(folder, 'test/apps'), { recursive: true });
  return folder;
}

/** Copies our packages into the `node_modules` of a folder. */
export function installOurs(folder: string): void {
  for (const name of ['instrumentation', 'semconv']) {
    for (const part of ['package.json', 'dist']) {
      cpSync(
        join(root, 'packages', name, part),
        join(folder, 'node_modules/@heartwood', name, part),
        { recursive: true },
      );
    }
  }
}
