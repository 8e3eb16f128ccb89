/** A lock between processes: a folder, because making one either works or says that it is there. */
import { mkdirSync, rmdirSync, statSync } from 'node:fs';

/** Takes the lock without waiting; undefined when somebody else has it. The answer gives it back. */
export function tryLock(path: string): (() => void) | undefined {
  if (make(path) || (isStale(path) && remove(path) && make(path))) return () => void remove(path);
  return undefined;
}

// What is done under it takes milliseconds; a process that was killed meanwhile leaves it behind.
const STALE_MS = 5000;

function make(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function remove(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function isStale(path: string): boolean {
  const made = statSync(path, { throwIfNoEntry: false });
  return made !== undefined && Date.now() - made.mtimeMs > STALE_MS;
}
