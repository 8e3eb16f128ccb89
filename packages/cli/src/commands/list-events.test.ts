import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';
import { openTestServer, type Asked } from '../testing/server.ts';
import { EVENT_COLUMNS } from './list-events.ts';

type Answer = AnswerOf<'/api/v1/events'>;

const ANSWER: Answer = {
  data: [
    {
      event: 'file_upload_started',
      group: null,
      records: 1204,
      users: 31,
      sessions: 40,
      firstSeen: '2026-11-20T09:31:02.123456789Z',
      lastSeen: '2026-11-21T09:29:59.000000001Z',
    },
  ],
  meta: {
    from: '2026-11-20T09:30:00.000Z',
    to: '2026-11-21T09:30:00.000Z',
    timeZone: 'Asia/Kathmandu',
    unit: 'events',
    complete: true,
    truncated: false,
    warnings: [],
    sampleSize: { unit: 'events', n: 1204 },
    approximate: null,
    sampling: null,
    asOf: '17',
    definition: { kind: 'events', id: null, revision: null },
  },
};

const searchOf = (asked: Asked | undefined): Record<string, string> =>
  Object.fromEntries(asked?.url.searchParams ?? []);

test('shows events in the zone of the server, and says which that is', async () => {
  const { url, asked } = await openTestServer(() => ({ body: ANSWER }));
  const { code, data, notes } = await run(['events', '--url', url], { env: { TZ: 'UTC' } });
  expect(code).toBe(EXIT.OK);
  expect(searchOf(asked[0])).toEqual({ explain: 'false', limit: '50' });
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    event                events  users  sessions  first             last
    file_upload_started   1,204     31        40  2026-11-20 15:16  2026-11-21 15:14
    "
  `);
  expect(notes).toBe('1,204 events from 2026-11-20 15:15 to 2026-11-21 15:15 Asia/Kathmandu.\n');
});

test('sends a zone that was typed, the event and the property', async () => {
  const { url, asked } = await openTestServer(() => ({ body: ANSWER }));
  const args = '--since 7d --event a --by plan -n 3 --time-zone Europe/Berlin --explain';
  await run(['events', 'list', '--url', url, ...args.split(' ')]);
  expect(searchOf(asked[0])).toEqual({
    since: '7d',
    event: 'a',
    by: 'plan',
    limit: '3',
    timeZone: 'Europe/Berlin',
    explain: 'true',
  });
});

test('every field of an event has a column', () => {
  expect(EVENT_COLUMNS.map(({ name }) => name)).toEqual(
    Object.keys(ROUTES.listEvents.answer.shape.data.element.shape),
  );
});
