import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ResumeState, Sink } from '@heartwood/store';
import { type Batch, NO_ENTRIES, type Position, START_POSITION } from '@heartwood/store/batch';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BODY_SLACK_BYTES } from './decode/text-source.ts';
import { Gauges } from './gauges.ts';
import { type Accepted, Intake } from './intake.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { BUILT_IN_RULES } from './mapping.ts';
import { COMPRESSION, ENCODING, TRACES } from './signal.ts';

/** A store in memory that keeps what landed, may fail, and may be left as by a crash. */
class MemoryStore implements Sink {
  spanIds: bigint[] = [];
  requests: { hash: string; accepted: number; rejected: number }[] = [];
  texts = 0;
  position: Position = START_POSITION;
  /** How many of the next landings fail. */
  failures = 0;
  /** Set, landings never end: the process that called them is as good as dead. */
  frozen = false;

  async land(batch: Batch, position: Position): Promise<void> {
    const { spans, requests, vocabulary } = batch;
    const ids = new BigUint64Array(spans.buffer, spans.offset.span_id, spans.rows).slice();
    const view = new DataView(requests.buffer);
    const hashes = Array.from({ length: requests.rows }, (_, row) => {
      const at = requests.offset.hash + row * 16;
      const high = view.getBigUint64(at + 8, true) ^ (1n << 63n);
      const hash = (high << 64n) | view.getBigUint64(at, true);
      return {
        hash: hash.toString(16).padStart(32, '0'),
        accepted: view.getUint32(requests.offset.accepted + row * 4, true),
        rejected: view.getUint32(requests.offset.rejected + row * 4, true),
      };
    });
    const texts = vocabulary.rows;
    for (const table of batch.tables) table.adopt(table.release());
    await new Promise((resolve) => setImmediate(resolve));
    if (this.frozen) await new Promise(() => {});
    if (this.failures > 0) {
      this.failures--;
      throw new Error('the disk is full');
    }
    this.spanIds.push(...ids);
    this.requests.push(...hashes);
    this.texts += texts;
    this.position = position;
  }

  async readResumeState(): Promise<ResumeState> {
    return {
      position: this.position,
      nextSeq: BigInt(this.spanIds.length + 1),
      hashSeed: 7,
      vocabulary: NO_ENTRIES,
      identities: NO_ENTRIES,
      resources: NO_ENTRIES,
      scopes: NO_ENTRIES,
      requests: this.requests,
    };
  }
}

let journalDir: string;

beforeEach(async () => {
  journalDir = await mkdtemp(path.join(tmpdir(), 'intake-'));
});

afterEach(() => rm(journalDir, { recursive: true, force: true }));

interface Opened {
  readonly intake: Intake;
  readonly gauges: Gauges;
  readonly troubles: string[];
}

async function openIntake(store: MemoryStore, batchRows = 8, landAfterMs = 5): Promise<Opened> {
  const gauges = new Gauges();
  const troubles: string[] = [];
  const intake = await Intake.open({
    store,
    journalDir,
    rules: BUILT_IN_RULES,
    limits: { ...DEFAULT_LIMITS, waitMs: 2000 },
    gauges,
    landAfterMs,
    batchRows,
    openBody: ({ body }) => withSlack(body),
    onTrouble: (message) => troubles.push(message),
  });
  return { intake, gauges, troubles };
}

const withSlack = (body: Uint8Array): Uint8Array => {
  const whole = Buffer.alloc(body.length + BODY_SLACK_BYTES);
  whole.set(body);
  return whole.subarray(0, body.length);
};

const accepted = (received: Buffer): Accepted => ({
  signal: TRACES.number,
  encoding: ENCODING.PROTOBUF,
  compression: COMPRESSION.NONE,
  received,
  body: withSlack(received),
  receivedNs: 1_700_000_000_000_000_000n,
});

const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);

const varint = (value: number): Buffer =>
  value < 128
    ? Buffer.from([value])
    : Buffer.concat([Buffer.from([(value & 127) | 128]), varint(value >>> 7)]);

/** A request of spans with these ids; an id of 0 is a span to be rejected. */
function requestOf(spanIds: readonly bigint[], tail: Uint8Array = Buffer.alloc(0)): Buffer {
  const spans = spanIds.map((spanId) => {
    const id = Buffer.alloc(8);
    id.writeBigUInt64BE(spanId);
    const span = [
      field(1, Buffer.alloc(16, 9)),
      field(2, id),
      field(5, Buffer.from(`work ${spanId % 3n}`)),
    ];
    return field(2, Buffer.concat(span));
  });
  return Buffer.concat([field(1, field(2, Buffer.concat(spans))), tail]);
}

/** Span ids as the store holds them, back in the order of bytes on the wire. */
const wireIds = (store: MemoryStore): bigint[] =>
  store.spanIds.toSorted((a, b) => (a < b ? -1 : 1));

const range = (from: number, count: number): bigint[] =>
  Array.from({ length: count }, (_, index) => BigInt(from + index));

function expectConservation({ gauges }: Opened): void {
  const { received, stored, rejected, refused, duplicate, waiting } = gauges;
  expect(stored + rejected + refused + duplicate + waiting).toBe(received);
}

test('an accepted request is in the journal at once and in the store after the landing', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 8, 60_000);
  expect(await opened.intake.accept(accepted(requestOf([1n, 2n, 0n])))).toMatchObject({
    accepted: 2,
    rejected: 1,
    problem: expect.stringContaining('span id'),
  });
  expect(await readdir(journalDir)).toHaveLength(1);
  expect(store.spanIds).toEqual([]);
  expectConservation(opened);
  await opened.intake.flush();
  expect(wireIds(store)).toEqual([1n, 2n]);
  expect(opened.gauges).toMatchObject({ received: 3, stored: 2, rejected: 1, waiting: 0 });
  await opened.intake.close();
});

test('a request larger than a batch lands whole, over several batches', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 8);
  await opened.intake.accept(accepted(requestOf([1n])));
  await opened.intake.accept(accepted(requestOf(range(2, 50))));
  await opened.intake.close();
  expect(wireIds(store)).toEqual(range(1, 51));
  expect(store.position).toEqual({ record: 3n, rows: 0 });
  expectConservation(opened);
});

test('the same body again is one request, in flight, landed and after a restart', async () => {
  const store = new MemoryStore();
  const first = await openIntake(store);
  const body = requestOf(range(1, 20));
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => first.intake.accept(accepted(body))),
  );
  await first.intake.flush();
  answers.push(await first.intake.accept(accepted(body)));
  expect(answers.map(({ accepted: count }) => count)).toEqual([20, 20, 20, 20, 20, 20]);
  expectConservation(first);
  expect(first.gauges).toMatchObject({ stored: 20, duplicate: 100, duplicateRequests: 5 });
  await first.intake.close();
  const second = await openIntake(store);
  expect(await second.intake.accept(accepted(body))).toMatchObject({ accepted: 20 });
  await second.intake.close();
  expect(wireIds(store)).toEqual(range(1, 20));
});

test('a body that cannot be decoded leaves no row, even when it filled batches before its end', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 8, 60_000);
  await opened.intake.accept(accepted(requestOf(range(1, 3))));
  const broken = requestOf(range(100, 40), Buffer.from([0x0a, 0x7f]));
  await expect(opened.intake.accept(accepted(broken))).rejects.toMatchObject({
    code: 'OTLP_MALFORMED',
  });
  await opened.intake.accept(accepted(requestOf(range(4, 3))));
  await opened.intake.close();
  expect(wireIds(store)).toEqual(range(1, 6));
  expect(opened.gauges).toMatchObject({ stored: 6, refused: 40, waiting: 0 });
  expectConservation(opened);
});

test('a landing that fails is tried again from the journal, and nothing is lost or doubled', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store);
  store.failures = 2;
  await opened.intake.accept(accepted(requestOf(range(1, 30))));
  const later = requestOf(range(31, 5));
  const deadline = Date.now() + 20_000;
  for (;;) {
    const outcome = await opened.intake.accept(accepted(later)).catch((error: unknown) => error);
    if (!(outcome instanceof Error)) break;
    expect(outcome).toMatchObject({ code: 'RECEIVER_FAILED', retryable: true });
    expect(Date.now()).toBeLessThan(deadline);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await opened.intake.close();
  expect(wireIds(store)).toEqual(range(1, 35));
  expect(opened.gauges.failedLandings).toBe(2);
  expect(opened.troubles.length).toBeGreaterThan(0);
});

test('after close nothing is taken', async () => {
  const opened = await openIntake(new MemoryStore());
  await opened.intake.close();
  await expect(opened.intake.accept(accepted(requestOf([1n])))).rejects.toMatchObject({
    code: 'RECEIVER_STOPPING',
  });
});

test('landed segments leave the disk', async () => {
  const store = new MemoryStore();
  const first = await openIntake(store);
  await first.intake.accept(accepted(requestOf(range(1, 10))));
  await first.intake.close();
  const second = await openIntake(store);
  await second.intake.accept(accepted(requestOf(range(11, 10))));
  await second.intake.flush();
  await second.intake.close();
  expect(await readdir(journalDir)).toHaveLength(1);
});

test('whatever is cut off by crashes, every acknowledged span is stored once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          sizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }),
          landingsBeforeCrash: fc.integer({ min: 0, max: 4 }),
          together: fc.boolean(),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      fc.integer({ min: 1, max: 16 }),
      async (lives, batchRows) => {
        await rm(journalDir, { recursive: true, force: true });
        let store = new MemoryStore();
        let next = 1;
        for (const { sizes, landingsBeforeCrash, together } of lives) {
          const { intake } = await openIntake(store, batchRows, 60_000);
          let landings = 0;
          const land = store.land.bind(store);
          store.land = async (batch, position) => {
            if (landings++ >= landingsBeforeCrash) await new Promise(() => {});
            await land(batch, position);
          };
          const sent: Promise<unknown>[] = [];
          for (const size of sizes) {
            const answer = Promise.race([
              intake.accept(accepted(requestOf(range(next, size)))),
              new Promise((resolve) => setTimeout(resolve, 3000)),
            ]);
            next += size;
            sent.push(answer);
            if (!together) await answer;
            // The queue of a frozen store fills up; what waits for room was never acknowledged.
            if (landings > landingsBeforeCrash) break;
          }
          await Promise.all(sent);
          // The crash: this process's store and intake are abandoned, the next sees what landed.
          const survivor = new MemoryStore();
          Object.assign(survivor, {
            spanIds: [...store.spanIds],
            requests: [...store.requests],
            position: store.position,
          });
          store = survivor;
        }
        const last = await openIntake(store, batchRows);
        await last.intake.close();
        expect(wireIds(store)).toEqual(range(1, next - 1));
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

test('the hash of a request is that of the body as it was received', async () => {
  const store = new MemoryStore();
  const { intake } = await openIntake(store);
  const body = requestOf([5n]);
  await intake.accept(accepted(body));
  await intake.close();
  expect(store.requests).toEqual([
    {
      hash: createHash('sha256').update(body).digest('hex').slice(0, 32),
      accepted: 1,
      rejected: 0,
    },
  ]);
});
