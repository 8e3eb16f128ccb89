/** Commands about entries of database loggers, against answers as a server gives them. */
import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { expect, test } from 'vitest';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';

const META = {
  from: '2026-11-15T09:30:00.000Z',
  to: '2026-11-22T09:30:00.000Z',
  timeZone: 'UTC',
  unit: 'entries',
  complete: true,
  truncated: false,
  warnings: [],
};
const COUNT = { operations: 4, duplicates: 1, share: 0.25, low: 0.05, high: 0.7 };
const ENTRIES = {
  data: [
    {
      seq: '7',
      time: '2026-11-22T09:00:00.000Z',
      type: 'sync_operation',
      status: 'partial',
      service: 'crm',
      feature: null,
      session: 's1',
      user: null,
      traceId: null,
      labels: { performance_tier: 'good' },
      entry: { log_type: 'sync_operation', sync_details: { sync_type: HOSTILE } },
    },
  ],
  meta: { ...META, nextCursor: null },
} satisfies AnswerOf<'/api/v1/entries'>;
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/api/v1/entries': ENTRIES,
  '/api/v1/entries/duplicates': {
    data: {
      ...COUNT,
      byOperation: [{ operation: HOSTILE, ...COUNT }],
      byDay: [{ start: META.from, ...COUNT }],
      byLead: [{ lead: HOSTILE, operations: 4, duplicates: 1 }],
    },
    meta: META,
  } satisfies AnswerOf<'/api/v1/entries/duplicates'>,
  '/api/v1/entries/batches': {
    data: {
      sizes: [
        {
          batchSize: 50,
          syncs: 30,
          records: 1500,
          perSecond: { value: 81.5, low: 80, high: 83 },
          failedShare: { value: 0.01, low: 0, high: 0.02 },
          retries: 2,
        },
      ],
      best: { batchSize: 50, isClear: false },
    },
    meta: META,
  } satisfies AnswerOf<'/api/v1/entries/batches'>,
};

const ask = async (args: string, answers = ANSWERS) => {
  const { url, asked } = await openTestServer(({ url: { pathname } }) => ({
    body: answers[pathname],
  }));
  const ran = await run(['entries', ...args.split(' '), '--url', url], { columns: 200 });
  return { ...ran, asked };
};

test('entries list shows each in a line, and with --raw as the app wrote it', async () => {
  const { data, notes, asked } = await ask('list --type sync_operation --trace x');
  for (const text of ['sync_operation', 'partial', HOSTILE_SHOWN, 'good'])
    expect(data).toContain(text);
  expect(notes).toContain('1 entry from');
  const query = asked.at(-1)?.url.searchParams;
  expect([query?.get('type'), query?.get('traceId')]).toEqual(['sync_operation', 'x']);
  const { data: raw } = await ask('list --raw');
  expect(raw.split('\n')).toHaveLength(2);
  expect(JSON.parse(raw)).toEqual(ENTRIES.data[0]?.entry);
});

test('entries list --raw says when there are more', async () => {
  const more = { ...ENTRIES, meta: { ...ENTRIES.meta, nextCursor: '1-1' } };
  const { notes } = await ask('list --raw --limit 1', { '/api/v1/entries': more });
  expect(notes).toContain('There are more');
  expect((await ask('list --raw')).notes).toBe('');
});

test('the kinds of entries are those of the API', async () => {
  const { notes } = await ask('list --type none');
  for (const type of ROUTES.listEntries.query.shape.type.unwrap().options)
    expect(notes).toContain(type);
});

test('S3-91 entries duplicates tells how many, with bounds, by operation, day and person', async () => {
  const { data } = await ask('duplicates');
  for (const text of ['1 of 4, 25.0 %, 5.0 % to 70.0 %', 'By day', 'By whom', HOSTILE_SHOWN])
    expect(data).toContain(text);
});

test('S3-94 entries batches tells the rate of each size, and how sure the best one is', async () => {
  const { data, notes } = await ask('batches');
  expect(data).toContain('81.5');
  expect(notes).toContain('batches of 50, but its bounds overlap');
});
