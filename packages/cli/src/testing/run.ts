/** Runs the command line: in this process with a terminal in memory, or as the process that people start. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Window } from '../live/window.ts';
import { main } from '../main.ts';
import type { Terminal } from '../terminal.ts';

export interface Ran {
  readonly code: number | null;
  readonly data: string;
  readonly notes: string;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly seen?: boolean;
  /** Where a page can change in place. */
  readonly window?: Window;
  /** Ends the call as Ctrl-C does, once something of all that it wrote so far fits. */
  readonly until?: RegExp;
}

/** One call in this process. */
export async function run(
  args: readonly string[],
  { env = {}, columns = Number.POSITIVE_INFINITY, seen = false, window, until }: Surroundings = {},
): Promise<Ran> {
  let data = '';
  let notes = '';
  let page = '';
  const interruption = new AbortController();
  const look = (): void => {
    if (until?.test(data + notes + page) === true) interruption.abort();
  };
  const terminal: Terminal = {
    env: { LANG: 'C.UTF-8', ...env },
    dataSeen: seen,
    notesSeen: seen,
    columns,
    window:
      window === undefined
        ? undefined
        : {
            ...window,
            write: (text) => {
              window.write(text);
              page += text;
              look();
            },
          },
    write: async (written) => {
      data += typeof written === 'string' ? written : Buffer.from(written).toString();
      look();
      await Promise.resolve();
    },
    tell: (text) => {
      notes += text;
      look();
    },
  };
  const code = await main(args, terminal, interruption.signal);
  return { code, data, notes };
}

/** The file that npm links as `heartwood`. */
export const BIN: string = fileURLToPath(new URL('../../bin/heartwood.js', import.meta.url));

/** One call as a process of its own. */
export async function runProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let data = '';
  let notes = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    data += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes += text;
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  return { code, data, notes };
}
