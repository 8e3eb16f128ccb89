/** Programs on a pseudo-terminal, given by `script` of util-linux: what they show, and what is typed to them. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createScreen, type Screen } from './screen.ts';

/** Whether there are pseudo-terminals here; tests that need one are left out by name without. */
export const HAS_PTY = spawnSync('script', ['--version']).error === undefined;

export interface Pty {
  readonly screen: Screen;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Id of the program. */
  pid(): number;
  /** Exit code of the program; 128 and the number where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Ends it, if it still runs. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface HowToShow {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command of the shell on a terminal; resolves when the terminal is there. */
export async function openPty(
  command: string,
  { columns = 80, rows = 24, env = {} }: HowToShow = {},
): Promise<Pty> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-pty-'));
  const told = path.join(folder, 'told');
  const size = `rows ${String(rows)} cols ${String(columns)}`;
  const script = `stty ${size}; echo "$(tty) $$" > ${told}.new; mv ${told}.new ${told}; exec ${command}`;
  const child = spawn('script', ['-qec', script, '/dev/null'], {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      SHELL: '/bin/sh',
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      ...env,
    },
  });
  const screen = createScreen(columns, rows);
  child.stdout.setEncoding('utf8').on('data', (text: string) => screen.write(text));
  const closed = once(child, 'close') as Promise<[number | null]>;
  const ended = closed.then(([code]) => code);
  while (!existsSync(told) && child.exitCode === null)
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  const [tty = '', pid = ''] = readFileSync(told, 'utf8').trim().split(' ');
  return {
    screen,
    type: (text) => void child.stdin.write(text),
    resize: (columns, rows) => {
      screen.resize(columns, rows);
      spawnSync('stty', ['-F', tty, 'rows', String(rows), 'cols', String(columns)]);
    },
    pid: () => Number(pid),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
