/** Time until an app's first line under our preload and under the register of OpenTelemetry. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { median } from './instrumentation-figures.ts';

/** CPU milliseconds of the process at the first line of the app, medians. */
export interface PreloadTimes {
  readonly noneMs: number;
  readonly upstreamMs: number;
  readonly oursMs: number;
}

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Starts the same app in turn with each preload, `starts` times. */
export function measurePreload(starts: number): PreloadTimes {
  const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-bench-'));
  try {
    const app = path.join(folder, 'app.cjs');
    writeFileSync(
      app,
      `const { user, system } = process.cpuUsage();
       console.log((user + system) / 1000);
       process.exit(0);`,
    );
    const preloads = {
      noneMs: [],
      upstreamMs: ['--require', '@opentelemetry/auto-instrumentations-node/register'],
      oursMs: ['--require', path.join(ROOT, 'packages/instrumentation/dist/register.js')],
    };
    const samples: Record<keyof PreloadTimes, number[]> = {
      noneMs: [],
      upstreamMs: [],
      oursMs: [],
    };
    for (let i = -1; i < starts; i += 1) {
      for (const [name, words] of Object.entries(preloads) as [keyof PreloadTimes, string[]][]) {
        const ms = startOnce([...words, app]);
        // The first start reads the files into the cache of the system.
        if (i >= 0) samples[name].push(ms);
      }
    }
    return {
      noneMs: median(samples.noneMs),
      upstreamMs: median(samples.upstreamMs),
      oursMs: median(samples.oursMs),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startOnce(words: readonly string[]): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, words, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', OTEL_SERVICE_NAME: 'bench' },
  });
  const ms = Number(stdout.trim().split('\n').at(-1));
  if (status !== 0 || !(ms > 0)) throw new Error(`the app ended with ${status}: ${stderr}`);
  return ms;
}
