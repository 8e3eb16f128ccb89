/** `kill -9` during ingest: what was acknowledged is stored, and nothing is stored twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startServer, withDataDir } from '../system/server-process.ts';
import { createTally, reconcile, startSenders } from './senders.ts';

const CYCLES = Number(process.env['KILL_CYCLES'] ?? 20);

test(`${CYCLES} kills lose no acknowledged span, log record or metric point, and store none twice`, async () => {
  await withDataDir(async (dataDir) => {
    const tally = createTally();
    let server = await startServer({ dataDir });
    const senders = startSenders(4, () => server, tally);
    try {
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        await sleep(50 + Math.random() * 1500);
        await server.end('SIGKILL');
        server = await startServer({ dataDir });
      }
      await senders.end();
      expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    } finally {
      await Promise.all([server.end('SIGKILL'), senders.giveUp()]);
    }

    const { lost, doubled } = await reconcile(dataDir, tally);
    expect(tally.acknowledged.size).toBeGreaterThan(CYCLES);
    expect(tally.wrong).toEqual([]);
    expect(lost).toEqual([]);
    expect(doubled).toEqual([]);
    expect(tally.acknowledged).toEqual(new Set(tally.sent));
  });
});
