/** Runs an app of test/apps in a process of its own, as people run theirs. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The preload, as people name it. */
export const REGISTER = '@heartwood/instrumentation/register';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** How an app ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the start of the process to its end. */
  readonly ms: number;
  /** From what began the end to the end: the signal, or the last line `ending at <time>` of the app. */
  readonly endMs: number | undefined;
  /** It would have gone on, and was killed. */
  readonly isKilled: boolean;
}

/** How to run it. */
export interface HowToRun {
  /** Nothing of this process's environment is inherited but PATH. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** The Node to run it with; default: the one that runs this. */
  readonly node?: string;
  /** Sent when the app has printed `ready`. */
  readonly signal?: NodeJS.Signals | undefined;
  /** Killed when it runs longer. Default 25 s. */
  readonly patienceMs?: number;
}

/** Runs `node` with the arguments until it ends. */
export async function runApp(
  args: readonly string[],
  { env, cwd = root, node = process.execPath, signal, patienceMs = 25_000 }: HowToRun = {},
): Promise<Ended> {
  const startedAt = Date.now();
  const child = spawn(node, args, {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: tmpdir(),
      OTEL_SERVICE_NAME: 'shop',
      // The same on a laptop as in a container: what was sent has arrived when the app has ended.
      HEARTWOOD_EXIT_UPLOAD: 'wait',
      ...env,
    },
  });
  let stdout = '';
  let stderr = '';
  let endingAt: number | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (signal === undefined || endingAt !== undefined || !stdout.includes('ready')) return;
    endingAt = Date.now();
    child.kill(signal);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let isKilled = false;
  const timer = setTimeout(() => {
    isKilled = true;
    child.kill('SIGKILL');
  }, patienceMs);
  return new Promise((resolve) => {
    child.on('close', (code, killed) => {
      clearTimeout(timer);
      const endedAt = Date.now();
      const said = [...stdout.matchAll(/ending at (\d+)/g)].at(-1)?.[1];
      endingAt ??= said === undefined ? undefined : Number(said);
      const endMs = endingAt === undefined ? undefined : endedAt - endingAt;
      const ms = endedAt - startedAt;
      resolve({ code, signal: killed, stdout, stderr, ms, endMs, isKilled });
    });
  });
}
