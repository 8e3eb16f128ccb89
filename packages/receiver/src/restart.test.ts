/** The numbers of senders add up over processes that end without a word, for each signal by itself. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BODY_SLACK_BYTES } from './decode/text/text-source.ts';
import { Gauges, type SignalGauges } from './gauges.ts';
import { Plans } from './plans.ts';
import { Intake } from './intake.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { BUILT_IN_RULES } from './mapping.ts';
import { News } from './news.ts';
import { OWN_METRICS_NUMBER } from './own-metrics.ts';
import type { Accepted } from './pipeline-options.ts';
import { COMPRESSION, ENCODING, METRICS, TRACES } from './signal.ts';
import { MemoryStore } from './testing/memory-store.ts';

let next = 1;

const id = (): string => (next++).toString(16).padStart(16, '0');

/** Records that no other request has. */
const traces = (records: number): object => ({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: Array.from({ length: records }, () => ({
            traceId: '1'.repeat(32),
            spanId: id(),
          })),
        },
      ],
    },
  ],
});

const metrics = (records: number): object => ({
  resourceMetrics: [
    {
      scopeMetrics: [
        {
          metrics: [
            {
              name: 'm',
              gauge: {
                dataPoints: Array.from({ length: records }, () => ({
                  timeUnixNano: String(next++),
                  asInt: '1',
                })),
              },
            },
          ],
        },
      ],
    },
  ],
});

const request = (signal: number, records: number): Accepted => {
  const content = signal === TRACES.number ? traces(records) : metrics(records);
  return {
    signal,
    encoding: ENCODING.JSON,
    compression: COMPRESSION.NONE,
    receivedNs: 1_793_491_200_000_000_000n,
    body: Buffer.from(JSON.stringify(content)),
  };
};

async function open(journalDir: string, store: MemoryStore, gauges: Gauges): Promise<Intake> {
  return Intake.open({
    store,
    journalDir,
    rules: BUILT_IN_RULES,
    plans: new Plans(null),
    limits: { ...DEFAULT_LIMITS, waitMs: 20 },
    gauges,
    landAfterMs: 60_000,
    hasSpace: () => true,
    batchRows: 8,
    openBody: ({ body }) =>
      Buffer.concat([body, Buffer.alloc(BODY_SLACK_BYTES)]).subarray(0, body.length),
    onTrouble: () => undefined,
    news: new News({ onTrouble: () => undefined }),
  });
}

/** Everything that has an end. */
const settled = (gauges: SignalGauges): number =>
  gauges.stored +
  gauges.duplicate +
  gauges.rejected.total +
  gauges.refused.total +
  gauges.deadLettered.total;

const sent = fc.record({
  signal: fc.constantFrom(TRACES.number, METRICS.number, OWN_METRICS_NUMBER),
  records: fc.integer({ min: 1, max: 20 }),
  isRepeated: fc.boolean(),
});

test('received less recovered is what was sent, and all of it is settled in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          requests: fc.array(sent, { minLength: 1, maxLength: 6 }),
          landings: fc.integer({ min: 0, max: 4 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      async (lives) => {
        const journalDir = await mkdtemp(path.join(tmpdir(), 'restart-'));
        const expected = new Map<number, number>();
        const processes: Gauges[] = [];
        let store = new MemoryStore();
        for (const { requests, landings } of lives) {
          const gauges = new Gauges();
          processes.push(gauges);
          const intake = await open(journalDir, store, gauges);
          const victim = store;
          const land = victim.land.bind(victim);
          let left = landings;
          const underWay = new Set<Promise<void>>();
          victim.land = async (batch, position) => {
            if (left-- <= 0) await new Promise(() => {});
            const landed = land(batch, position);
            underWay.add(landed);
            await landed;
            underWay.delete(landed);
          };
          for (const { signal, records, isRepeated } of requests) {
            const once = request(signal, records);
            const isTaken = await intake.accept(once).then(
              () => true,
              () => false,
            );
            if (isTaken && isRepeated) await intake.accept(once);
            const times = isTaken ? (isRepeated ? 2 : 1) : 0;
            expected.set(signal, (expected.get(signal) ?? 0) + times * records);
          }
          // What has landed is counted in the same turn.
          do await turn();
          while (underWay.size > 0);
          // The crash: the next process sees what has landed, and the journal.
          const { spanIds, requests: known, position } = victim;
          store = Object.assign(new MemoryStore(), {
            spanIds: [...spanIds],
            requests: [...known],
            position,
          });
        }
        const last = new Gauges();
        processes.push(last);
        await (await open(journalDir, store, last)).close();
        await rm(journalDir, { recursive: true, force: true });
        for (const [signal, records] of expected) {
          const over = (read: (gauges: SignalGauges) => number): number =>
            processes.reduce((sum, gauges) => sum + read(gauges.of(signal)), 0);
          for (const gauges of processes) {
            const own = gauges.of(signal);
            expect(settled(own) + own.waiting).toBe(own.received);
          }
          expect(over((gauges) => gauges.received - gauges.recovered)).toBe(records);
          expect(over(settled)).toBe(records);
          expect(last.of(signal).waiting).toBe(0);
        }
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

test('what the server tells of itself is in no total and no histogram', async () => {
  const journalDir = await mkdtemp(path.join(tmpdir(), 'restart-'));
  const gauges = new Gauges();
  const intake = await open(journalDir, new MemoryStore(), gauges);
  await intake.accept(request(OWN_METRICS_NUMBER, 20));
  await intake.flush();
  expect(gauges).toMatchObject({ received: 0, stored: 0, waiting: 0 });
  expect(gauges.of(OWN_METRICS_NUMBER)).toMatchObject({ received: 20, stored: 20 });
  for (const histogram of [gauges.landing, gauges.landedRecords, gauges.freshness])
    expect(histogram.read().sum).toBe(0);
  await intake.accept(request(METRICS.number, 5));
  await intake.accept(request(OWN_METRICS_NUMBER, 3));
  await intake.close();
  await rm(journalDir, { recursive: true, force: true });
  expect(gauges).toMatchObject({ received: 5, stored: 5 });
  expect(gauges.landedRecords.read().sum).toBe(5);
});
