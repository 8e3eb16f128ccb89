import { createHash } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CodedError, isRetryable } from '@heartwood/semconv';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BODY_SLACK_BYTES } from './decode/text/text-source.ts';
import { Gauges } from './gauges.ts';
import { Plans } from './plans.ts';
import { Intake } from './intake.ts';
import { readJournal } from './journal/reader.ts';
import { listSegments } from './journal/segment.ts';
import { JournalWriter } from './journal/writer.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { BUILT_IN_RULES } from './mapping.ts';
import { News } from './news.ts';
import type { Accepted } from './pipeline-options.ts';
import { COMPRESSION, ENCODING, TRACES } from './signal.ts';
import { MemoryStore } from './testing/memory-store.ts';

let journalDir: string;
const space = { isLeft: true };

beforeEach(async () => {
  space.isLeft = true;
  journalDir = await mkdtemp(path.join(tmpdir(), 'intake-'));
});

afterEach(() => rm(journalDir, { recursive: true, force: true }));

interface Opened {
  readonly intake: Intake;
  readonly gauges: Gauges;
  readonly troubles: string[];
}

async function openIntake(
  store: MemoryStore,
  batchRows = 8,
  landAfterMs = 5,
  waitMs = 2000,
): Promise<Opened> {
  const gauges = new Gauges();
  const troubles: string[] = [];
  const intake = await Intake.open({
    store,
    journalDir,
    rules: BUILT_IN_RULES,
    plans: new Plans(null),
    limits: { ...DEFAULT_LIMITS, waitMs },
    gauges,
    landAfterMs,
    hasSpace: () => space.isLeft,
    batchRows,
    openBody: ({ body }) => withSlack(body),
    onTrouble: (message) => troubles.push(message),
    news: new News({ onTrouble: (message) => troubles.push(message) }),
  });
  return { intake, gauges, troubles };
}

const withSlack = (body: Uint8Array): Uint8Array => {
  const whole = Buffer.alloc(body.length + BODY_SLACK_BYTES);
  whole.set(body);
  return whole.subarray(0, body.length);
};

const accepted = (body: Buffer): Accepted => ({
  signal: TRACES.number,
  encoding: ENCODING.PROTOBUF,
  compression: COMPRESSION.NONE,
  body,
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
  const { received, stored, rejected, refused, duplicate, deadLettered, waiting } = gauges;
  expect(stored + rejected + refused + duplicate + deadLettered + waiting).toBe(received);
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

/** Sends a request again and again until it is acknowledged, as exporters do. */
async function acceptAtLast({ intake }: Opened, body: Buffer): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  for (;;) {
    const error: unknown = await intake.accept(accepted(body)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) return;
    if (!isRetryable(error) || signal.aborted) throw error;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('whatever is cut off by crashes and sent again, every span is stored once', async () => {
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
        const unanswered: Buffer[] = [];
        for (const { sizes, landingsBeforeCrash, together } of lives) {
          const { intake } = await openIntake(store, batchRows, 60_000, 20);
          let landings = 0;
          const victim = store;
          const land = victim.land.bind(victim);
          victim.land = async (batch, position) => {
            if (landings++ >= landingsBeforeCrash) await new Promise(() => {});
            await land(batch, position);
          };
          const sent: Promise<void>[] = [];
          for (const size of sizes) {
            const body = requestOf(range(next, size));
            next += size;
            // Before the crash the store is frozen and its queue fills up: not everything finds room.
            const answer = intake.accept(accepted(body)).then(
              () => undefined,
              (error: unknown) => {
                expect(error).toMatchObject({ code: 'RECEIVER_BEHIND' });
                unanswered.push(body);
              },
            );
            sent.push(answer);
            if (!together) await answer;
          }
          await Promise.all(sent);
          // The crash: this process's store and intake are abandoned, the next sees what landed.
          const survivor = new MemoryStore();
          Object.assign(survivor, {
            spanIds: [...victim.spanIds],
            requests: [...victim.requests],
            position: victim.position,
          });
          store = survivor;
        }
        const last = await openIntake(store, batchRows);
        for (const body of unanswered) await acceptAtLast(last, body);
        await last.intake.close();
        expect(wireIds(store)).toEqual(range(1, next - 1));
        expectConservation(last);
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

test('no part of a request lands before the whole of it is in the journal', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 4, 60_000);
  const parts: boolean[] = [];
  const land = store.land.bind(store);
  store.land = async (batch, position) => {
    const numbers: bigint[] = [];
    for await (const { number } of readJournal(await listSegments(journalDir), 0n, () => {}))
      numbers.push(number);
    if (position.rows > 0) parts.push(numbers.includes(position.record));
    await land(batch, position);
  };
  await Promise.all([
    opened.intake.accept(accepted(requestOf(range(1, 10)))),
    opened.intake.accept(accepted(requestOf(range(11, 10)))),
  ]);
  await opened.intake.close();
  expect(parts).toEqual([true, true, true, true]);
  expect(opened.troubles).toEqual([]);
  expect(wireIds(store)).toEqual(range(1, 20));
});

test('a request that cannot be written to the journal is refused and leaves no row; sent again it is stored once', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 4, 60_000);
  await opened.intake.accept(accepted(requestOf(range(1, 6))));
  // A segment that is open would live on without its name; the next intake has none open yet.
  await opened.intake.close();
  const second = await openIntake(store, 4, 60_000);
  await rm(journalDir, { recursive: true });
  const refused = requestOf(range(7, 9));
  await expect(second.intake.accept(accepted(refused))).rejects.toMatchObject({
    code: 'RECEIVER_JOURNAL_WRITE',
    retryable: true,
  });
  expect(second.intake.failure).toMatchObject({ code: 'RECEIVER_JOURNAL_WRITE' });
  await acceptAtLast(second, requestOf([100n]));
  expect(second.intake.failure).toBeUndefined();
  await second.intake.flush();
  expect(wireIds(store)).toEqual([...range(1, 6), 100n]);
  expect(second.gauges).toMatchObject({ received: 10, refused: 9, stored: 1, waiting: 0 });
  expectConservation(second);
  await acceptAtLast(second, refused);
  await second.intake.close();
  expect(wireIds(store)).toEqual([...range(1, 15), 100n]);
  expectConservation(second);
});

test('the position in the middle of a request that is lost never cuts another request short', async () => {
  const store = new MemoryStore();
  store.position = { record: 5n, rows: 3 };
  const first = await openIntake(store, 8, 60_000);
  await first.intake.accept(accepted(requestOf(range(1, 6))));
  const survivor = new MemoryStore();
  survivor.position = store.position;
  const second = await openIntake(survivor);
  await second.intake.close();
  await first.intake.close();
  expect(wireIds(survivor)).toEqual(range(1, 6));
});

test('a request of the journal that can no longer be decoded is set aside, and those behind it land', async () => {
  const store = new MemoryStore();
  const writer = new JournalWriter({ folder: journalDir, segments: [], owner: 7 });
  const bodies = [requestOf([1n]), Buffer.from([0x0a, 0x7f]), requestOf([2n])];
  for (const [index, body] of bodies.entries())
    await writer.append({
      ...accepted(body),
      number: BigInt(index + 1),
      hash: Buffer.alloc(16, index + 1),
    });
  await writer.close();
  const opened = await openIntake(store);
  await opened.intake.close();
  expect(wireIds(store)).toEqual([1n, 2n]);
  expect(opened.troubles).toEqual([expect.stringContaining('cannot be decoded')]);
  const letter = path.join(journalDir, 'dead-letters', '2.json');
  expect(JSON.parse(await readFile(letter, 'utf8'))).toMatchObject({
    reason: expect.stringContaining('OTLP_MALFORMED'),
    bodyBase64: Buffer.from([0x0a, 0x7f]).toString('base64'),
  });
});

test('a stalled store makes senders wait, then refuses them, and never decodes more than its queue may hold', async () => {
  const store = new MemoryStore();
  store.frozen = true;
  const opened = await openIntake(store, 4, 60_000, 50);
  const answers = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      opened.intake.accept(accepted(requestOf(range(index * 5 + 1, 5)))),
    ),
  );
  const refusals = answers.filter(({ status }) => status === 'rejected');
  expect(refusals.length).toBeGreaterThanOrEqual(15);
  for (const refusal of refusals)
    expect(refusal).toMatchObject({ reason: { code: 'RECEIVER_BEHIND', retryable: true } });
  expect(opened.gauges.waitingBatches).toBeLessThanOrEqual(4);
});

test('it is known since when the oldest request waits, in a batch, behind a failure, and until all has landed', async () => {
  const store = new MemoryStore();
  const { intake } = await openIntake(store, 8, 60_000);
  expect(intake.waitingSinceMs).toBeUndefined();
  const at = (ms: number, from: number, count: number) =>
    intake.accept({
      ...accepted(requestOf(range(from, count))),
      receivedNs: BigInt(ms) * 1_000_000n,
    });
  await at(5000, 1, 2);
  expect(intake.waitingSinceMs).toBe(5000);
  await intake.flush();
  expect(intake.waitingSinceMs).toBeUndefined();
  store.failures = 2;
  // The second fills a batch, whose landing fails.
  await at(8000, 10, 3);
  await at(7000, 20, 9);
  await vi.waitUntil(() => intake.failure !== undefined);
  expect(intake.waitingSinceMs).toBe(7000);
  await vi.waitUntil(() => intake.failure === undefined, 5000);
  expect(intake.waitingSinceMs).toBeUndefined();
  expect(store.spanIds).toHaveLength(14);
  await intake.close();
});

test('closing while the store fails ends soon, and the journal keeps what was acknowledged', async () => {
  const store = new MemoryStore();
  store.failures = Number.POSITIVE_INFINITY;
  const opened = await openIntake(store, 4, 60_000);
  await opened.intake.accept(accepted(requestOf(range(1, 10))));
  await vi.waitFor(() => expect(opened.intake.failure).toBeDefined());
  await expect(opened.intake.close()).rejects.toThrow('the disk is full');
  expect(store.spanIds).toEqual([]);
  store.failures = 0;
  const second = await openIntake(store);
  await second.intake.close();
  expect(wireIds(store)).toEqual(range(1, 10));
});

test('while the disk is full nothing is landed, and it goes on by itself when there is space', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 4, 60_000);
  space.isLeft = false;
  store.failures = 1;
  await opened.intake.accept(accepted(requestOf(range(1, 10))));
  await vi.waitFor(() => expect(opened.intake.failure).toBeDefined());
  const landings = vi.spyOn(store, 'land');
  const resumed = vi.spyOn(store, 'readResumeState');
  await vi.waitFor(() => expect(resumed).toHaveBeenCalledTimes(1));
  await expect(opened.intake.accept(accepted(requestOf([11n])))).rejects.toMatchObject({
    code: 'RECEIVER_FAILED',
  });
  expect(landings).not.toHaveBeenCalled();
  space.isLeft = true;
  await acceptAtLast(opened, requestOf([11n]));
  await opened.intake.close();
  expect(wireIds(store)).toEqual(range(1, 11));
  expectConservation(opened);
});

test('counts stay whole while landings fail and are tried again', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 4, 5);
  store.failures = 3;
  for (const first of [1, 31, 61]) await acceptAtLast(opened, requestOf([...range(first, 30), 0n]));
  await opened.intake.close();
  expect(wireIds(store)).toEqual(range(1, 90));
  expectConservation(opened);
  expect(opened.gauges).toMatchObject({ stored: 90, waiting: 0 });
});

test('the hash of a request is that of the body as it was received, and of how to understand it', async () => {
  const store = new MemoryStore();
  const { intake } = await openIntake(store);
  const body = requestOf([5n]);
  await intake.accept(accepted(body));
  await intake.close();
  expect(store.requests).toEqual([
    {
      hash: createHash('sha256')
        .update(Buffer.from([TRACES.number, ENCODING.PROTOBUF, COMPRESSION.NONE]))
        .update(body)
        .digest('hex')
        .slice(0, 32),
      accepted: 1,
      rejected: 0,
    },
  ]);
});

/** What lies in the dead letters, by the name of the file. */
async function readLetters(): Promise<Record<string, { records: object; reason: string }>> {
  const folder = path.join(journalDir, 'dead-letters');
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [
        name,
        JSON.parse(await readFile(path.join(folder, name), 'utf8')) as object,
      ]),
    ),
  );
}

test.each([
  ['alone in its batch', 1, 8],
  ['among a thousand neighbours of its batch', 500, 10_000],
  ['in the third batch of a request', 700, 300],
  ['the first of all', 1, 10_000],
  ['the last of all', 1000, 10_000],
])(
  'a record that the database refuses costs itself alone: %s',
  async (_name, culprit, batchRows) => {
    const store = new MemoryStore();
    store.refuses = (id) => id === BigInt(culprit);
    const opened = await openIntake(store, batchRows);
    const sizes = [1, 99, 400, 500];
    let first = 1;
    for (const size of sizes) {
      await acceptAtLast(opened, requestOf([...range(first, size), 0n]));
      first += size;
    }
    await vi.waitFor(() => expect(opened.gauges.deadLetters).toBe(1), { timeout: 10_000 });
    await acceptAtLast(opened, requestOf([5000n]));
    await opened.intake.close();
    expect(wireIds(store)).toEqual([
      ...range(1, 1000).filter((id) => id !== BigInt(culprit)),
      5000n,
    ]);
    expect(opened.gauges).toMatchObject({
      received: 1005,
      stored: 1000,
      rejected: 4,
      deadLettered: 1,
      deadLetters: 1,
      waiting: 0,
    });
    expectConservation(opened);
    const [letter] = Object.values(await readLetters());
    expect(letter).toMatchObject({ reason: `STORE_DATA_REFUSED: no span ${culprit}` });
    // Nothing is left of it: the next start lands nothing again.
    const again = await openIntake(store);
    await again.intake.close();
    expect(again.gauges).toMatchObject({ received: 0, stored: 0, deadLetters: 0 });
  },
);

test('a request whose last record is refused is known when it is sent again', async () => {
  const store = new MemoryStore();
  store.refuses = (id) => id === 3n;
  const opened = await openIntake(store, 10_000);
  await acceptAtLast(opened, requestOf([1n, 2n, 3n]));
  await vi.waitFor(() => expect(opened.gauges.deadLetters).toBe(1), { timeout: 10_000 });
  await acceptAtLast(opened, requestOf([4n]));
  await opened.intake.close();
  const again = await openIntake(store);
  await acceptAtLast(again, requestOf([1n, 2n, 3n]));
  await again.intake.close();
  expect(wireIds(store)).toEqual([1n, 2n, 4n]);
  expect(again.gauges).toMatchObject({ duplicate: 3, stored: 0 });
});

test('a request of which many records are refused costs itself alone, and not a search for each', async () => {
  const store = new MemoryStore();
  store.refuses = (id) => id > 100n && id <= 200n;
  const opened = await openIntake(store, 1000, 60_000);
  await opened.intake.accept(accepted(requestOf(range(1, 50))));
  const doomed = requestOf([...range(51, 250), 0n]);
  await opened.intake.accept(accepted(doomed));
  await opened.intake.accept(accepted(requestOf(range(301, 50))));
  const landing = opened.intake.flush();
  await expect(landing).rejects.toMatchObject({ code: 'STORE_DATA_REFUSED' });
  await acceptAtLast(opened, requestOf([1000n]));
  await opened.intake.flush();
  expect(wireIds(store)).toEqual([...range(1, 100), ...range(301, 50), 1000n]);
  expect(opened.gauges).toMatchObject({ stored: 151, deadLettered: 200, deadLetters: 3 });
  expectConservation(opened);
  expect(Object.values(await readLetters())).toMatchObject([
    { records: { from: 50, to: 51 } },
    { records: { from: 51, to: 52 } },
    { records: { from: 52 } },
  ]);
  // It was acknowledged, and is known.
  expect(await opened.intake.accept(accepted(doomed))).toMatchObject({
    accepted: 250,
    rejected: 1,
  });
  await opened.intake.close();
  expect(opened.gauges).toMatchObject({ duplicateRequests: 1, stored: 151 });
  expectConservation(opened);
});

test('a record that stops the database each time it lands is found as well, and one failure is no proof', async () => {
  const store = new MemoryStore();
  store.refusal = 'STORE_FATAL';
  let blows = 1;
  store.refuses = (id) => id === 7n || (id === 3n && blows-- > 0);
  const opened = await openIntake(store, 8);
  await opened.intake.accept(accepted(requestOf(range(1, 16))));
  await vi.waitFor(() => expect(opened.gauges.deadLetters).toBe(1), { timeout: 25_000 });
  await acceptAtLast(opened, requestOf([100n]));
  await opened.intake.close();
  expect(wireIds(store)).toEqual([...range(1, 6), ...range(8, 9), 100n]);
  expectConservation(opened);
});

test('a start finds the refused record of the journal that a killed process has left', async () => {
  const store = new MemoryStore();
  store.frozen = true;
  const killed = await openIntake(store, 100, 60_000);
  for (const first of [1, 11, 21])
    await killed.intake.accept(accepted(requestOf(range(first, 10))));
  const survivor = new MemoryStore();
  survivor.refuses = (id) => id === 15n;
  const opened = await openIntake(survivor, 100);
  expect(wireIds(survivor)).toEqual(range(1, 30).filter((id) => id !== 15n));
  expect(opened.gauges).toMatchObject({ received: 30, stored: 29, deadLettered: 1, waiting: 0 });
  await opened.intake.close();
});

/** Makes the store refuse the rows by which these requests are known. */
function refuseRequests(store: MemoryStore, ...numbers: readonly bigint[]): void {
  const land = store.land.bind(store);
  store.land = async (batch, position) => {
    const { requests } = batch;
    const view = new DataView(requests.buffer);
    for (let row = 0; row < requests.rows; row++) {
      const number = view.getBigUint64(requests.offset.record + row * 8, true);
      if (numbers.includes(number))
        throw new CodedError('STORE_DATA_REFUSED', `no request ${number}`, false);
    }
    await land(batch, position);
  };
}

test('a request of which a record and its own row are refused is set aside, and its neighbours land', async () => {
  const store = new MemoryStore();
  store.refuses = (id) => id === 13n;
  refuseRequests(store, 2n);
  const opened = await openIntake(store, 100, 60_000);
  for (const first of [1, 11, 21]) await opened.intake.accept(accepted(requestOf(range(first, 3))));
  await expect(opened.intake.flush()).rejects.toMatchObject({ code: 'STORE_DATA_REFUSED' });
  await acceptAtLast(opened, requestOf([100n]));
  await opened.intake.close();
  expect(wireIds(store)).toEqual([1n, 2n, 3n, 11n, 12n, 21n, 22n, 23n, 100n]);
  expect(opened.gauges).toMatchObject({ stored: 9, deadLettered: 1, deadLetters: 1, waiting: 0 });
  expectConservation(opened);
  expect(Object.keys(await readLetters())).toEqual(['2-2.json']);
});

test('a refused record before a request that cannot be decoded costs itself alone', async () => {
  const store = new MemoryStore();
  store.refuses = (id) => id === 1n;
  const writer = new JournalWriter({ folder: journalDir, segments: [], owner: 7 });
  const bodies = [requestOf([1n]), Buffer.from([0x0a, 0x7f]), requestOf([2n])];
  for (const [index, body] of bodies.entries())
    await writer.append({
      ...accepted(body),
      number: BigInt(index + 1),
      hash: Buffer.alloc(16, index + 1),
    });
  await writer.close();
  const opened = await openIntake(store);
  await opened.intake.close();
  expect(wireIds(store)).toEqual([2n]);
  expect(await readLetters()).toMatchObject({
    '1.json': { reason: 'STORE_DATA_REFUSED: no span 1' },
    '2.json': { reason: expect.stringContaining('OTLP_MALFORMED') as string },
  });
  expect(opened.gauges.waiting).toBe(0);
});

test('a search that is over leaves no small batches behind in which requests could be mistaken', async () => {
  const store = new MemoryStore();
  let blows = 1;
  store.refuses = (id) => id === 7n || (id === 1n && blows-- > 0);
  const opened = await openIntake(store, 100, 60_000);
  await opened.intake.accept(accepted(requestOf([1n, 2n])));
  await expect(opened.intake.flush()).rejects.toMatchObject({ code: 'STORE_DATA_REFUSED' });
  await vi.waitFor(() => expect(opened.intake.failure).toBeUndefined(), { timeout: 10_000 });
  store.breakDown();
  await vi.waitFor(() => expect(opened.intake.failure).toBeUndefined(), { timeout: 10_000 });
  await opened.intake.accept(accepted(requestOf([7n])));
  await opened.intake.accept(accepted(requestOf([])));
  await expect(opened.intake.flush()).rejects.toMatchObject({ code: 'STORE_DATA_REFUSED' });
  await acceptAtLast(opened, requestOf([8n]));
  await opened.intake.close();
  expect(Object.values(await readLetters())).toMatchObject([
    { reason: expect.stringContaining('no span 7') as string, number: '2' },
  ]);
  expect(opened.gauges).toMatchObject({ stored: 3, deadLettered: 1, waiting: 0 });
  expectConservation(opened);
});

test('requests without records that the database refuses are found one by one', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 100, 60_000);
  const empty = [requestOf([], Buffer.from([0x9a, 0x06, 0])), requestOf([]), requestOf([0n])];
  for (const body of empty) await opened.intake.accept(accepted(body));
  const land = store.land.bind(store);
  store.land = async (batch, position) => {
    const { requests } = batch;
    const view = new DataView(requests.buffer);
    for (let row = 0; row < requests.rows; row++)
      if (view.getBigUint64(requests.offset.record + row * 8, true) === 2n)
        throw new CodedError('STORE_DATA_REFUSED', 'no request 2', false);
    await land(batch, position);
  };
  await expect(opened.intake.flush()).rejects.toThrow('no request 2');
  await acceptAtLast(opened, requestOf([1n]));
  await opened.intake.close();
  expect(store.requests).toHaveLength(3);
  expect(Object.keys(await readLetters())).toEqual(['2.json']);
  expectConservation(opened);
});

test('when a question finds the database broken, taking stops, begins again from the journal, and goes on', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 8, 60_000);
  await opened.intake.accept(accepted(requestOf(range(1, 20))));
  const resumed = vi.spyOn(store, 'readResumeState');
  store.breakDown();
  expect(opened.intake.failure).toMatchObject({ code: 'STORE_FATAL' });
  await expect(opened.intake.accept(accepted(requestOf([50n])))).rejects.toMatchObject({
    code: 'RECEIVER_FAILED',
  });
  await acceptAtLast(opened, requestOf([50n]));
  expect(resumed).toHaveBeenCalledTimes(1);
  expect(opened.intake.failure).toBeUndefined();
  await opened.intake.close();
  expect(wireIds(store)).toEqual([...range(1, 20), 50n]);
  expectConservation(opened);
});

test('a database that breaks again while it is being resumed is resumed again', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 8, 60_000);
  const resume = store.readResumeState.bind(store);
  let resumed = 0;
  store.readResumeState = () => {
    if (++resumed === 1) setImmediate(() => store.breakDown());
    return resume();
  };
  store.breakDown();
  await acceptAtLast(opened, requestOf([1n]));
  expect(resumed).toBe(2);
  await opened.intake.close();
  expect(wireIds(store)).toEqual([1n]);
});

test('a database that breaks again while it waits for space on the disk is resumed at once, for reading', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 8, 60_000);
  const resumed = vi.spyOn(store, 'readResumeState');
  space.isLeft = false;
  store.breakDown();
  await vi.waitFor(() => expect(resumed).toHaveBeenCalledTimes(1), { timeout: 10_000 });
  store.breakDown();
  await vi.waitFor(() => expect(resumed).toHaveBeenCalledTimes(2), { timeout: 10_000 });
  expect(opened.intake.failure).toBeDefined();
  space.isLeft = true;
  await acceptAtLast(opened, requestOf([1n]));
  await opened.intake.close();
  expect(wireIds(store)).toEqual([1n]);
});

test('the last request of the journal that cannot be decoded is set aside once, not at every start', async () => {
  const store = new MemoryStore();
  const writer = new JournalWriter({ folder: journalDir, segments: [], owner: 7 });
  const broken = Buffer.from([0x0a, 0x7f]);
  for (const [index, body] of [requestOf([1n]), broken].entries())
    await writer.append({
      ...accepted(body),
      number: BigInt(index + 1),
      hash: Buffer.alloc(16, index + 1),
    });
  await writer.close();
  const first = await openIntake(store);
  await first.intake.close();
  expect(store.position).toEqual({ record: 3n, rows: 0 });
  expect(first.gauges).toMatchObject({ deadLetters: 1 });
  const second = await openIntake(store);
  await second.intake.accept(accepted(requestOf([2n])));
  await second.intake.flush();
  // A segment goes with the first landing that finds another one behind it.
  await second.intake.accept(accepted(requestOf([4n])));
  await second.intake.close();
  expect(second.gauges).toMatchObject({ deadLetters: 0 });
  expect(wireIds(store)).toEqual([1n, 2n, 4n]);
  expect((await listSegments(journalDir)).map(({ first: number }) => number)).toEqual([3n]);
});

test.each([
  ['the same decoder goes on behind them', 1],
  ['another decoder lands it whole', 2],
])('of a request that has landed in part its rows are told apart: %s', async (_name, decoder) => {
  const store = new MemoryStore();
  const killed = await openIntake(store, 8, 60_000);
  const land = store.land.bind(store);
  let landings = 0;
  store.land = async (batch, position) => {
    if (++landings > 1) await new Promise(() => {});
    await land(batch, position);
  };
  await killed.intake.accept(accepted(requestOf(range(1, 6))));
  await killed.intake.accept(accepted(requestOf(range(7, 14))));
  await vi.waitFor(() => expect(store.position.rows).toBe(2));
  const { part } = store.position;
  expect(part).toEqual({ decoder: 1, firstSeq: 7n });
  const survivor = new MemoryStore();
  survivor.spanIds = [...store.spanIds];
  // What an older decoder has made of the first two records is not what the present one makes.
  if (decoder !== 1) survivor.spanIds.push(99n);
  survivor.position = { ...store.position, part: { decoder, firstSeq: 7n } };
  const opened = await openIntake(survivor, 8);
  await opened.intake.close();
  expect(wireIds(survivor)).toEqual(range(1, 20));
  expect(survivor.position).toEqual({ record: 3n, rows: 0 });
});

test('a journal of another database is refused and left as it is', async () => {
  const writer = new JournalWriter({ folder: journalDir, segments: [], owner: 8 });
  await writer.append({ ...accepted(requestOf([1n])), number: 1n, hash: Buffer.alloc(16, 1) });
  await writer.close();
  const before = await readdir(journalDir);
  await expect(openIntake(new MemoryStore())).rejects.toMatchObject({
    code: 'RECEIVER_JOURNAL_FOREIGN',
    retryable: false,
  });
  expect(await readdir(journalDir)).toEqual(before);
});

test('a failed fdatasync refuses what was on its way, and what comes then goes into another file', async () => {
  const store = new MemoryStore();
  const opened = await openIntake(store, 4, 60_000);
  await opened.intake.accept(accepted(requestOf(range(1, 6))));
  const handle = await open(journalDir, 'r');
  const datasync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync');
  await handle.close();
  try {
    datasync.mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
    const refused = requestOf(range(7, 9));
    await expect(opened.intake.accept(accepted(refused))).rejects.toMatchObject({
      code: 'RECEIVER_JOURNAL_WRITE',
    });
    expect(opened.intake.failure).toMatchObject({ code: 'RECEIVER_JOURNAL_WRITE' });
    await acceptAtLast(opened, refused);
    await opened.intake.flush();
    expect(wireIds(store)).toEqual(range(1, 15));
    expect(opened.gauges).toMatchObject({ received: 24, stored: 15, refused: 9, waiting: 0 });
    expect(datasync.mock.contexts[0]).not.toBe(datasync.mock.contexts.at(-1));
    await opened.intake.close();
  } finally {
    datasync.mockRestore();
  }
});
