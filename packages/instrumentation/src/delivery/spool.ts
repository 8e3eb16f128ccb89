/** A folder of requests that nobody took yet: one file each, written at once, sent by this process or a later one. */
import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { warn } from '../host/report.ts';
import type { Signal } from './endpoint.ts';

/** One request on disk. */
export interface SpooledRequest {
  readonly path: string;
  readonly signal: Signal;
  readonly recordCount: number;
  readonly sizeBytes: number;
}

/** The folder. Nothing here throws: what the disk refuses is said once a minute and stays where it was. */
export class Spool {
  usedBytes = 0;
  readonly #folder: string;
  readonly #maxBytes: number;
  /** Who writes: the process, and which of its spools, because a process id comes again. */
  readonly #owner = `${process.pid}-${randomBytes(4).toString('hex')}`;
  #written = 0;

  constructor(folder: string, maxBytes: number) {
    this.#folder = resolve(folder.replace(/^~(?=[\\/]|$)/, () => homedir()));
    this.#maxBytes = maxBytes;
  }

  hasRoomFor(sizeBytes: number): boolean {
    return this.usedBytes + sizeBytes <= this.#maxBytes;
  }

  /** Undefined when the disk does not take it; then nothing of it is left there. */
  write(signal: Signal, recordCount: number, body: Uint8Array): SpooledRequest | undefined {
    const path = this.#newPath(signal, recordCount, body.length);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(path, body, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      discard(path);
      warn('spool', `the spool does not take what waits (${reasonOf(error)}); it stays in memory`);
      return undefined;
    }
    this.usedBytes += body.length;
    return { path, signal, recordCount, sizeBytes: body.length };
  }

  /** Undefined when the file is gone or torn. */
  read({ path, sizeBytes }: SpooledRequest): Uint8Array | undefined {
    try {
      const body = readFileSync(path);
      return body.length === sizeBytes ? body : undefined;
    } catch {
      return undefined;
    }
  }

  remove({ path, sizeBytes }: SpooledRequest): void {
    discard(path);
    this.usedBytes -= sizeBytes;
  }

  /**
   * Takes over what processes have left that are no more, oldest first. A rename is the claim: of two that try, one
   * gets the file. Files of a live process are left alone for ten minutes.
   */
  claim(): SpooledRequest[] {
    const claimed: SpooledRequest[] = [];
    for (const { name, modifiedMs } of this.#left()) {
      const parts = NAME.exec(name)?.groups;
      if (parts === undefined || !this.#isAbandoned(parts, modifiedMs)) continue;
      const signal = parts['signal'] as Signal;
      const recordCount = Number(parts['records']);
      const sizeBytes = Number(parts['bytes']);
      const path = this.#newPath(signal, recordCount, sizeBytes);
      try {
        renameSync(join(this.#folder, name), path);
      } catch {
        continue;
      }
      this.usedBytes += sizeBytes;
      claimed.push({ path, signal, recordCount, sizeBytes });
    }
    return claimed;
  }

  #left(): { name: string; modifiedMs: number }[] {
    try {
      return readdirSync(this.#folder)
        .map((name) => ({ name, modifiedMs: modifiedMsOf(join(this.#folder, name)) }))
        .toSorted((a, b) => a.modifiedMs - b.modifiedMs || (a.name < b.name ? -1 : 1));
    } catch {
      return [];
    }
  }

  #isAbandoned(parts: Record<string, string | undefined>, modifiedMs: number): boolean {
    if (`${parts['pid']}-${parts['token']}` === this.#owner) return false;
    const pid = Number(parts['pid']);
    // The same id, but from before this process began: a container gives everyone the same one.
    if (pid === process.pid) return modifiedMs < Date.now() - process.uptime() * 1000;
    return !isAlive(pid) || Date.now() - modifiedMs > ABANDONED_AFTER_MS;
  }

  #newPath(signal: Signal, recordCount: number, sizeBytes: number): string {
    this.#written += 1;
    const number = String(this.#written).padStart(8, '0');
    return join(
      this.#folder,
      `${this.#owner}-${number}-${recordCount}-${sizeBytes}.${signal}.otlp`,
    );
  }
}

// The size tells a torn file from a whole one.
const NAME =
  /^(?<pid>\d+)-(?<token>[0-9a-f]{8})-\d+-(?<records>\d+)-(?<bytes>\d+)\.(?<signal>traces|logs|metrics)\.otlp$/;

// A process id may have gone to a program that is none of ours; by then its owner would long have sent the file.
const ABANDONED_AFTER_MS = 600_000;

function modifiedMsOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A file that cannot be removed is sent again by the next process; the receiver stores it once.
  }
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
