/** Checks of data quality on a running server with six weeks behind it, of which one service was silent for two hours. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseExposition } from '../packages/api/src/testing/exposition.ts';
import { run } from '../packages/cli/src/testing/run.ts';
import type { PlainLog } from '../packages/kpi/src/testing/plain-log.ts';
import { landWorld, PLAIN_SPAN, type PlainSpan } from '../packages/kpi/src/testing/world.ts';
import { compose, type Server } from '../packages/server/src/compose.ts';
import { parseConfig } from '../packages/server/src/config.ts';

const MINUTE_MS = 60_000;
const WEEKS = 6;
const FEATURES = { shop: 'checkout', search: 'find', mail: 'send mail' } as const;
const SILENT = 'search';

const dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-quality-'));
let server: Server;

/** A run of each service every five minutes, an event every half hour. */
function seed(nowMs: number): { spans: PlainSpan[]; logs: PlainLog[] } {
  const [silentFrom, silentTo] = [nowMs - 300 * MINUTE_MS, nowMs - 180 * MINUTE_MS];
  const spans: PlainSpan[] = [];
  const logs: PlainLog[] = [];
  let seq = 0n;
  for (let at = nowMs - WEEKS * 7 * 1440 * MINUTE_MS; at < nowMs; at += 5 * MINUTE_MS)
    for (const [service, feature] of Object.entries(FEATURES)) {
      if (service === SILENT && at >= silentFrom && at < silentTo) continue;
      const shared = {
        seq: ++seq,
        service,
        traceId: seq.toString(16).padStart(32, '0'),
        session: 's1',
        user: 'u1',
        attributes: JSON.stringify({ plan: 'pro', items: 3 }),
      };
      const timeNs = BigInt(at) * 1_000_000n;
      spans.push({ ...PLAIN_SPAN, ...shared, feature, startNs: timeNs, spanId: seq });
      if (service === SILENT || at % (30 * MINUTE_MS) >= 5 * MINUTE_MS) continue;
      const none = { feature: null, component: null, errorType: null };
      logs.push({ ...shared, ...none, seq: ++seq, timeNs, event: 'order_placed' });
    }
  return { spans, logs };
}

const start = async (): Promise<Server> =>
  compose(
    parseConfig({
      HEARTWOOD_DATA_DIR: dataDir,
      HEARTWOOD_OTLP_HTTP_PORT: '0',
      HEARTWOOD_OTLP_GRPC_PORT: '0',
      HEARTWOOD_API_PORT: '0',
      HEARTWOOD_TIME_ZONE: 'Europe/Berlin',
    }),
    () => undefined,
  );

beforeAll(async () => {
  const store = await openStore({ dataDir, threads: 1 });
  const { spans, logs } = seed(Date.now());
  await landWorld(store, spans, logs);
  await store.close();
  server = await start();
}, 60_000);
afterAll(async () => {
  await server.stop(10_000);
  rmSync(dataDir, { recursive: true, force: true });
});

interface Row {
  readonly check: string;
  readonly subject: string | null;
  readonly result: string;
  readonly value: number | null;
  readonly message: string;
  readonly evidence: { readonly statements?: readonly { readonly sql: string }[] };
}

const heartwood = (...args: string[]) => run([...args, '--url', server.appUrl]);
const rowsOf = (json: string): Row[] => (JSON.parse(json) as { data: Row[] }).data;

describe('S4-105 checks on a running server', () => {
  test('S4-107 fail the gap of the one service that was silent, and nothing else', async () => {
    const { code, data } = await heartwood('quality', 'run', '--json');
    const rows = rowsOf(data);
    expect(code).toBe(3);
    const bad = rows.filter(({ subject, result }) => subject !== null && result !== 'pass');
    expect(bad).toMatchObject([{ check: 'gap', subject: SILENT, result: 'fail' }]);
    expect(bad[0]?.value).toBeGreaterThanOrEqual(6300);
    const whole = rows.filter(({ subject }) => subject === null);
    expect(Object.fromEntries(whole.map(({ check, result }) => [check, result]))).toEqual({
      volume: 'pass',
      gap: 'fail',
      lateness: 'pass',
      skew: 'pass',
      duplicates: 'pass',
      types: 'pass',
      nulls: 'pass',
      cardinality: 'pass',
      // Without a tracking plan, and without operations or spans within spans.
      unknown: 'not_enough_data',
      unended: 'not_enough_data',
      drops: 'pass',
    });
    for (const { check, evidence } of whole.filter(({ check }) => check !== 'unknown'))
      expect([check, evidence.statements?.length ?? 0]).not.toEqual([check, 0]);
  });

  test('are kept, and read again after a restart', async () => {
    await server.stop(10_000);
    server = await start();
    const { code, data } = await heartwood('quality', 'list', '--result', 'fail', '--json');
    expect(code).toBe(0);
    expect(rowsOf(data).map(({ check, subject }) => [check, subject])).toEqual([
      ['gap', null],
      ['gap', SILENT],
    ]);
  });

  test('end with 0 where what is asked for does not fail', async () => {
    const passing = await heartwood('quality', 'run', '--check', 'volume,lateness');
    expect(passing.code).toBe(0);
    expect(passing.notes).toContain('2 checks ran, none says fail.');
    const strict = ['--check', 'unended', '--fail-on', 'not_enough_data'];
    expect((await heartwood('quality', 'run', ...strict)).code).toBe(3);
  });

  test('S4-109 are told to whoever watches: the last run of each check as a metric', async () => {
    const families = parseExposition(await (await fetch(`${server.appUrl}/metrics`)).text());
    const family = families.find(({ name }) => name === 'heartwood_quality_failures');
    const values = family?.samples.map(({ labels, value }) => [labels['heartwood_check'], value]);
    expect(values).toContainEqual(['gap', 1]);
    expect(values).toContainEqual(['volume', 0]);
  });

  test('run one at a time: who comes meanwhile is told when to come again', async () => {
    const ask = () =>
      fetch(`${server.appUrl}/api/v1/quality/run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    const [first, second] = await Promise.all([ask(), ask()]);
    const [taken, refused] = first.status === 200 ? [first, second] : [second, first];
    expect([taken.status, refused.status]).toEqual([200, 429]);
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(await refused.json()).toMatchObject({ code: 'QUALITY_RUNNING' });
  });

  test.each([
    ['{"checks":["gaps"]}', 'BODY_INVALID'],
    ['{"checks":[]}', 'BODY_INVALID'],
    ['{"check":"gap"}', 'BODY_INVALID'],
  ])('refuse %s', async (body, code) => {
    const headers = { 'content-type': 'application/json' };
    const url = `${server.appUrl}/api/v1/quality/run`;
    const answer = await fetch(url, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code });
  });
});
