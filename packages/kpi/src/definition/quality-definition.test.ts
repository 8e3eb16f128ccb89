import { describe, expect, test } from 'vitest';
import { parseDefinitions } from './set.ts';

const read = (text: string) => parseDefinitions([{ name: 'quality.yaml', text }], 0);

describe('checks of data quality in files', () => {
  test('say what a check does, about all or about one thing', () => {
    const loaded = read(`quality:
  usual: {check: gap, options: {weeks: 6, minGap: 26h}}
  quiet: {check: volume, subject: export, options: {minChange: 0.5}, enabled: false}
`);
    expect(loaded.ok && [...loaded.set.quality.values()]).toMatchObject([
      { check: 'gap', subject: null, options: { weeks: 6, minGap: 93_600_000 }, enabled: true },
      { check: 'volume', subject: 'export', options: { minChange: 0.5 }, enabled: false },
    ]);
  });

  test.each([
    ['an unknown check', 'check: gaps', 'quality.a.check must be one of', ['gap']],
    ['no check', 'subject: x', 'quality.a.check is missing', []],
    ['an unknown option', 'check: gap, options: {minGapp: 1h}', 'is no option of gap', ['minGap']],
    ['an option of another check', 'check: skew, options: {weeks: 4}', 'is no option of skew', []],
    ['a number for a duration', 'check: gap, options: {minGap: 5}', 'must be a text', []],
    ['a share above 1', 'check: volume, options: {minChange: 30}', 'must be at most 1', []],
    ['too many weeks', 'check: gap, options: {weeks: 53}', 'must be at most 52', []],
    ['fewer weeks than needed', 'check: gap, options: {weeks: 3}', 'at least minPoints', []],
    ['more points than weeks', 'check: gap, options: {minPoints: 9}', 'at most weeks', []],
    [
      'weeks of one subject',
      'check: gap, subject: x, options: {weeks: 4}',
      'without a subject',
      [],
    ],
  ])('refuse %s', (_case, words, message, near) => {
    const loaded = read(`quality: {a: {${words}}}`);
    const [problem] = loaded.ok ? [] : loaded.problems;
    expect(problem?.message).toContain(message);
    expect(problem?.suggestions).toEqual(near);
  });
});
