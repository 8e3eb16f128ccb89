/** Commands that work on the files of the server: handed to `heartwood-server` where it is installed beside, so that nothing of a database is loaded here. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { cliError } from './errors.ts';

/** What they do, by name, with what they take. */
export const SERVER_COMMANDS: Readonly<Record<string, string>> = {
  'backup <folder>': 'Copies all data of the server on this machine, running or not.',
  'verify [<backup>]': 'Looks at a backup, or at the data of a server that does not run.',
  'restore <backup>': 'Makes the data folder of a backup.',
  recover: 'Saves what can be read of damaged data.',
  'rebuild-rollups': 'Counts the roll-ups anew from the spans, running or not.',
};

/** Is the first word one of them? */
export const isServerCommand = (word: string | undefined): boolean =>
  Object.keys(SERVER_COMMANDS).some((usage) => usage.split(' ')[0] === word);

/** Runs it on this terminal and resolves with its exit code; rejects with `SERVER_ABSENT` where there is no server. */
export async function runServerCommand(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [findServer(args[0] ?? ''), ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

/** The same with what it writes to stdout as text, and what it ended with: a code, or the name of a signal. Rejects when `signal` ends it. */
export async function readServerCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly end: number | NodeJS.Signals | null; readonly text: string }> {
  const child = spawn(process.execPath, [findServer(args.slice(0, 2).join(' ')), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, endedBy) =>
      resolve({ end: code ?? endedBy, text: Buffer.concat(chunks).toString() }),
    );
  });
}

function findServer(command: string): string {
  try {
    const entry = createRequire(import.meta.url).resolve(SERVER_PACKAGE);
    return path.join(path.dirname(entry), '../bin/heartwood-server.cjs');
  } catch (cause) {
    throw cliError('SERVER_ABSENT', { command }, cause);
  }
}

/** Not a dependency: a machine that only asks needs no database. */
const SERVER_PACKAGE = '@heartwood/server';
