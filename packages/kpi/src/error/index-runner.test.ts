/** The look for errors: what is hostile, what is too much, and what fails. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '@heartwood/store';
import { createLanded, landWorld, openTestStore, PLAIN_SPAN } from '../testing/world.ts';
import type { PlainLog } from '../testing/plain-log.ts';
import { parseWindow } from '../window.ts';
import { readError, readErrorGroups } from './groups.ts';
import { ErrorIndex } from './index-runner.ts';

const AT_MS = Date.UTC(2026, 10, 22);
const WINDOW = parseWindow(
  { from: String(AT_MS), to: String(AT_MS + 3_600_000) },
  AT_MS + 7_200_000,
);

let store: Store;
const landed = createLanded();
let seq = 0n;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store.close();
});

const log = (more: Partial<PlainLog>): PlainLog => ({
  seq: ++seq,
  timeNs: BigInt(AT_MS) * 1_000_000n + seq,
  event: null,
  traceId: null,
  service: 'shop',
  feature: null,
  component: null,
  errorType: null,
  session: null,
  user: null,
  attributes: '{}',
  severity: 17,
  ...more,
});
const indexOf = (limits = {}): ErrorIndex =>
  new ErrorIndex({ reader: store, keep: (job) => store.apply(job), limits });
const groupsOf = (service: string) => readErrorGroups(store, WINDOW, { service }, { limit: 100 });

test('a failure that fails the run around it too is one kind, and as many occurrences as runs that it failed', async () => {
  const traceId = '1af7651916cd43dd8448eb211c80319c';
  const stack = 'Error: declined\n    at pay (/app/pay.js:3:7)';
  const failed = (spanId: bigint, parentSpanId: bigint, feature: string) => ({
    ...PLAIN_SPAN,
    service: 'nested',
    seq: ++seq,
    startNs: BigInt(AT_MS) * 1_000_000n + seq,
    traceId,
    spanId,
    parentSpanId,
    feature,
    featureStatus: 2,
    errorType: 'Declined',
    events: JSON.stringify([
      {
        name: 'exception',
        attributes: { 'exception.type': 'Declined', 'exception.stacktrace': stack },
      },
    ]),
  });
  // The outer run tried twice.
  const runs = [failed(22n, 21n, 'pay'), failed(23n, 21n, 'pay'), failed(21n, 0n, 'checkout')];
  await landWorld(store, runs, [], landed);
  expect(await indexOf().turn()).toBe(false);
  const { rows } = await groupsOf('nested');
  expect(rows).toMatchObject([
    {
      occurrences: 3,
      runs: 3,
      features: [
        { feature: 'pay', occurrences: 2 },
        { feature: 'checkout', occurrences: 1 },
      ],
    },
  ]);
});

test('S3-05 S3-88 S2-52 what app, logger and library say of an error is read, and the run tells of its operation', async () => {
  const stack = 'Error: x\n    at pay (/app/pay.js:3:7)';
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const own = { service: 'read' };
  await landWorld(
    store,
    [
      {
        ...PLAIN_SPAN,
        ...own,
        seq: ++seq,
        startNs: BigInt(AT_MS) * 1_000_000n + seq,
        traceId,
        spanId: 7n,
        featureStatus: 2,
        errorType: 'CardDeclined',
        events: JSON.stringify([
          {
            name: 'exception',
            attributes: { 'exception.type': 'CardDeclined', 'exception.stacktrace': stack },
          },
        ]),
      },
    ],
    [
      log({
        ...own,
        traceId,
        spanId: 7n,
        attributes: JSON.stringify({
          'exception.type': 'CardDeclined',
          'exception.stacktrace': stack,
        }),
      }),
      log({
        ...own,
        traceId,
        spanId: 7n,
        event: 'feature.operation.end',
        errorType: 'CardDeclined',
      }),
      log({
        ...own,
        event: 'error_log',
        attributes: JSON.stringify({
          'error_details.error_type': 'SyncError',
          'error_details.error_message': 'batch 7 failed',
        }),
      }),
      log({
        ...own,
        severity: 9,
        attributes: JSON.stringify({ 'exception.type': 'Warned', 'exception.message': 'w' }),
      }),
      log({
        ...own,
        body: 'pino',
        attributes: JSON.stringify({ 'err.type': 'PinoError', 'err.message': 'p' }),
      }),
      log({ ...own, severity: 9, body: 'all is well' }),
    ],
    landed,
  );
  expect(await indexOf().turn()).toBe(false);
  const { rows } = await groupsOf('read');
  const told = rows.map(({ title, records, runs, occurrences }) => [
    title,
    records,
    runs,
    occurrences,
  ]);
  expect(told.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
    ['CardDeclined', 1, 1, 1],
    ['PinoError: p', 1, 0, 1],
    ['SyncError: batch <n> failed', 1, 0, 1],
    ['Warned: w', 1, 0, 1],
  ]);
  const [card] = rows.filter(({ errorType }) => errorType === 'CardDeclined');
  const detail = await readError(store, WINDOW, card?.fingerprint ?? '');
  expect(detail).toMatchObject({
    stackTop: 'pay (pay.js)',
    traceId,
    features: [{ feature: 'checkout' }],
  });
  expect(detail.recent.map(({ source }) => source).toSorted()).toEqual(['log', 'run']);
});

test('messages of a megabyte, stacks of 10,000 lines, control characters and broken JSON are looked at', async () => {
  const own = { service: 'hostile' };
  const stack = Array.from(
    { length: 10_000 },
    (_, line) => `    at f${String(line)} (/app/a.js:1:1)`,
  ).join('\n');
  await landWorld(
    store,
    [],
    [
      log({ ...own, body: '(a+)+$'.repeat(170_000) }),
      log({ ...own, body: 'x', attributes: JSON.stringify({ 'exception.stacktrace': stack }) }),
      log({ ...own, body: '\u001B[2J\u0007\u0000 red' }),
      log({ ...own, body: 'no JSON', attributes: '{"exception.type":' }),
      log({ ...own, body: 'empty', attributes: '' }),
      log({
        ...own,
        body: 'odd',
        attributes: '{"http.status_code":"99999999999","exception.type":{"a":1}}',
      }),
    ],
    landed,
  );
  const index = indexOf();
  expect(await index.turn()).toBe(false);
  expect(index.classifiedThrough).not.toBeNull();
  const { rows } = await groupsOf('hostile');
  expect(rows.reduce((sum, { occurrences }) => sum + occurrences, 0)).toBe(6);
  expect(rows.map(({ title }) => title).join('')).not.toMatch(/\p{Cc}/u);
});

test('more kinds than are told apart are counted as one, and that is said', async () => {
  const known = (await store.read('error/known', {})).length;
  const words = Array.from({ length: 30 }, (_, index) => `w${'x'.repeat(index + 1)}`);
  await landWorld(
    store,
    [],
    words.map((body) => log({ service: 'many', body })),
    landed,
  );
  expect(await indexOf({ groups: known + 5 }).turn()).toBe(false);
  const { rows, warnings } = await groupsOf('many');
  expect(rows.at(0)).toMatchObject({ template: '$other', occurrences: 26 });
  expect(rows).toHaveLength(5);
  expect(warnings.join(' ')).toContain('$other');
});

test('while more waits that is known, and a look that fails is made again without doubles', async () => {
  await landWorld(
    store,
    [],
    Array.from({ length: 25 }, () => log({ service: 'late', body: 'late' })),
    landed,
  );
  const index = indexOf({ records: 10 });
  expect(await index.turn()).toBe(true);
  expect(index.isBehind).toBe(true);
  const failing = new ErrorIndex({
    reader: store,
    keep: async (job) => {
      await store.apply(job);
      throw new Error('the answer was lost');
    },
    limits: { records: 10 },
  });
  await expect(failing.turn()).rejects.toThrow('the answer was lost');
  // Both begin where they know of: what the other one kept is not kept again.
  await expect(index.turn()).rejects.toThrow('kept already');
  while (await index.turn());
  const { rows } = await groupsOf('late');
  expect(rows.map(({ occurrences }) => occurrences)).toEqual([25]);
  expect(index.isBehind).toBe(false);
});

test('S3-81 what retention has removed is missed aloud, and no trend is told by it', async () => {
  const day = 86_400_000;
  const at = (days: number): bigint => BigInt(AT_MS + days * day) * 1_000_000n + 1n;
  await landWorld(
    store,
    [],
    [
      log({ service: 'kept', body: 'kept', timeNs: at(0) }),
      log({ service: 'kept', body: 'kept', timeNs: at(40) }),
    ],
    landed,
  );
  expect(await indexOf().turn()).toBe(false);
  const nowMs = AT_MS + 41 * day;
  await store.keepUp({ nowMs, keepDays: 2, hotDays: 7, maxBytes: 0, otherBytes: 0 });
  const asked = async (from: number, to: number) =>
    readErrorGroups(
      store,
      parseWindow({ from: String(AT_MS + from * day), to: String(AT_MS + to * day) }, nowMs),
      { service: 'kept' },
      { limit: 5 },
    );
  const whole = await asked(0, 41);
  expect(whole.rows).toMatchObject([{ occurrences: 1, before: null }]);
  expect(whole.warnings.join(' ')).toContain('is not kept');
  const late = await asked(39.5, 41);
  expect(late.rows).toMatchObject([{ occurrences: 1, before: null, trend: null }]);
  expect(late.warnings).toEqual([]);
  const [first] = late.rows;
  expect(first?.firstSeen).toContain('2026-11-22');
});

test('the process that has all kinds that may be takes new ones once some are forgotten', async () => {
  const known = await store.read('error/known', {});
  let isForgotten = false;
  let nowMs = AT_MS;
  const reader: Pick<Store, 'read'> = {
    read: async (query, ...rest) => {
      const rows = await store.read(query, ...rest);
      return query === 'error/known' && isForgotten ? [] : rows;
    },
  };
  const index = new ErrorIndex({
    reader,
    keep: (job) => store.apply(job),
    clock: () => nowMs,
    limits: { groups: known.length + 2 },
  });
  const land = async (body: string) => {
    await landWorld(store, [], [log({ service: 'renewed', body })], landed);
    expect(await index.turn()).toBe(false);
    const { rows } = await groupsOf('renewed');
    return rows.map(({ template }) => template);
  };
  expect(await land('the first')).toEqual(['the first']);
  expect(await land('the second')).toContain('$other');
  isForgotten = true;
  nowMs += 700_000;
  expect(await land('the third')).toContain('the third');
});
