/** `kill -9` at named points: whatever was acknowledged is stored, and nothing is stored twice. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  runCommand,
  type ServerProcess,
  startServer,
  withDataDir,
} from '../system/server-process.ts';
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
          await reach(server, point);
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
  const most = point.by || point.env ? 1 : point.on === 'run' ? 3 : 50;
  const passes = Math.floor(Math.random() * most);
  return startWithFault(dataDir, { ...point, action: 'kill', passes });
}

/** Resolves when the server has killed itself, and only then: a point that is never reached proves nothing. */
async function reach(server: ServerProcess, { by }: Point): Promise<void> {
  const { child, dataDir } = server;
  const late = AbortSignal.timeout(REACHED_WITHIN_MS);
  if (by !== undefined) await sleep(300 + Math.random() * 700);
  if (by === 'stop') child.kill('SIGTERM');
  const command =
    by === 'backup'
      ? once(runCommand(dataDir, ['backup', `${dataDir}/backup-${Date.now()}`]), 'exit')
      : undefined;
  if (child.exitCode === null && child.signalCode === null)
    await once(child, 'exit', { signal: late });
  // Without the server it makes the backup itself, and has the data open for that.
  await command;
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
