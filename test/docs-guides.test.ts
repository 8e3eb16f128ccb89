/** Follows the guides that have examples: saves their files, runs their commands, compares their answers. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdsAnswer, parseGuide, type Step } from './docs/guide.ts';
import {
  eventually,
  type ServerProcess,
  withDataDir,
  withServer,
} from './system/server-process.ts';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'docs/guides');

const guides = readdirSync(folder)
  .map((file) => ({ file, steps: parseGuide(readFileSync(path.join(folder, file), 'utf8')) }))
  .filter(({ steps }) => steps.length > 0);

const missing = (program: string): boolean => spawnSync(program, ['--version']).error !== undefined;
const uses = (program: string, steps: readonly Step[]): boolean =>
  steps.some((step) => step.kind !== 'file' && new RegExp(`^${program} `, 'm').test(step.command));

describe('the guides', () => {
  test('have examples to follow', () => {
    expect(guides.map(({ file }) => file)).toEqual([
      'analytics.md',
      'any-exporter.md',
      'backup-and-retention.md',
      'data-quality.md',
      'getting-started.md',
      'kpis.md',
      'log-libraries.md',
      'logs.md',
      'operations.md',
      'progress.md',
      'tracking-plan.md',
      'wrapping.md',
    ]);
  });

  for (const { file, steps } of guides) {
    const absent = ['bash', ...(uses('curl', steps) ? ['curl'] : [])].filter(missing);
    const reason = absent.length === 0 ? '' : ` (skipped: ${absent.join(', ')} not installed)`;
    test.skipIf(absent.length > 0)(
      `${file} does what it says${reason}`,
      { timeout: 120_000 },
      async () => {
        await withDataDir((app) => {
          // The packages as an installation would give them.
          symlinkSync(path.join(root, 'node_modules'), path.join(app, 'node_modules'));
          return withServer(
            async (server) => {
              for (const step of steps) expect(await follow(step, app, server)).toBe('as written');
            },
            {},
            // Started here, where it finds the folder of definitions once the guide has made it.
            app,
          );
        });
      },
    );
  }
});

/** Does what the step asks for; tells what came instead when that is not what the guide says. */
async function follow(step: Step, app: string, server: ServerProcess): Promise<string> {
  if (step.kind === 'file') {
    writeFileSync(path.join(app, step.name), step.text);
    return 'as written';
  }
  const ask = (): Promise<Ended> => run(step.command, app, server);
  const fits = ({ code, stdout }: Ended): boolean => code === 0 && holdsAnswer(stdout, step.answer);
  const ended = step.kind === 'ask' ? await eventually(ask, fits) : await ask();
  return fits(ended) ? 'as written' : `line ${step.line}: ${JSON.stringify(ended)}`;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of a guide in the app's folder, against the ports that this server has. */
async function run(command: string, app: string, server: ServerProcess): Promise<Ended> {
  const here = command
    .replaceAll('http://127.0.0.1:4318', server.otlpUrl)
    .replaceAll('http://127.0.0.1:4319', server.appUrl);
  const child = spawn('bash', ['-euo', 'pipefail', '-c', here], {
    cwd: app,
    env: {
      PATH: process.env['PATH'],
      HOME: app,
      HEARTWOOD_DATA_DIR: server.dataDir,
      HEARTWOOD_OTLP_ENDPOINT: server.otlpUrl,
      HEARTWOOD_URL: server.appUrl,
      // The guides run where packages are installed: nothing is to be fetched.
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
