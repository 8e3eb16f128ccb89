import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONTRACT_STATEMENTS, readTest } from '../testing/store-fixture.ts';
import { openDuckdb } from './engine.ts';

const dist = path.resolve(import.meta.dirname, '../../dist');

/** Lands batches of 5,000 rows without end, or until told otherwise, and says each acknowledged record. */
const CHILD = `
  const { openStore } = await import(${JSON.stringify(`file://${dist}/index.js`)});
  const { Batch } = await import(${JSON.stringify(`file://${dist}/batch-entry.js`)});
  try {
    const store = await openStore({ path: process.argv[1] });
    process.stdout.write('open\\n');
    if (process.argv[2] === 'hold') await new Promise((resolve) => process.stdin.once('data', resolve));
    else {
      let { position: { record }, nextSeq } = await store.readResumeState();
      const batch = new Batch(5000);
      for (;;) {
        const { spans } = batch;
        for (let row = 0; row < 5000; row++) {
          spans.words[(spans.offset.seq >> 2) + row * 2] = Number(nextSeq++);
          spans.words[(spans.offset.seq >> 2) + row * 2 + 1] = 0;
        }
        spans.rows = 5000;
        await store.land(batch, { record: ++record, rows: 0 });
        process.stdout.write(record + '\\n');
      }
    }
    await store.close();
  } catch (error) {
    process.stdout.write('error ' + error.code + ' ' + error.message + '\\n');
  }
`;

let dir: string;
let file: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'heartwood-crash-'));
  file = path.join(dir, 'test.duckdb');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(dir, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  /** Everything said so far. */
  readonly said: () => string[];
  /** Resolves once so many lines have been said. */
  readonly lines: (count: number) => Promise<void>;
}

function start(mode: 'land' | 'hold'): Started {
  const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, file, mode], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  children.push(child);
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  const said = () => text.split('\n').slice(0, -1);
  return {
    child,
    said,
    lines: async (count) => {
      while (said().length < count) await once(child.stdout, 'data');
    },
  };
}

const openHere = () => openDuckdb({ path: file }, CONTRACT_STATEMENTS);

describe('kill -9 while landing', () => {
  it('keeps what was acknowledged, whole batches only, and the position that fits', async () => {
    let acknowledged = 0;
    for (let cycle = 0; cycle < 3; cycle++) {
      const { child, said, lines } = start('land');
      await lines(4 + cycle * 3);
      child.kill('SIGKILL');
      await once(child, 'exit');
      acknowledged = Number(said().at(-1));

      const store = await openHere();
      const [row = {}] = await readTest(store, 'count');
      await store.close();
      expect(row['record']).toBeGreaterThanOrEqual(acknowledged);
      expect(row).toMatchObject({
        rows: Number(row['record']) * 5000,
        seqs: Number(row['record']) * 5000,
      });
    }
    expect(acknowledged).toBeGreaterThan(5);
  });
});

describe('a second process', () => {
  it('is refused with the pid of the owner, and may have the data after it', async () => {
    const owner = start('hold');
    await owner.lines(1);
    await expect(openHere()).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      retryable: true,
      message: expect.stringContaining(`process ${owner.child.pid}.`),
    });
    const second = start('hold');
    await second.lines(1);
    expect(second.said()[0]).toContain(`error STORE_LOCKED`);
    expect(second.said()[0]).toContain(`process ${owner.child.pid}.`);

    owner.child.stdin?.end('end\n');
    // By itself: a closed store leaves nothing that keeps a process alive.
    expect(await once(owner.child, 'exit')).toEqual([0, null]);
    const store = await openHere();
    await store.close();
  });

  it('takes over at once when the owner was killed', async () => {
    const owner = start('hold');
    await owner.lines(1);
    owner.child.kill('SIGKILL');
    await once(owner.child, 'exit');
    const store = await openHere();
    expect(await readTest(store, 'count')).toMatchObject([{ rows: 0 }]);
    await store.close();
  });
});
