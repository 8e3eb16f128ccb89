/** SIGTERM under load: the server ends in time, whatever hangs on it, and what was acknowledged is stored. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startServer, withDataDir } from '../system/server-process.ts';
import { createTally, reconcile, startSenders } from './senders.ts';

const CYCLES = Number(process.env['STOP_CYCLES'] ?? 10);
/** What the server gives itself (`STOP_DEADLINE_MS`). */
const DEADLINE_MS = 10_000;

test(`${CYCLES} stops under load end with code 0 within ${DEADLINE_MS} ms and lose nothing`, async () => {
  await withDataDir(async (dataDir) => {
    const tally = createTally();
    const took: number[] = [];
    let server = await startServer({ dataDir });
    const senders = startSenders(4, () => server, tally);
    try {
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        await sleep(300 + Math.random() * 1200);
        const hanging = await hangOn(server.otlpUrl);
        const begin = performance.now();
        expect(await server.end('SIGTERM'), server.output().stderr).toEqual({
          code: 0,
          signal: null,
        });
        took.push(Math.round(performance.now() - begin));
        await hanging.closed;
        server = await startServer({ dataDir });
      }
      await senders.end();
      expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
      console.log(`stops took ${took.join(', ')} ms`);
      expect(Math.max(...took)).toBeLessThan(DEADLINE_MS);
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

/** Opens an idle connection and one that never ends its request; resolves with the promise that both are closed. */
async function hangOn(url: string): Promise<{ readonly closed: Promise<unknown> }> {
  const { hostname, port } = new URL(url);
  const sockets = ['', 'POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx'].map(
    (bytes) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined).resume();
      socket.write(bytes);
      return socket;
    },
  );
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  // Not `once`: a reset is an end as well.
  const ends = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  return { closed: Promise.all(ends) };
}
