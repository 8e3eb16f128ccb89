/** A file of lines that makes room for itself: when it is full it is put aside, and the oldest put aside goes. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { tryLock } from './folder-lock.ts';

/** How large such a file gets, and how many full ones are kept beside it. */
export interface RotationLimits {
  readonly maxBytes: number;
  readonly backups: number;
}

/** 1 MiB, and 5 full ones as `<file>.1` (the newest) to `<file>.5`. */
export const DEFAULT_ROTATION: RotationLimits = { maxBytes: 1_048_576, backups: 5 };

/**
 * Appends whole lines at once, so that several processes may write the same file. Throws when the file cannot be
 * written. While another process puts it aside it may get a little larger than it should.
 */
export function appendRotating(
  path: string,
  lines: string,
  { maxBytes, backups }: RotationLimits = DEFAULT_ROTATION,
): void {
  const size = sizeOf(path);
  if (size > 0 && size + Buffer.byteLength(lines) > maxBytes) {
    const unlock = tryLock(`${path}.lock`);
    try {
      // Another process may have done it between the look and the lock.
      if (unlock !== undefined && sizeOf(path) === size) rotate(path, backups);
    } finally {
      unlock?.();
    }
  }
  appendFileSync(path, lines, { mode: 0o600 });
}

function rotate(path: string, backups: number): void {
  for (let i = backups - 1; i >= 1; i--) move(`${path}.${i}`, `${path}.${i + 1}`);
  move(path, `${path}.1`);
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
