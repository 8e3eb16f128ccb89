/** Takes one way out of a process under a preload, and says what came of it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCollector } from '../../packages/instrumentation/testing/collector.ts';
import { runApp } from '../system/app-process.ts';
import { openBlackHole } from '../system/black-hole.ts';
import type { Way } from './ways.ts';

/** What came of it. */
export interface Outcome {
  /** Runs that arrived. */
  readonly delivered: number;
  /** Exit code or signal; `never` when it had to be killed. */
  readonly end: number | string | null;
  /** From what began the end to the end of the process, milliseconds. */
  readonly endMs: number | undefined;
}

/** How long an app may take before it is killed. */
export const PATIENCE_MS = 20_000;

/** Runs the app of a way under a preload, `undefined` for none, and waits for what arrives. */
export async function takeWay(
  way: Way,
  preload: string | undefined,
  upload: 'auto' | 'detach' | 'wait' = 'auto',
): Promise<Outcome> {
  await using collector = await openCollector();
  const { receiver } = way;
  await using hole = receiver === 'silent' ? await openBlackHole() : undefined;
  const answer = receiver === 'late' ? 503 : receiver;
  if (receiver === 'mute') {
    collector.otherFault = (path) => (path === '/v1/metrics' ? 'hang' : undefined);
  }
  if (typeof answer === 'number') {
    collector.fault = () => ({ status: answer });
    collector.otherFault = () => ({ status: answer });
  }
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT:
      receiver === 'away' ? 'http://127.0.0.1:1' : (hole?.url ?? collector.url),
    // Else the other preload asks the network which cloud it is in.
    OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process',
    HEARTWOOD_EXIT_UPLOAD: upload,
    HEARTWOOD_SPOOL_DIR:
      way.spool === true ? mkdtempSync(join(tmpdir(), 'heartwood-spool-')) : undefined,
  };
  const load = preload === undefined ? [] : ['--require', preload];
  const ended = await runApp([...load, ...way.app], {
    env,
    signal: way.signal,
    patienceMs: PATIENCE_MS,
  });
  if (way.spool === true) {
    collector.fault = undefined;
    collector.otherFault = undefined;
    await runApp([...load, 'test/apps/exits/app.cjs', 'natural', '1'], { env });
  }
  // A request whose answer was still on its way is sent again at the end; the same bytes, which a receiver stores once.
  const arrived = (): number =>
    new Set(collector.spans.filter(({ name }) => name === 'count').map(({ spanId }) => spanId))
      .size;
  // What a process of its own brings may come a moment later; what is lost never does.
  const most = way.delivered === 0 || preload === undefined ? 500 : SETTLE_MS;
  for (const until = Date.now() + most; arrived() < way.produced && Date.now() < until;) {
    await sleep(20);
  }
  return {
    delivered: arrived(),
    end: ended.isKilled ? 'never' : (ended.signal ?? ended.code),
    endMs: ended.endMs,
  };
}

const SETTLE_MS = 5000;
