/**
 * The demo: a server, the sample shop preloaded with the register, and people who use it.
 * `--once` ends after 30 seconds with the table of features on stdout.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { driveTraffic } from './traffic.mjs';

const root = path.resolve(import.meta.dirname, '../../..');
const ended = process.argv.includes('--once');
const ONCE_MS = 30_000;

const ending = new AbortController();
const children = [];
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ending.abort());

/** Starts a program of ours and resolves with the first line on stdout that `pattern` matches. */
async function start(name, args, env, pattern) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that Ctrl-C reaches the demo first and the children end in order.
    detached: true,
  });
  children.push({ name, child });
  child.once('exit', (code, signal) => {
    if (!ending.signal.aborted) {
      process.stderr.write(`${name} ended unexpectedly (${code ?? signal})\n`);
      process.exitCode = 1;
      ending.abort();
    }
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const found = pattern.exec(line);
    if (found !== null) {
      child.stdout.resume();
      return found;
    }
  }
  throw new Error(`${name} did not become ready`);
}

/** Ends the children, the last started first, and waits for each. */
async function endAll() {
  for (const { child } of children.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }
}

try {
  const dataDir = process.env.HEARTWOOD_DATA_DIR ?? path.join(homedir(), '.heartwood', 'demo');
  const [, otlp, app] = await start(
    'the server',
    ['packages/server/bin/heartwood-server.cjs'],
    {
      HEARTWOOD_DATA_DIR: dataDir,
      HEARTWOOD_DEFINITIONS: process.env.HEARTWOOD_DEFINITIONS ?? 'test/apps/shop/heartwood',
    },
    /^heartwood ready .*otlp=(\S+) .*app=(\S+)/,
  );
  const [, shop] = await start(
    'the shop',
    ['--import', '@heartwood/instrumentation/register', 'test/apps/shop/app.mjs'],
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
      OTEL_SERVICE_NAME: 'shop',
      OTEL_NODE_RESOURCE_DETECTORS: 'env,host,process',
      // Its jobs tell the server how far they are, not this terminal.
      HEARTWOOD_QUIET: 'true',
    },
    /^shop ready {2}(\S+)/,
  );
  process.stderr.write(`shop      ${shop}\ndashboard ${app}\n`);
  if (!ended)
    process.stderr.write(
      `people are shopping; Ctrl-C ends the demo\nwhat the shop does meanwhile: ${app}/#/operations\nafter ten minutes: npx heartwood kpi list --url ${app}\n`,
    );
  if (ended) setTimeout(() => ending.abort(), ONCE_MS).unref();
  const counts = await driveTraffic(shop, { signal: ending.signal });
  process.stderr.write(`${counts.visits} visits, ${counts.requests} requests\n`);
  if (ended && process.exitCode === undefined) {
    // The preload sends what is left within its delay, the server lands it within a second.
    await sleep(3500);
    const list = spawn(
      process.execPath,
      ['packages/cli/bin/heartwood.js', 'list-features', '--since', '5m', '--url', app],
      {
        cwd: root,
        stdio: 'inherit',
      },
    );
    const [code] = await once(list, 'exit');
    process.exitCode = code;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  ending.abort();
  await endAll();
}
