import { describe, expect, it } from 'vitest';
import { placeholders } from '../bind.ts';
import { compile } from './compile.ts';
import { compileSumState } from './count-hours.ts';
import type { Condition, Property } from './condition.ts';
import type { CountQuestion } from './question.ts';
import type { EligibleEvents } from './eligible-events.ts';

/** A question of every kind of part, all its texts taken from one. */
function createQuestion(text: string, value: number): CountQuestion {
  const attribute: Property = { kind: 'attribute', key: text };
  const where: Condition = {
    kind: 'and',
    parts: [
      { kind: 'compare', property: attribute, op: '!=', value: text },
      { kind: 'compare', property: attribute, op: '<', value },
      { kind: 'in', property: { kind: 'resource', key: text }, values: [text, value, true] },
      { kind: 'or', parts: [{ kind: 'contains', property: attribute, value: text }] },
      { kind: 'not', part: { kind: 'startsWith', property: attribute, value: text } },
      { kind: 'exists', property: attribute },
    ],
  };
  return {
    kind: 'count',
    events: {
      ...EVENTS,
      selectors: [
        { source: 'run', names: [text, text], statuses: ['failed'], minDurationNs: BigInt(value) },
        { source: 'event', names: [text], where },
        { source: 'event', names: 'any' },
      ],
      scope: where,
      group: { by: attribute, top: value },
      hold: [attribute, { kind: 'column', name: 'user' }],
      asOf: BigInt(value),
    },
    slots: { origin: 0n, width: 1000n, buckets: ['0'] },
    measures: [
      { agg: 'percentile', p: 1 / value, on: attribute },
      { agg: 'sum', on: attribute, of: [0, 1] },
      { agg: 'count_distinct', on: 'user' },
    ],
    output: {
      kind: 'members',
      cell: { bucket: value, group: { kind: 'value', value: text }, measure: 2 },
      after: text,
      limit: value,
    },
  };
}

const EVENTS: EligibleEvents = {
  from: 0n,
  to: 1000n,
  selectors: [{ source: 'run', names: 'any' }],
  keepOthers: false,
  unit: 'user',
};

describe('compile', () => {
  const harmless = compile(createQuestion('checkout', 2));

  it.each([
    "'; DROP TABLE spans; --",
    '$p1',
    '$p1::VARCHAR || (SELECT text FROM identities)',
    '*/ ) SELECT "\\',
    'feature.text',
    '__proto__',
    '\0',
    '',
    '🛒'.repeat(1000),
  ])('puts no text of a question into its SQL: %j', (text) => {
    expect(compile(createQuestion(text, 7)).statement.sql).toBe(harmless.statement.sql);
  });

  it('declares and gives a value for every parameter of its SQL, and no other', () => {
    const { statement, params } = harmless;
    const names = placeholders(statement.sql);
    expect(Object.keys(statement.params).toSorted()).toEqual(names);
    expect(Object.keys(params).toSorted()).toEqual(names);
  });

  const count = createQuestion('a', 2);
  it.each([
    ['no selector', { events: { ...EVENTS, selectors: [] } }, '0 selectors'],
    [
      'more selectors than a mask has bits',
      { events: { ...EVENTS, selectors: Array.from({ length: 41 }, () => EVENTS.selectors[0]) } },
      '41 selectors',
    ],
    [
      'too many groups',
      { events: { ...EVENTS, group: { by: { kind: 'resource', key: 'a' }, top: 201 } } },
      '201 groups',
    ],
    [
      'too many held properties',
      {
        events: { ...EVENTS, hold: ['a', 'b', 'c', 'd'].map((key) => ({ kind: 'resource', key })) },
      },
      'holds 4 properties',
    ],
    ['slots that leave out a part of the range', { events: { ...EVENTS, to: 1001n } }, 'slots'],
    ['slots of no width', { slots: { origin: 0n, width: 0n, buckets: ['0'] } }, 'slots'],
    ['no measure', { measures: [] }, 'no measure'],
    ['a kind that nobody knows', { kind: 'toString' as 'count' }, 'no known kind'],
    ['a cell of a group without a breakdown', { events: EVENTS }, 'cell'],
    ['a cell of no measure', { measures: [{ agg: 'count' }] }, 'measure 2'],
  ] as const)('refuses %s', (_case, change, reason) => {
    expect(() => compile({ ...count, ...(change as Partial<CountQuestion>) })).toThrow(
      expect.objectContaining({
        code: 'STORE_QUESTION_INVALID',
        message: expect.stringContaining(reason),
      }),
    );
  });
});

describe('runs of senders that leave out others', () => {
  it.each([
    ['a count', false],
    ['a count of all others too', true],
  ])('are looked for in no log record: %s', (_case, keepOthers) => {
    const { events, ...question } = createQuestion('a', 2);
    const selectors: EligibleEvents['selectors'] = [
      { source: 'run', names: ['pay'], statuses: ['success'] },
      { source: 'event', names: ['paid'] },
      { source: 'event', names: 'any' },
    ];
    const asked = { ...EVENTS, selectors, keepOthers, group: events.group };
    const { statement } = compile({ ...question, events: asked, output: { kind: 'numbers' } });
    // The rows themselves, and what of them was sampled.
    expect(statement.sql.match(/FROM event_uses/g)).toHaveLength(2);
    expect(statement.sql.match(/FROM (run_uses|spans|hot_spans) s/g)?.length).toBeGreaterThan(2);
  });
});

describe('percentiles of a count', () => {
  it.each([
    [250_000, []],
    [250_001, [0]],
  ])('of %d runs come from buckets where there are more than 250,000', (runs0, bucketed) => {
    const on: Property = { kind: 'column', name: 'durationMs' };
    const { from, to } = EVENTS;
    const question: CountQuestion = {
      kind: 'count',
      events: {
        from,
        to,
        selectors: [{ source: 'run', names: ['pay'] }],
        keepOthers: false,
        unit: 'user',
      },
      slots: { origin: 0n, width: 1000n, buckets: ['0'] },
      measures: [{ agg: 'percentile', p: 0.5, on }],
      output: { kind: 'numbers' },
    };
    const { toSums } = compileSumState(question, { hours: [], days: [], loose: [], cut: [] });
    expect(toSums({ removed: 0, runs0 }, 2_000_000)?.bucketed).toEqual(bucketed);
  });
});
