/** One owner for a database: a lock file beside it that survives crashes and pid reuse, taken before the database is touched. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { storeError } from './errors.ts';

/** A lock that is held; give it back once the database is closed. */
export interface Lock {
  readonly path: string;
  /** Removes the lock file if it is still ours. */
  release(): void;
}

interface Owner {
  readonly pid: number;
  /** When the process started, in the words of the operating system; tells a reused pid. */
  readonly started: string;
  /** Unique for each taking of the lock. */
  readonly token: string;
}

const MAX_ATTEMPTS = 200;

/**
 * Takes the lock file at `path`, whose folder must exist, for `what`. Rejects with `STORE_LOCKED` while the owner lives,
 * be it another process or this one; takes over from an owner that is gone.
 *
 * The file comes into being by linking a finished one, so it never exists without its content. A dead owner's file may
 * be removed only by the holder of a claim named after that file's token: a plain "read, unlink, create" would let two
 * processes that saw the same dead owner remove each other's fresh lock.
 */
export function openLock(path: string, what: string = path): Lock {
  const owner: Owner = {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    token: randomBytes(12).toString('hex'),
  };
  const draft = `${path}.${owner.token}`;
  writeDurably(draft, JSON.stringify(owner));
  try {
    take(path, draft, what);
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    path,
    release: () => {
      if (readOwner(path)?.token === owner.token) rmSync(path, { force: true });
    },
  };
}

/** Links `draft` to `path`, after removing what a dead owner left there. */
function take(path: string, draft: string, what: string): void {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (linked(draft, path)) return;
    const owner = readOwner(path);
    if (owner === undefined) continue;
    if (isAlive(owner)) throw storeError('STORE_LOCKED', { path: what, pid: owner.pid });
    const claim = `${path.replace(/\.claim-.*$/, '')}.claim-${owner.token}`;
    take(claim, draft, what);
    try {
      if (readOwner(path)?.token === owner.token) rmSync(path, { force: true });
    } finally {
      rmSync(claim, { force: true });
    }
  }
  throw storeError('STORE_LOCKED', { path: what, pid: readOwner(path)?.pid ?? 0 });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Who wrote the file; undefined when it is gone. An unreadable one counts as left by a dead owner. */
function readOwner(path: string): Owner | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { pid, started, token } = JSON.parse(text) as Owner;
    if (Number.isSafeInteger(pid) && pid > 0 && /^[0-9a-f]{24}$/.test(token))
      return { pid, started: started ?? '', token };
  } catch {
    // What is no JSON is left over from a power cut.
  }
  return {
    pid: 0,
    started: '',
    token: createHash('sha256').update(text).digest('hex').slice(0, 24),
  };
}

function isAlive({ pid, started }: Owner): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return now === undefined || started === '' || now === started;
}

/** When a process started; undefined where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // Field 22 counts from the boot; the command in field 2 may hold blanks and brackets.
      const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`;
    }
    if (process.platform === 'darwin')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    // The process is gone or hidden: what kill said must do.
  }
  return undefined;
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
