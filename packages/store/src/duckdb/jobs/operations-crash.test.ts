/** Operations as they are kept beside a kill: one snapshot whole, never half of one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openStore } from '../../open.ts';
import type { Store } from '../../store.ts';

const dist = path.resolve(import.meta.dirname, '../../../dist');
const dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-operations-'));

let store: Store | undefined;
let child: ChildProcess | undefined;
afterEach(async () => {
  child?.kill('SIGKILL');
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Keeps one operation further and further, lands nothing, and says after which number it is durable. */
const CHILD = `
  const { openStore } = await import(${JSON.stringify(`file://${dist}/index.js`)});
  const store = await openStore({ dataDir: process.argv[1] });
  for (let seq = 1n; ; seq++) {
    const live = Array.from({ length: 100 }, (_, at) => ({ id: 'o' + at, state: String(seq) }));
    const underWay = live.map(({ id }) => id);
    await store.apply({ job: 'operations', live, underWay, closed: [], reopened: [], seq });
    process.stdout.write(seq + '\\n');
  }
`;

test('a kill at any moment leaves one snapshot whole, with its number', async () => {
  child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  await new Promise<void>((resolve) => {
    child?.stdout?.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.split('\n').length > 12) resolve();
    });
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  store = await openStore({ dataDir, threads: 1 });
  const kept = await store.read('operation/live', {});
  const number = Number((await store.read('operation/state', {})).at(0)?.seq);
  expect(number).toBeGreaterThanOrEqual(Number(said.trim().split('\n').at(-1)));
  expect(kept).toHaveLength(100);
  expect(new Set(kept.map(({ state }) => state))).toEqual(new Set([String(number)]));
  expect(await store.readResumeState()).toMatchObject({ nextSeq: BigInt(number) + 1n });
});
