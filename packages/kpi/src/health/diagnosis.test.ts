import { describe, expect, test } from 'vitest';
import { createUnknownDiagnosis, judgeDiagnosis, type DiagnosisFacts } from './diagnosis.ts';
import type { Fact } from './facts.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const GIB = 2 ** 30;

const known = <Value>(value: Value): Fact<Value> => ({ isKnown: true, value, tookMs: 1 });

const FRESH = { count: 10, meanS: 0.5, p95S: 1 };
const DISK = { folder: '/data', freeBytes: 50 * GIB, totalBytes: 100 * GIB, leastBytes: GIB };

const WELL: DiagnosisFacts = {
  atMs: NOW_MS,
  refusals: known([]),
  turns: known([0.1, 0.2, 4]),
  trips: known([1, 2, 3, 2, 90]),
  scan: known({ rows: 1_000_000, tookMs: 20 }),
  newest: known({ receivedMs: NOW_MS - 3000, tookMs: 4, freshness: FRESH }),
  disk: known(DISK),
  archive: known({ listed: 3, wrong: [] }),
};

const BOTH = ['api', 'database'] as const;

test('a server that is well passes everything', () => {
  const { rows, worst } = judgeDiagnosis(BOTH, WELL);
  expect(rows.map(({ id, result }) => [id, result])).toEqual([
    ['api.ready', 'pass'],
    ['api.turn', 'pass'],
    ['database.answers', 'pass'],
    ['database.scan', 'pass'],
    ['database.freshness', 'pass'],
    ['database.room', 'pass'],
    ['archive.listing', 'pass'],
  ]);
  expect(worst).toBe('pass');
});

test.each([
  [['api'], ['api.ready', 'api.turn']],
  [
    ['database'],
    ['database.answers', 'database.scan', 'database.freshness', 'database.room', 'archive.listing'],
  ],
] as const)('of %j tells only that', (tests, ids) => {
  expect(judgeDiagnosis(tests, WELL).rows.map(({ id }) => id)).toEqual(ids);
});

describe('what is wrong alone', () => {
  test.each<[string, Partial<DiagnosisFacts>, string, string, string]>([
    ['refusals', { refusals: known(['disk']) }, 'api.ready', 'fail', 'refused: disk'],
    ['a loop that hangs', { turns: known([1, 1500]) }, 'api.turn', 'fail', 'the longest 1.5 s'],
    ['a loop that is late', { turns: known([1, 150]) }, 'api.turn', 'warn', 'the longest 150 ms'],
    [
      'questions that take long',
      { trips: known([2000, 3000, 2500]) },
      'database.answers',
      'fail',
      '2.5 s, the median of 3 questions',
    ],
    [
      'a scan that is slow',
      { scan: known({ rows: 1_000_000, tookMs: 2000 }) },
      'database.scan',
      'warn',
      '1,000,000 spans in 2 s',
    ],
    [
      'records that come late',
      { newest: known({ receivedMs: 0, tookMs: 1, freshness: { ...FRESH, p95S: null } }) },
      'database.freshness',
      'warn',
      'within more than 10 s',
    ],
    [
      'a full disk',
      { disk: known({ ...DISK, freeBytes: 1 }) },
      'database.room',
      'fail',
      '0 B until data are refused',
    ],
    [
      'a file of the archive that is gone',
      { archive: known({ listed: 2, wrong: ['spans/1.parquet'] }) },
      'archive.listing',
      'fail',
      'spans/1.parquet',
    ],
  ])('%s', (_name, change, id, result, message) => {
    const { rows, worst } = judgeDiagnosis(BOTH, { ...WELL, ...change });
    const bad = rows.filter((row) => row.result !== 'pass');
    expect(bad).toMatchObject([{ id, result, message: expect.stringContaining(message) }]);
    expect(bad[0]?.remedy).not.toBeNull();
    expect(worst).toBe(result);
  });
});

test.each([
  ['no span at all', { rows: 0, tookMs: 0 }],
  ['a few spans, however slow', { rows: 12, tookMs: 500 }],
])('a scan of %s tells nothing against the machine', (_name, scan) => {
  const { rows } = judgeDiagnosis(['database'], { ...WELL, scan: known(scan) });
  expect(rows.find(({ id }) => id === 'database.scan')).toMatchObject({ result: 'pass' });
});

test('what cannot be tried out is unknown with the reason, a database that is silent fails', () => {
  const { rows } = judgeDiagnosis(BOTH, createUnknownDiagnosis(NOW_MS, 'The store is closed.'));
  for (const { id, result, message } of rows) {
    expect(message).toBe('cannot be told: The store is closed.');
    expect(result).toBe(id === 'database.answers' ? 'fail' : 'unknown');
  }
});
