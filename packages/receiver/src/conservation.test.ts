import { randomInt } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { CodedError, isRetryable } from '@heartwood/semconv';
import { parseTrackingPlan } from '@heartwood/semconv/plan';
import { expect, test, vi } from 'vitest';
import { BODY_SLACK_BYTES } from './decode/text/text-source.ts';
import { Gauges } from './gauges.ts';
import { News } from './news.ts';
import { Plans } from './plans.ts';
import { Intake } from './intake.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { BUILT_IN_RULES } from './mapping.ts';
import { COMPRESSION, ENCODING, LOGS, METRICS, TRACES } from './signal.ts';
import { MemoryStore } from './testing/memory-store.ts';

/** Failures of each kind. */
const ROUNDS = 2;

interface Sent {
  readonly signal: number;
  /** A request with records of these numbers. */
  readonly make: (numbers: readonly number[]) => object;
}

const SENT: readonly Sent[] = [
  {
    signal: TRACES.number,
    // A span of number 0 is rejected.
    make: (numbers) => ({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [...numbers, 0].map((number) => ({
                traceId: '1'.repeat(32),
                spanId: number.toString(16).padStart(16, '0'),
              })),
            },
          ],
        },
      ],
    }),
  },
  {
    signal: LOGS.number,
    make: (numbers) => ({
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: numbers.map((number) => ({
                body: { stringValue: `line ${number}` },
                // What one of the two plans does not let in.
                eventName: number % 3 === 0 ? 'not_planned' : 'a_b_done',
              })),
            },
          ],
        },
      ],
    }),
  },
  {
    signal: METRICS.number,
    make: (numbers) => ({
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'depth',
                  gauge: {
                    dataPoints: numbers.map((number) => ({ asInt: number, timeUnixNano: '1' })),
                  },
                },
              ],
            },
          ],
        },
      ],
    }),
  },
];

test('every record that came in is in one place at every moment, whatever fails', async () => {
  const journalDir = await mkdtemp(path.join(tmpdir(), 'conservation-'));
  const handle = await open(journalDir, 'r');
  const datasync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync');
  await handle.close();
  const store = new MemoryStore();
  const gauges = new Gauges();
  try {
    const intake = await Intake.open({
      store,
      journalDir,
      rules: BUILT_IN_RULES,
      plans: new Plans(null),
      limits: { ...DEFAULT_LIMITS, waitMs: 100 },
      gauges,
      landAfterMs: 5,
      hasSpace: () => true,
      batchRows: 50,
      openBody: ({ body }) =>
        Buffer.concat([body, Buffer.alloc(BODY_SLACK_BYTES)]).subarray(0, body.length),
      onTrouble: () => undefined,
      news: new News({ onTrouble: () => undefined }),
    });
    const end = new AbortController();
    const ending = end.signal;
    const acknowledged = new Map(SENT.map(({ signal }) => [signal, 0]));
    let samples = 0;
    let nextSpan = 1;

    const sample = async (): Promise<void> => {
      while (!ending.aborted) {
        samples++;
        expectConservation(gauges);
        await turn();
      }
    };
    const failures = [
      () => (store.failures = 1),
      () => store.breakDown(),
      () => datasync.mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync')),
      () => {
        // The first that gets as far as the database: before it a request may break off.
        const from = BigInt(nextSpan);
        let victim: bigint | undefined;
        store.refuses = (id) => id >= from && id === (victim ??= id);
      },
    ];
    const fail = async (): Promise<void> => {
      for (let round = 0; round < ROUNDS * failures.length; round++) {
        failures[round % failures.length]?.();
        intake.replacePlan(round % 2 === 0 ? BLOCKING : null);
        await vi.waitUntil(() => intake.failure !== undefined, 10_000);
        await vi.waitUntil(() => intake.failure === undefined, 10_000);
        await sleep(randomInt(50));
      }
      end.abort();
    };
    const send = async ({ signal, make }: Sent): Promise<void> => {
      while (!ending.aborted) {
        const count = randomInt(1, 120);
        const numbers = Array.from({ length: count }, () =>
          signal === TRACES.number ? nextSpan++ : randomInt(1e9),
        );
        const whole = Buffer.from(JSON.stringify(make(numbers)));
        const isBroken = randomInt(10) === 0;
        const body = isBroken ? whole.subarray(0, -1) : whole;
        for (let again = true; again;) {
          const request = { ...REQUEST, signal, receivedNs: 1n, body };
          let accepted = 0;
          const error: unknown = await intake.accept(request).then(
            (outcome) => {
              ({ accepted } = outcome);
              return undefined;
            },
            (reason: unknown) => reason,
          );
          expectConservation(gauges);
          again = isRetryable(error);
          if (again) await sleep(5);
          else if (error === undefined && !isBroken)
            acknowledged.set(signal, (acknowledged.get(signal) ?? 0) + accepted);
          else if (!(isBroken && isMalformed(error)))
            throw new Error('a surprise', { cause: error });
          // An exporter that has not heard the answer sends the same again.
          if (!again && randomInt(10) === 0) await intake.accept(request).catch(() => undefined);
        }
      }
    };
    await Promise.all([sample(), fail(), ...SENT.map(send), ...SENT.map(send)]);
    await vi.waitFor(() => intake.flush(), { timeout: 20_000 });
    await intake.close();

    expectConservation(gauges);
    expect(samples).toBeGreaterThan(100);
    expect(gauges.waiting).toBe(0);
    const stored = store.spanIds.toSorted((a, b) => (a < b ? -1 : 1));
    expect(stored).toEqual([...new Set(stored)]);
    for (const [signal, records] of acknowledged) {
      const { name, stored: landed, deadLettered } = gauges.of(signal);
      expect(landed + deadLettered.total, name).toBe(records);
      expect(landed, name).toBeGreaterThan(0);
    }
    expect(stored).toHaveLength(gauges.of(TRACES.number).stored);
    expect(gauges.of(LOGS.number).rejected.get('plan')).toBeGreaterThan(0);
    for (const kind of ['rejected', 'refused', 'duplicate', 'deadLettered'] as const)
      expect(gauges[kind], kind).toBeGreaterThan(0);
  } finally {
    datasync.mockRestore();
    await rm(journalDir, { recursive: true, force: true });
  }
}, 60_000);

const WRITTEN = {
  version: 1,
  enforcement: { unplannedEvent: 'block' },
  events: { a_b_done: {} },
};
const BLOCKING = { plan: parseTrackingPlan(WRITTEN), written: WRITTEN };

const REQUEST = {
  encoding: ENCODING.JSON,
  compression: COMPRESSION.NONE,
};

const isMalformed = (error: unknown): boolean =>
  error instanceof CodedError && error.code === 'OTLP_MALFORMED';

function expectConservation({ signals }: Gauges): void {
  for (const signal of signals) {
    const { name, received, stored, duplicate, waiting } = signal;
    const { rejected, refused, deadLettered } = signal;
    const places = [rejected.total, refused.total, deadLettered.total, stored, duplicate, waiting];
    expect(Math.min(...places), name).toBeGreaterThanOrEqual(0);
    expect(
      places.reduce((sum, records) => sum + records, 0),
      name,
    ).toBe(received);
  }
}
