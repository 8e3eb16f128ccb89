/** `kill -9` at named points: whatever was acknowledged is stored, and nothing is stored twice. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type ServerProcess, startServer, withDataDir } from '../system/server-process.ts';
import { type Point, POINTS, startWithFault } from './fault.ts';
import { createTally, reconcile, startSenders } from './senders.ts';

/** Twenty are asked for; the suite of every day has fewer, or it would take half an hour. */
const CYCLES = Number(process.env['POINT_CYCLES'] ?? 3);
/** Longest way to a point. */
const REACHED_WITHIN_MS = 30_000;

test.each(Object.entries(POINTS))(
  `${CYCLES} kills %s lose nothing and double nothing`,
  async (_name, point) => {
    await withDataDir(async (dataDir) => {
      const tally = createTally();
      let server = await startToKill(dataDir, point);
      const senders = startSenders(4, () => server, tally);
      try {
        for (let cycle = 1; ; cycle++) {
          await reach(server, point.stopping === true);
          server = await startServer({ dataDir });
          if (cycle === CYCLES) await senders.end();
          expect(await server.end('SIGTERM'), server.output().stderr).toEqual({
            code: 0,
            signal: null,
          });
          await expectAllStored(dataDir, tally);
          if (cycle === CYCLES) break;
          server = await startToKill(dataDir, point);
        }
      } finally {
        await Promise.all([server.end('SIGKILL'), senders.giveUp()]);
      }
      expect(tally.acknowledged.size).toBeGreaterThan(CYCLES);
      expect(tally.acknowledged).toEqual(new Set(tally.sent));
    });
  },
);

function startToKill(dataDir: string, point: Point): Promise<ServerProcess> {
  // Not always the first time: the server shall have something to lose. A landing comes once a second.
  const most = point.stopping || point.env ? 1 : point.on === 'run' ? 3 : 50;
  const passes = Math.floor(Math.random() * most);
  return startWithFault(dataDir, { ...point, action: 'kill', passes });
}

/** Resolves when the server has killed itself, and only then: a point that is never reached proves nothing. */
async function reach(server: ServerProcess, stopping: boolean): Promise<void> {
  const { child } = server;
  const late = AbortSignal.timeout(REACHED_WITHIN_MS);
  if (stopping) {
    await sleep(300 + Math.random() * 700);
    child.kill('SIGTERM');
  }
  if (child.exitCode === null && child.signalCode === null)
    await once(child, 'exit', { signal: late });
  expect(child.signalCode, server.output().stderr).toBe('SIGKILL');
}

async function expectAllStored(
  dataDir: string,
  tally: ReturnType<typeof createTally>,
): Promise<void> {
  const { lost, doubled } = await reconcile(dataDir, tally);
  expect(tally.wrong).toEqual([]);
  expect(lost).toEqual([]);
  expect(doubled).toEqual([]);
}
