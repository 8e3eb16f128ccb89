import { describe, expect, it } from 'vitest';
import { placeholders } from '../bind.ts';
import type { ActivityQuestion } from './activity-question.ts';
import { compile } from './compile.ts';
import type { EligibleEvents } from './eligible-events.ts';
import type { RetentionQuestion } from './retention-question.ts';

const eventsOf = (text: string): EligibleEvents => ({
  from: 0n,
  to: 1000n,
  selectors: [
    { source: 'run', names: [text] },
    { source: 'event', names: 'any' },
  ],
  keepOthers: false,
  unit: 'user',
  group: { by: { kind: 'attribute', key: text }, top: 2 },
});

const SLOTS = { origin: 0n, width: 1000n, buckets: ['0'] };

const retentionOf = (text: string): RetentionQuestion => ({
  kind: 'retention',
  events: eventsOf(text),
  cohorts: { from: 0n, to: 500n },
  occurrence: 'first',
  slots: SLOTS,
  rollingNs: null,
  columns: [0, 1, 1],
  criterion: 'on_or_before',
  minReturns: 2,
  isSame: false,
  isGroupKept: true,
  output: {
    kind: 'members',
    cell: { cohort: 0, column: 1, group: { kind: 'value', value: text } },
    after: text,
    limit: 2,
  },
});

const activityOf = (text: string): ActivityQuestion => ({
  kind: 'activity',
  events: eventsOf(text),
  slots: SLOTS,
  measure: { kind: 'lifecycle' },
  output: {
    kind: 'members',
    cell: { part: 'new', span: 0, from: 1, to: 1, group: { kind: 'value', value: text } },
    limit: 2,
  },
});

describe('questions about who comes back', () => {
  it.each(["'; DROP TABLE spans; --", '$p1', '__proto__', ''])(
    'put no text into their SQL: %j',
    (text) => {
      for (const make of [retentionOf, activityOf]) {
        const { statement } = compile(make(text));
        expect(statement.sql).toBe(compile(make('checkout')).statement.sql);
        expect(Object.keys(statement.params).toSorted()).toEqual(placeholders(statement.sql));
      }
    },
  );

  const refused = (question: unknown): unknown => {
    try {
      compile(question as RetentionQuestion);
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it.each([
    ['attempts', { events: { ...eventsOf('a'), unit: 'attempt' } }, 'attempts'],
    ['no return', { events: { ...eventsOf('a'), selectors: [] } }, 'a start and a return'],
    ['columns with gaps', { columns: [0, 2] }, 'columns'],
    ['more periods in the first column', { columns: [0, 0, 1] }, 'the first of one period'],
    ['a column that is text', { columns: [0, '1; DROP'] }, 'columns'],
    ['no returns', { minReturns: 0 }, 'no return'],
    ['periods of no length', { rollingNs: 0n }, 'no length'],
    ['an unknown criterion', { criterion: 'toString' }, 'criterion'],
    ['cohorts beyond its range', { cohorts: { from: 0n, to: 2000n } }, 'range'],
    ['a kept group without one', { events: { ...eventsOf('a'), group: undefined } }, 'group'],
  ])('retention refuses %s', (_case, change, reason) => {
    expect(refused({ ...retentionOf('a'), ...change })).toMatchObject({
      code: 'STORE_QUESTION_INVALID',
      message: expect.stringContaining(reason),
    });
  });

  it.each([
    ['attempts', { events: { ...eventsOf('a'), unit: 'attempt' } }, 'attempts'],
    ['slots that end too early', { slots: { ...SLOTS, width: 1n } }, 'slots'],
    ['a breakdown of trailing numbers', { measure: { kind: 'trailing', spans: [1] } }, 'trailing'],
    ['a cell of another measure', { measure: { kind: 'spread' } }, 'cell'],
    ['a bucket that is text', { slots: { ...SLOTS, buckets: ['0; DROP'] } }, 'bucket'],
    ['an unknown measure', { measure: { kind: 'toString' } }, 'measure'],
  ])('activity refuses %s', (_case, change, reason) => {
    expect(refused({ ...activityOf('a'), ...change })).toMatchObject({
      code: 'STORE_QUESTION_INVALID',
      message: expect.stringContaining(reason),
    });
  });
});
