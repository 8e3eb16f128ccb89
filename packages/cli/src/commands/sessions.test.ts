/** Commands about sessions, against answers as a server gives them. */
import type { AnswerOf } from '@heartwood/api/client';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';
import type { SessionRow } from './session-columns.ts';

const ROW: SessionRow = {
  id: 'work_1',
  kind: 'work',
  component: HOSTILE,
  service: 'builder',
  state: 'abandoned',
  startedAt: '2026-11-22T09:00:00.000Z',
  endedAt: '2026-11-22T09:20:00.000Z',
  lastSeenAt: '2026-11-22T09:20:00.000Z',
  durationMs: 1_200_000,
  activeMs: 900_000,
  pausedMs: 300_000,
  pauseCount: 2,
  runs: 7,
  failed: 1,
  events: 3,
  errors: 0,
  user: 'u1',
  previousId: null,
  reason: HOSTILE,
  metadata: { 'ci.branch': HOSTILE, [HOSTILE]: 'named by outsiders', tries: 2 },
  gaps: 0,
  notes: ['start_unknown'],
};
const META = {
  from: '2026-11-15T09:30:00.000Z',
  to: '2026-11-22T09:30:00.000Z',
  timeZone: 'UTC',
  unit: 'sessions',
  complete: true,
  truncated: false,
  warnings: [],
};
const ACTIVITY = {
  sessions: 3,
  openSessions: 1,
  abandonedSessions: 1,
  durationMs: 2_000_000,
  activeMs: 1_500_000,
  pausedMs: 500_000,
  runs: 7,
  failed: 1,
  errors: 0,
};
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/api/v1/sessions': {
    data: [ROW],
    meta: { ...META, nextCursor: null },
  } satisfies AnswerOf<'/api/v1/sessions'>,
  '/api/v1/sessions/work_1': {
    data: {
      ...ROW,
      history: [{ time: ROW.startedAt, change: 'pause', reason: HOSTILE }],
      features: [{ feature: HOSTILE, runs: 7, failed: 1, p50Ms: 12 }],
      componentHistory: [{ ...ROW, id: 'work_0', state: 'ended' }],
    },
    meta: { at: META.to },
  } satisfies AnswerOf<'/api/v1/sessions/{id}'>,
  '/api/v1/sessions/report': {
    data: {
      tests: 2,
      failures: 1,
      errors: 0,
      skipped: 0,
      timeMs: 900_000,
      suites: [],
      text: `<testsuites/>\n${HOSTILE}\n`,
    },
    meta: META,
  } satisfies AnswerOf<'/api/v1/sessions/report'>,
  '/api/v1/sessions/summary': {
    data: {
      ...ACTIVITY,
      pauseCount: 2,
      meanActiveMs: 500_000,
      longestActiveMs: 900_000,
      activeShare: 0.75,
      components: [{ component: HOSTILE, ...ACTIVITY }],
    },
    meta: META,
  } satisfies AnswerOf<'/api/v1/sessions/summary'>,
};

const ask = async (args: string) => {
  const { url, asked } = await openTestServer(({ url: { pathname } }) => ({
    body: ANSWERS[pathname],
  }));
  const ran = await run(['sessions', ...args.split(' '), '--url', url], { columns: 200 });
  return { ...ran, asked };
};

test('sessions list shows each in a line, and asks for what the flags say', async () => {
  const { code, data, notes, asked } = await ask('list --state abandoned --ci --kind work');
  expect(code).toBe(EXIT.OK);
  for (const text of ['work_1', 'abandoned', '15.0 min', HOSTILE_SHOWN])
    expect(data).toContain(text);
  expect(notes).toContain('1 session from');
  const query = asked.at(-1)?.url.searchParams;
  expect(['state', 'ci', 'kind'].map((name) => query?.get(name))).toEqual([
    'abandoned',
    'true',
    'work',
  ]);
});

test('sessions show tells its facts, its history, what it ran, and those before it', async () => {
  const { data } = await ask('show work_1');
  for (const text of [
    '5.00 min, 2 pauses',
    '7, 1 failed',
    'ci.branch',
    'pause',
    'work_0',
    'start_unknown',
  ])
    expect(data).toContain(text);
  // oxlint-disable-next-line no-control-regex
  expect(data).not.toMatch(/[\u0007\u001B\u009B\u202E]/u);
  const { data: page } = await ask('show work_1 --format md');
  expect(page).toContain(`- ${HOSTILE_SHOWN}: named by outsiders`);
});

test('sessions summary tells the sums, and each component', async () => {
  const { data } = await ask('summary');
  for (const text of ['75.0 %', '15.0 min', HOSTILE_SHOWN, 'By component'])
    expect(data).toContain(text);
  const { data: csv } = await ask('summary --format csv');
  expect(csv.split('\n').at(0)).toContain('component,sessions,openSessions');
  const { notes, asked } = await ask('summary --kind visit');
  expect(notes).toContain('(visit) from');
  expect(asked.at(-1)?.url.searchParams.get('kind')).toBe('visit');
});

test('S0-15 sessions report writes what a build server takes, and ends with 3 where that is wanted', async () => {
  const { code, data, notes, asked } = await ask('report --format junit --fail-on failed');
  expect(code).toBe(EXIT.CHECK_FAILED);
  expect(data).toBe(`<testsuites/>\n${HOSTILE_SHOWN.replace(' ', '\n')}\n`);
  expect(notes).toContain('2 cases: 1 failed, 0 with errors, 0 skipped');
  const query = asked.at(-1)?.url.searchParams;
  expect([query?.get('format'), query?.get('ci')]).toEqual(['junit', 'true']);
  const { code: fine } = await ask('report');
  expect(fine).toBe(EXIT.OK);
  const { data: json } = await ask('report --json --session work_1 --all');
  expect(JSON.parse(json)).toMatchObject({ data: { failures: 1 } });
  const { notes: ofOne } = await ask('report --session work_1');
  expect(ofOne).toContain('0 skipped; session work_1.');
});
