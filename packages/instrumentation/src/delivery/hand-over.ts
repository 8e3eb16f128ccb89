/** Gets requests out of a process that is ending: to a process of its own, or, where that would be killed, by waiting. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isatty } from 'node:tty';
import { Worker } from 'node:worker_threads';
import { cleanEnv } from './clean-env.ts';
import type { Endpoint } from './endpoint.ts';
import { UPLOAD_SCRIPT } from './upload-script.ts';

/** A request and where it goes; with `file`, the body lies there and is removed when it is done with. */
export interface LastRequest {
  readonly endpoint: Endpoint;
  readonly recordCount: number;
  /** What people call the records; undefined when no loss of them is worth a word. */
  readonly noun: string | undefined;
  readonly body: Uint8Array | { readonly file: string };
}

/** Records of a request that were delivered or refused, as far as this process gets to know; nobody took the others. */
export interface Fate {
  readonly delivered: number;
  readonly refused: number;
}

/** How long the process that takes over goes on trying: long enough for a receiver that is being restarted, short enough that nobody wonders what still runs. */
export const DETACHED_MS = 10_000;

/**
 * Gives the requests to a detached process and returns at once; false when that is not possible. That process says on
 * `stderr` what it could not deliver, where that {@link mayBeHeard}. Never throws.
 */
export function detach(requests: readonly LastRequest[], stderr = STDERR): boolean {
  if (!isNode()) return false;
  const path = join(tmpdir(), `heartwood-${process.pid}-${randomBytes(8).toString('hex')}`);
  let fd: number | undefined;
  try {
    writeFileSync(path, toJob(requests, true, DETACHED_MS), { mode: 0o600, flag: 'wx' });
    fd = openSync(path, 'r');
    // Gone from the folder at once: whatever becomes of the child, nothing stays on the disk, no token either.
    rmSync(path);
    const child = spawn(process.execPath, ['-e', UPLOAD_SCRIPT], {
      env: cleanEnv(),
      cwd: tmpdir(),
      detached: true,
      // Not as its stderr: Node sets a terminal among the first three back at its end, under the hands of the shell by then.
      stdio: [fd, 'ignore', 'ignore', mayBeHeard(stderr) ? stderr : 'ignore'],
      windowsHide: true,
    });
    child.on('error', () => {});
    child.unref();
    return child.pid !== undefined;
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
    rmSync(path, { force: true });
  }
}

/** Sends the requests while this thread stands still, at most `timeoutMs`; about 40 ms when the receiver is there. */
export function sendAndWait(requests: readonly LastRequest[], timeoutMs: number): Fate[] {
  const job = toJob(requests, false, timeoutMs);
  const counts = waitForThread(job, requests.length, timeoutMs) ?? waitForChild(job, timeoutMs);
  return requests.map((_, i) => ({
    delivered: counts?.[2 * i] ?? 0,
    refused: counts?.[2 * i + 1] ?? 0,
  }));
}

/**
 * Whether a process that outlives this one may keep the file descriptor: a file or a terminal. Whoever reads a pipe to
 * its end would wait for that process too.
 */
export function mayBeHeard(stderr = STDERR): boolean {
  try {
    return isatty(stderr) || fstatSync(stderr).isFile();
  } catch {
    return false;
  }
}

const STDERR = 2;

/** A thread starts in a third of the time of a process. Undefined when there can be none. */
function waitForThread(job: Buffer, requests: number, timeoutMs: number): Int32Array | undefined {
  try {
    const counts = new Int32Array(new SharedArrayBuffer(4 * (2 * requests + 1)));
    const worker = new Worker(UPLOAD_SCRIPT, {
      eval: true,
      // Neither the preload nor anything else of the app's command line runs there.
      execArgv: [],
      env: cleanEnv(),
      workerData: { job, counts: counts.buffer },
      stdout: true,
      stderr: true,
    });
    worker.on('error', () => {});
    Atomics.wait(counts, 2 * requests, 0, timeoutMs);
    void worker.terminate();
    return counts;
  } catch {
    return undefined;
  }
}

function waitForChild(job: Buffer, timeoutMs: number): Int32Array | undefined {
  if (!isNode()) return undefined;
  try {
    const { stdout } = spawnSync(process.execPath, ['-e', UPLOAD_SCRIPT], {
      env: cleanEnv(),
      input: job,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: timeoutMs,
      windowsHide: true,
    });
    return new Int32Array(Uint8Array.from(stdout).buffer);
  } catch {
    return undefined;
  }
}

/** Headers may hold a token: they travel with the bodies, not where `ps` shows them. */
function toJob(requests: readonly LastRequest[], patient: boolean, timeoutMs: number): Buffer {
  const endpoints = [...new Set(requests.map(({ endpoint }) => endpoint))];
  const bodies: Uint8Array[] = [];
  const head = Buffer.from(
    JSON.stringify({
      targets: endpoints.map(({ url, headers, gzip, tls }) => ({
        url: url.href,
        headers,
        gzip,
        tls,
      })),
      requests: requests.map(({ endpoint, recordCount, noun, body }) => {
        const target = endpoints.indexOf(endpoint);
        if ('file' in body) return { target, recordCount, noun, file: body.file };
        bodies.push(body);
        return { target, recordCount, noun, size: body.length };
      }),
      patient,
      timeoutMs,
      pid: process.pid,
    }),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  return Buffer.concat([size, head, ...bodies]);
}

/** In a program made of one file, `-e` would start the app again. */
function isNode(): boolean {
  return (
    /^(node|nodejs|node\d+)(\.exe)?$/i.test(basename(process.execPath)) ||
    process.versions['electron'] !== undefined
  );
}
