import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Batch } from '../batch.ts';
import type { QueryName } from '../queries.ts';
import { storeContract } from '../store.contract.ts';
import { addSpans, at, CONTRACT_STATEMENTS, readTest } from '../testing/store-fixture.ts';
import { openDuckdb } from './engine.ts';

storeContract('DuckDB', (dir, statements) =>
  openDuckdb({ path: path.join(dir, 'test.duckdb') }, statements),
);

describe('the DuckDB engine', () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'heartwood-engine-'));
    file = path.join(dir, 'test.duckdb');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const open = (at = file) => openDuckdb({ path: at }, CONTRACT_STATEMENTS);

  it('says that its thread is gone, gives the batch back usable, and can be opened again', async () => {
    let thread: { terminate(): Promise<number> } | undefined;
    process.once('worker', (worker) => (thread = worker));
    const store = await open();
    const batch = new Batch(1000);
    addSpans(batch, 1, 1000);
    await store.land(batch, at(1n));

    addSpans(batch, 1001, 1000);
    const ended = thread?.terminate();
    const landing = store.land(batch, at(2n));
    landing.catch(() => undefined);
    await ended;
    const gone = { code: 'STORE_FATAL', retryable: true };
    await expect(landing).rejects.toMatchObject(gone);
    await expect(readTest(store, 'count')).rejects.toMatchObject(gone);
    await expect(store.land(new Batch(1), at(2n))).rejects.toMatchObject(gone);
    await store.close();

    const again = await open();
    expect(await again.readResumeState()).toMatchObject({ position: at(1n), nextSeq: 1001n });
    expect(batch.isEmpty).toBe(true);
    addSpans(batch, 1001, 1000);
    await again.land(batch, at(2n));
    expect(await readTest(again, 'count')).toMatchObject([{ rows: 2000, seqs: 2000 }]);
    await again.close();

    // The instance of the dead thread must be gone too: two on one file lose rows without a word.
    const third = await open();
    expect(await readTest(third, 'count')).toMatchObject([{ rows: 2000, record: 2 }]);
    await third.close();
  });

  it('tells how long a checkpoint took', async () => {
    const store = await open();
    const heard: number[] = [];
    store.onCheckpoint((seconds) => heard.push(seconds));
    await store.checkpoint();
    expect(heard).toEqual([expect.any(Number)]);
    expect(heard[0]).toBeGreaterThan(0);
    await store.close();
  });

  it('starts a thread that has ended again, on the same file, and says when it ended', async () => {
    let thread: { terminate(): Promise<number> } | undefined;
    const remember = (worker: { terminate(): Promise<number> }): void => void (thread = worker);
    process.on('worker', remember);
    const store = await open();
    try {
      const heard: string[] = [];
      store.onFatal(({ code }) => heard.push(code));
      const batch = new Batch(1000);
      for (let life = 1; life <= 6; life++) {
        addSpans(batch, life * 1000, 1000);
        await store.land(batch, at(BigInt(life)));
        // Not under a landing: the end of a thread that DuckDB calls into ends the process.
        const ended = thread?.terminate();
        const asked = store.readResumeState();
        asked.catch(() => undefined);
        await ended;
        await expect(asked).rejects.toMatchObject({ code: 'STORE_FATAL', retryable: true });
        await expect(readTest(store, 'count')).rejects.toMatchObject({ code: 'STORE_FATAL' });
        expect(heard).toHaveLength(life);
        if (life === 6) break;
        const state = await store.readResumeState();
        expect(state.position).toEqual(at(BigInt(life)));
        expect(await readTest(store, 'count')).toMatchObject([{ rows: life * 1000 }]);
      }
      await expect(store.readResumeState()).rejects.toMatchObject({ code: 'STORE_FATAL' });
    } finally {
      process.off('worker', remember);
      await store.close();
    }
    const again = await open();
    expect(await readTest(again, 'count')).toMatchObject([{ rows: 6000, seqs: 6000, record: 6 }]);
    await again.close();
  });

  it('rejects a call that cannot be sent to its thread, and gives the batch back usable', async () => {
    const store = await open();
    const unsendable = (() => 1) as never;
    await expect(
      store.read('test/echo' as QueryName, { text: unsendable } as never),
    ).rejects.toThrow('could not be cloned');
    const batch = new Batch(10);
    addSpans(batch, 1, 10);
    await expect(store.land(batch, { record: unsendable, rows: 0 })).rejects.toThrow(
      'could not be cloned',
    );
    expect(batch.isEmpty).toBe(true);
    addSpans(batch, 1, 10);
    await store.land(batch, at(1n));
    expect(await readTest(store, 'count')).toMatchObject([{ rows: 10, record: 1 }]);
    await store.close();
  });

  it('guards a database once, whichever link leads to it', async () => {
    const link = path.join(dir, 'link');
    symlinkSync(dir, link);
    const store = await open();
    await expect(open(path.join(link, 'test.duckdb'))).rejects.toMatchObject({
      code: 'STORE_LOCKED',
    });
    symlinkSync(file, path.join(dir, 'other.duckdb'));
    await expect(open(path.join(dir, 'other.duckdb'))).rejects.toMatchObject({
      code: 'STORE_LOCKED',
    });
    await store.close();
  });

  it('makes the folder of the database, and says when it cannot', async () => {
    const store = await open(path.join(dir, 'a', 'b', 'test.duckdb'));
    await store.close();
    await expect(open(path.join(import.meta.filename, 'test.duckdb'))).rejects.toMatchObject({
      code: 'STORE_OPEN_FAILED',
    });
  });
});
