/** The look for errors beside kills: nothing is counted twice, nothing is left out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '@heartwood/store';
import { landWorld } from '../testing/world.ts';
import { parseWindow } from '../window.ts';
import { readErrorGroups } from './groups.ts';
import { ErrorIndex } from './index-runner.ts';

const AT_MS = Date.UTC(2026, 10, 22);
const RECORDS = 3000;
const distOf = (name: string): string =>
  `file://${path.resolve(import.meta.dirname, `../../../${name}/dist/index.js`)}`;

/** Looks at a few records at a time, and tells of each turn. */
const CHILD = `
  const { openStore } = await import(${JSON.stringify(distOf('store'))});
  const { ErrorIndex } = await import(${JSON.stringify(distOf('kpi'))});
  const store = await openStore({ dataDir: process.argv[1], threads: 1, memoryLimitMiB: 640 });
  const index = new ErrorIndex({ reader: store, keep: (job) => store.apply(job), limits: { records: 20 } });
  while (await index.turn()) process.stdout.write('turn\\n');
`;

test(
  'S3-81 after kills at any moment each record is counted once',
  { timeout: 120_000 },
  async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-errors-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const open = () => openStore({ dataDir, threads: 1, memoryLimitMiB: 640 });
    const first = await open();
    const logs = Array.from({ length: RECORDS }, (_, index) => ({
      seq: BigInt(index + 1),
      timeNs: BigInt(AT_MS) * 1_000_000n + BigInt(index),
      event: null,
      traceId: null,
      service: 'shop',
      feature: null,
      component: null,
      errorType: null,
      session: null,
      user: null,
      attributes: '{}',
      severity: 17,
      body: `${['red', 'green', 'blue'][index % 3] ?? ''} ${String(index)}`,
    }));
    await landWorld(first, [], logs);
    await first.close();

    for (const turns of [1, 4, 9]) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, dataDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      let seen = 0;
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (data: Buffer) => {
          seen += data.toString().split('\n').length - 1;
          if (seen >= turns) resolve();
        });
      });
      child.kill('SIGKILL');
      await once(child, 'exit');
    }

    const store = await open();
    onTestFinished(() => store.close());
    const [state] = await store.read('error/state', {});
    expect(Number(state?.logSeq)).toBeGreaterThanOrEqual(14 * 20);
    expect(Number(state?.logSeq)).toBeLessThan(RECORDS);
    const index = new ErrorIndex({ reader: store, keep: (job) => store.apply(job) });
    while (await index.turn());
    const window = parseWindow(
      { from: String(AT_MS), to: String(AT_MS + 1000) },
      AT_MS + 7_200_000,
    );
    const { rows } = await readErrorGroups(store, window, {}, { limit: 10 });
    const told = Object.fromEntries(rows.map(({ title, occurrences }) => [title, occurrences]));
    expect(told).toEqual({ 'blue <n>': 1000, 'green <n>': 1000, 'red <n>': 1000 });
  },
);
