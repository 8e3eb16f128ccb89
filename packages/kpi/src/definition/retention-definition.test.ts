import { describe, expect, test } from 'vitest';
import { findRetention, parseRetention } from '../retention-report.ts';
import { describeRetention } from '../retention-rule.ts';
import { createEmptySet, parseDefinitions } from './set.ts';

const NOW = Date.UTC(2026, 0, 1);
const load = (text: string): ReturnType<typeof parseDefinitions> =>
  parseDefinitions([{ name: 'f.yaml', text }], NOW);

const FILE = `
retention:
  - id: export_weekly
    start: {feature: export, status: SUCCESS, occurrence: first, firstScope: event}
    return: {feature: any}
    brackets: [1, 3, 4]
    mode: rolling
    criterion: on_or_after
    minReturns: 2
    mean: simple
    reference: previous
    breakdown: plan
    breakdownOn: both
  - id: daily
    start: event:home
    return: event:any
    period: day
`;

describe('retention in files', () => {
  test('holds all its words, and defaults where it says nothing', () => {
    const loaded = load(FILE);
    expect(loaded).toMatchObject({ ok: true });
    if (!loaded.ok) return;
    const { retention } = loaded.set;
    expect(retention.get('export_weekly')).toMatchObject({
      kind: 'retention',
      title: 'Export weekly',
      breakdown: { kind: 'attribute', key: 'plan' },
      rule: {
        unit: 'user',
        start: { source: 'run', names: ['export'], statuses: ['success'] },
        occurrence: 'first',
        firstScope: 'event',
        return: { source: 'run', names: 'any' },
        period: 'week',
        brackets: [1, 3, 4],
        mode: 'rolling',
        criterion: 'on_or_after',
        minReturns: 2,
        mean: 'simple',
        reference: 'previous',
        breakdownOn: 'both',
      },
    });
    expect(findRetention(loaded.set, 'daily').rule).toEqual({
      unit: 'user',
      start: { source: 'event', names: ['home'] },
      occurrence: 'first',
      firstScope: 'filtered',
      return: { source: 'event', names: 'any' },
      period: 'day',
      periods: 30,
      mode: 'calendar',
      criterion: 'on',
      minReturns: 1,
      brackets: null,
      mean: 'weighted',
      reference: 'period0',
      breakdownOn: 'start',
    });
    expect(describeRetention(findRetention(loaded.set, 'export_weekly').rule)).toContain(
      'returned with the value of the breakdown that they started with at least 2 times in the week of the column or a later one of the table, a column of several weeks counting those who count in one of them; a week is 168 hours',
    );
    expect(() => findRetention(loaded.set, 'dayly')).toThrow(
      expect.objectContaining({ code: 'RETENTION_UNKNOWN', suggestions: ['daily'] }),
    );
    expect(describeRetention(findRetention(loaded.set, 'daily').rule)).toBe(
      'users by the day of their first start ever, and who of them returned in the day of the column; days are those of the time zone; rates are shares of all who started; the mean is weighted over complete cells.',
    );
  });

  test('take a breakdown as a map too, as funnels do', () => {
    const loaded = load(
      'retention: [{id: a, start: feature:x, return: feature:any, breakdown: {by: plan}}]',
    );
    expect(loaded.ok ? loaded.set.retention.get('a') : loaded.problems).toMatchObject({
      breakdown: { kind: 'attribute', key: 'plan' },
    });
  });

  test.each([
    ['{id: a, return: feature:any}', 'retention[0].start is missing'],
    ['{id: a, start: feature:x}', 'retention[0].return is missing'],
    [
      '{id: a, start: feature:x, return: feature:any, perid: day}',
      'retention[0].perid is not known',
    ],
    [
      '{id: a, start: feature:x, return: feature:any, period: year}',
      'retention[0].period must be one of',
    ],
    [
      '{id: a, start: feature:x, return: feature:any, periods: 0}',
      'retention[0].periods must be at least 1',
    ],
    [
      '{id: a, start: feature:x, return: feature:any, periods: 3, brackets: [1]}',
      'leave one of them out',
    ],
    ['{id: a, start: feature:x, return: feature:any, brackets: [366, 1]}', '367 periods together'],
    [
      '{id: a, start: {feature: x, occurence: any}, return: feature:any}',
      'retention[0].start.occurence is not known',
    ],
    [
      '{id: a, start: {feature: x, occurrence: any, firstScope: event}, return: feature:any}',
      'occurrence first only',
    ],
    [
      '{id: a, start: feature:x, return: feature:any, breakdownOn: both}',
      'retention[0].breakdownOn is both, which means something with a breakdown only',
    ],
    ['{id: a, start: {event: x, status: FAILED}, return: feature:any}', 'only runs have them'],
  ])('%s is refused', (text, message) => {
    const loaded = load(`retention: [${text}]`);
    expect(loaded.ok ? [] : loaded.problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });

  test('a definition out of a question is read alike, or refused with all that is wrong', () => {
    const set = createEmptySet(NOW);
    const read = parseRetention({ start: 'feature:x', return: 'feature:any', period: 'day' }, set);
    expect(read).toMatchObject({ id: 'request', rule: { period: 'day', periods: 30 } });
    expect(() => parseRetention({ start: 'x', period: 'year' }, set)).toThrow(
      expect.objectContaining({
        code: 'DEFINITION_INVALID',
        problems: [{}, {}, {}].map(() => expect.objectContaining({ severity: 'error' })),
      }),
    );
  });
});
