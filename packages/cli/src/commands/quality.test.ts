import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';
import { QUALITY_CHECKS, QUALITY_RESULTS } from './quality-columns.ts';

type Ran = AnswerOf<'/api/v1/quality/run'>;
type Row = Ran['data'][number];

const WHOLE: Row = {
  check: 'gap',
  subject: null,
  result: 'fail',
  value: 1,
  expected: 0,
  n: 2,
  message: '1 fail, 1 pass',
  evidence: { samples: [], statements: [] },
};
const SHOP: Row = {
  ...WHOLE,
  subject: HOSTILE,
  value: 7200,
  expected: 80,
  n: 8,
  message: 'nothing came',
};
const MAIL: Row = { ...SHOP, subject: 'mail', result: 'pass', value: 0, expected: null };
const VOLUME: Row = { ...WHOLE, check: 'volume', result: 'not_enough_data', value: 0, n: 0 };

const META = { timeZone: 'UTC', unit: 'results', truncated: false, warnings: [] } as const;

const ask = async (args: string, data: Row[] = [WHOLE, SHOP, MAIL, VOLUME]) => {
  const [run_, at] = ['id', '2026-11-22T10:00:00.000Z'];
  const { url, asked } = await openTestServer((one) =>
    one.url.pathname === '/api/v1/quality/run'
      ? { body: { data, meta: { ...META, total: data.length, run: run_, at } } }
      : {
          body: {
            data: data.map((row) => ({ ...row, run: run_, at, daily: true })),
            meta: { ...META, total: data.length },
          },
        },
  );
  return { ...(await run(['quality', ...args.split(' '), '--url', url])), asked };
};

describe('quality run', () => {
  test('shows each check and what is wrong, and ends with 3', async () => {
    const { code, data, notes } = await ask('run');
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(data).toContain(HOSTILE_SHOWN);
    expect(data).not.toContain('mail');
    expect(notes).toContain('2 checks ran, fail: gap.');
  });

  test.each([
    ['volume', 1204, 900.5, '1,204', '901'],
    ['gap', 7200, 80, '2.00 h', '80'],
    ['lateness', 900, 600, '15.0 min', '10.0 min'],
    ['cardinality', 501, 500, '501', '500'],
    ['skew', 0.0004, 0.01, '<0.1 %', '1.0 %'],
    ['drops', 0.123, 0.01, '12.3 %', '1.0 %'],
  ] as const)(
    'writes the numbers of %s in their unit',
    async (check, value, expected, ...shown) => {
      const row: Row = { ...SHOP, subject: 'shop', check, value, expected, message: 'm' };
      const { data } = await ask('run', [{ ...WHOLE, check }, row]);
      const cells = data.split('\n').map((line) => line.trim().split(/ {2,}/u));
      expect(cells.find(([, subject]) => subject === 'shop')?.slice(3, 5)).toEqual(shown);
      expect(cells.find(([, subject]) => subject === '–')?.slice(3, 5)).toEqual(['1', '0']);
      const { data: csv } = await ask('run --format csv', [row]);
      expect(csv).toContain(`${String(value)},${String(expected)}`);
    },
  );

  test('gives machines everything', async () => {
    const { code, data } = await ask('run --json');
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect((JSON.parse(data) as Ran).data).toHaveLength(4);
  });

  test.each([
    ['run', [VOLUME], EXIT.OK],
    ['run --fail-on not_enough_data', [VOLUME], EXIT.CHECK_FAILED],
    ['run --fail-on error,warn', [WHOLE, SHOP], EXIT.OK],
    ['run --check gap', [], EXIT.OK],
  ] as const)('%s of %j ends with %i', async (args, rows, code) => {
    expect((await ask(args, [...rows])).code).toBe(code);
  });

  test.each([
    ['run --check gap,volumes', '--check', 'volume'],
    ['run --fail-on failed', '--fail-on', 'fail'],
  ])('%s is refused with what was meant', async (args, flag, near) => {
    const { code, notes, asked } = await ask(args);
    expect([code, asked.length]).toEqual([EXIT.USAGE, 0]);
    expect(notes).toContain(flag);
    expect(notes).toContain(near);
  });
});

describe('quality list', () => {
  test('sends what was typed', async () => {
    const { asked, code } = await ask('list --check gap --result fail --to yesterday');
    expect(code).toBe(EXIT.OK);
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
      check: 'gap',
      result: 'fail',
      to: 'yesterday',
    });
  });

  test('says what to do where nothing has run', async () => {
    expect((await ask('list', [])).notes).toContain('heartwood quality run');
  });
});

test('the words are those of the contract', () => {
  const { check, result } = ROUTES.listQuality.query.shape;
  expect([check.unwrap().options, result.unwrap().options]).toEqual([
    [...QUALITY_CHECKS],
    [...QUALITY_RESULTS],
  ]);
});
