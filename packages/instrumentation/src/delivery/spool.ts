/** A folder of requests that nobody took yet: one file each, written at once, sent by this process or a later one. */
import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { expandHome } from '../host/home-path.ts';
import { warn } from '../host/report.ts';
import type { Signal } from './signal.ts';

/** One request on disk. */
export interface SpooledRequest {
  readonly path: string;
  readonly signal: Signal;
  readonly recordCount: number;
  readonly sizeBytes: number;
}

/** What a look for files that nobody owns any more found. */
export interface Claim {
  readonly requests: readonly SpooledRequest[];
  /** There was more than this process may take on now. */
  readonly isMoreLeft: boolean;
}

/**
 * The folder. Nothing here throws: what the disk refuses is said once a minute and stays where it was. Beside the files
 * of an owner lies its lease, which it renews for as long as it is there.
 */
export class Spool {
  usedBytes = 0;
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #place = findPlace();
  /** Which of the spools of all processes: a process id comes again. */
  readonly #token = randomBytes(4).toString('hex');
  #written = 0;
  #leasedMs = 0;

  constructor(folder: string, maxBytes: number) {
    this.#folder = resolve(expandHome(folder));
    this.#maxBytes = maxBytes;
  }

  hasRoomFor(sizeBytes: number): boolean {
    return this.usedBytes + sizeBytes <= this.#maxBytes;
  }

  /** Whether so much has been sent that a claim is worth while. */
  get mayClaim(): boolean {
    return this.usedBytes <= this.#maxBytes / 4;
  }

  /** Undefined when the disk does not take it; then nothing of it is left there. */
  write(signal: Signal, recordCount: number, body: Uint8Array): SpooledRequest | undefined {
    const path = this.#newPath(signal, recordCount, body.length);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#lease();
      writeFileSync(path, body, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      discard(path);
      warn('spool', `the spool does not take what waits (${reasonOf(error)}); it stays in memory`);
      return undefined;
    }
    this.usedBytes += body.length;
    return { path, signal, recordCount, sizeBytes: body.length };
  }

  /** `gone` when it cannot be read, mostly because somebody else has taken it; `torn` when it is not what was written. */
  read({ path, sizeBytes }: SpooledRequest): Uint8Array | 'gone' | 'torn' {
    try {
      const body = readFileSync(path);
      return body.length === sizeBytes ? body : 'torn';
    } catch {
      return 'gone';
    }
  }

  remove(request: SpooledRequest): void {
    discard(request.path);
    this.leave(request);
  }

  /** It stays where it is, for others. */
  leave({ sizeBytes }: SpooledRequest): void {
    this.usedBytes -= sizeBytes;
  }

  /** Says to the others that the owner of these files is there: call it often. */
  renewLease(): void {
    if (this.usedBytes === 0) return;
    try {
      this.#lease();
    } catch {
      // Then somebody else may send them, sooner or later.
    }
  }

  /** The files are everybody's from now on. */
  release(): void {
    if (this.#leasedMs === 0) return;
    this.#leasedMs = 0;
    discard(this.#leasePath(this.#token));
  }

  /**
   * Takes over requests of these signals whose owner is no more, oldest first, up to half of what this process may
   * keep: the other half is for its own. A rename is the claim: of two that try, one gets the file.
   */
  claim(signals: ReadonlySet<Signal>): Claim {
    const requests: SpooledRequest[] = [];
    const { files, leases } = this.#look();
    for (const file of files) {
      const { name, parts } = file;
      const signal = parts['signal'] as Signal;
      if (!signals.has(signal) || !this.#isAbandoned(file, leases)) continue;
      const recordCount = Number(parts['records']);
      const sizeBytes = Number(parts['bytes']);
      if (this.usedBytes > 0 && this.usedBytes + sizeBytes > this.#maxBytes / 2) {
        return { requests, isMoreLeft: true };
      }
      const path = this.#newPath(signal, recordCount, sizeBytes);
      try {
        this.#lease();
        renameSync(join(this.#folder, name), path);
      } catch {
        continue;
      }
      this.usedBytes += sizeBytes;
      requests.push({ path, signal, recordCount, sizeBytes });
    }
    return { requests, isMoreLeft: false };
  }

  /** Files, oldest first, and when which owner renewed its lease. Leases that have run out are cleared away. */
  #look(): { files: SpoolFile[]; leases: Map<string, number> } {
    const files: SpoolFile[] = [];
    const leases = new Map<string, number>();
    for (const name of namesIn(this.#folder)) {
      const token = LEASE_NAME.exec(name)?.[1];
      const parts = token === undefined ? FILE_NAME.exec(name)?.groups : undefined;
      if (token === undefined && parts === undefined) continue;
      const modifiedMs = modifiedMsOf(join(this.#folder, name));
      if (parts !== undefined) files.push({ name, parts, modifiedMs });
      else if (token === undefined) continue;
      else if (Date.now() - modifiedMs <= LEASE_MS) leases.set(token, modifiedMs);
      else if (token !== this.#token) discard(this.#leasePath(token));
    }
    files.sort((a, b) => a.modifiedMs - b.modifiedMs || (a.name < b.name ? -1 : 1));
    return { files, leases };
  }

  #isAbandoned({ parts, modifiedMs }: SpoolFile, leases: ReadonlyMap<string, number>): boolean {
    const { pid, place, token = '' } = parts;
    if (token === this.#token) return false;
    const leasedMs = leases.get(token);
    if (place !== this.#place) return leasedMs === undefined;
    if (Number(pid) === process.pid) {
      // A thread, another copy of this package, or, from before this process began, one that had the same id.
      return leasedMs === undefined || leasedMs < Date.now() - process.uptime() * 1000;
    }
    if (!isAlive(Number(pid))) return true;
    // The id may have gone to a program that is none of ours; an owner would renew its lease, or send within seconds.
    return leasedMs === undefined && Date.now() - modifiedMs > LEASE_MS;
  }

  #lease(): void {
    const now = Date.now();
    if (now - this.#leasedMs < RENEW_LEASE_MS) return;
    // Empty, because it must be there on a full disk too: what lies on it is to be sent.
    const path = this.#leasePath(this.#token);
    writeFileSync(path, '', { mode: 0o600, flag: 'a' });
    utimesSync(path, now / 1000, now / 1000);
    this.#leasedMs = now;
  }

  #leasePath(token: string): string {
    return join(this.#folder, `${token}.lease`);
  }

  #newPath(signal: Signal, recordCount: number, sizeBytes: number): string {
    this.#written += 1;
    const number = String(this.#written).padStart(8, '0');
    return join(
      this.#folder,
      `${process.pid}-${this.#place}-${this.#token}-${number}-${recordCount}-${sizeBytes}.${signal}.otlp`,
    );
  }
}

interface SpoolFile {
  readonly name: string;
  readonly parts: Readonly<Record<string, string | undefined>>;
  readonly modifiedMs: number;
}

// The size tells a torn file from a whole one.
const FILE_NAME =
  /^(?<pid>\d+)-(?<place>[0-9a-f]{8})-(?<token>[0-9a-f]{8})-\d+-(?<records>\d+)-(?<bytes>\d+)\.(?<signal>traces|logs|metrics)\.otlp$/;
const LEASE_NAME = /^([0-9a-f]{8})\.lease$/;

/** A process that is there renews its lease so often. */
export const RENEW_LEASE_MS = 10_000;
// Longer than a process is busy with one thing, and than the clocks of two hosts differ.
const LEASE_MS = 120_000;

/** Where process ids mean the same: the host, and on Linux its namespace of process ids, of which a container has its own. */
function findPlace(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Other systems have one for each host.
  }
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 8);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

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
