import { describe, expect, it } from 'vitest';
import { placeholders } from '../bind.ts';
import { compile } from './compile.ts';
import type { FunnelQuestion } from './funnel-question.ts';
import type { EventSelector } from './selector.ts';

const named = (name: string): EventSelector => ({ source: 'event', names: [name] });

/** A funnel of every kind of part, its names taken from one text. */
function createFunnel(text: string): FunnelQuestion {
  return {
    kind: 'funnel',
    events: {
      from: 0n,
      to: 2000n,
      selectors: [
        named(`${text}1`),
        named(`${text}2`),
        named(`${text}3`),
        named(text),
        named(text),
      ],
      keepOthers: false,
      unit: 'user',
      group: { by: { kind: 'attribute', key: text }, top: 2 },
      hold: [{ kind: 'attribute', key: text }],
    },
    steps: [{ optional: false }, { optional: true }, { optional: false }],
    order: 'strict',
    universe: [4],
    entriesTo: 1000n,
    windowNs: 1000n,
    stepWindowNs: 10n,
    entry: 'first',
    ties: 'strict',
    exclude: [
      { selector: 3, after: 0, before: 2, drops: 'attempt' },
      { selector: 3, after: 0, before: 2, drops: 'actor' },
    ],
    attribution: 'all',
    watermark: 5000n,
    slots: { origin: 0n, width: 1000n, buckets: ['0'] },
    output: {
      kind: 'members',
      cell: { bucket: 0, group: { kind: 'value', value: text }, step: 2, outcome: 'dropped' },
      limit: 10,
    },
  };
}

/** One that is answered by one walk. */
const PLAIN: FunnelQuestion = {
  ...createFunnel('a'),
  events: { ...createFunnel('a').events, group: undefined, hold: undefined },
  steps: [{ optional: false }, { optional: false }],
  order: 'ordered',
  ties: 'lenient',
  universe: [],
  stepWindowNs: null,
  exclude: [],
  attribution: 'first',
  output: { kind: 'numbers' },
};

const ATTEMPTS = { ...PLAIN.events, unit: 'attempt' } as const;

describe('a compiled funnel', () => {
  it.each(["'; DROP TABLE spans; --", '$p1', '*/ ) SELECT "\\', '__proto__', '\0', '', 'grp'])(
    'has no text of the question in its SQL: %j',
    (text) => {
      expect(compile(createFunnel(text)).statement.sql).toBe(
        compile(createFunnel('a')).statement.sql,
      );
    },
  );

  const orders = ['ordered', 'strict', 'any'] as const;
  it.each(
    orders.flatMap((order) =>
      (['best', 'first'] as const).flatMap((entry) =>
        (['converted', 'dropped', 'immature', null] as const).map(
          (outcome) => [order, entry, outcome] as const,
        ),
      ),
    ),
  )('declares and gives every parameter, and no other: %s, %s, %s', (order, entry, outcome) => {
    const cell = outcome && { bucket: null, group: null, step: 1, outcome };
    const { statement, params } = compile({
      ...PLAIN,
      order,
      entry,
      output: cell === null ? { kind: 'numbers' } : { kind: 'members', cell, limit: 1 },
    });
    expect(Object.keys(params).toSorted()).toEqual(placeholders(statement.sql));
    expect(Object.keys(statement.params).toSorted()).toEqual(placeholders(statement.sql));
  });

  it.each(
    orders.flatMap((order) =>
      (['lenient', 'strict'] as const).map((ties) => [order, ties] as const),
    ),
  )('declares every parameter of attempts, and no other: %s, %s', (order, ties) => {
    const { statement } = compile({
      ...PLAIN,
      events: ATTEMPTS,
      order,
      entry: 'best',
      ties: order === 'any' ? 'lenient' : ties,
      stepWindowNs: order === 'any' ? null : 10n,
      restartOnReentry: order !== 'any',
      exclude: [{ selector: 3, after: 0, before: 1, drops: 'attempt' }],
    });
    expect(Object.keys(statement.params).toSorted()).toEqual(placeholders(statement.sql));
  });

  it.each(
    ([null, 10n] as const).flatMap((stepWindowNs) =>
      (['first', 'all'] as const).map((attribution) => [stepWindowNs, attribution] as const),
    ),
  )('declares every parameter of a walk, and no other: %s, %s', (stepWindowNs, attribution) => {
    const { statement } = compile({
      ...PLAIN,
      events: { ...PLAIN.events, group: createFunnel('a').events.group },
      steps: [{ optional: false }, { optional: false }, { optional: false }],
      stepWindowNs,
      attribution,
    });
    expect(Object.keys(statement.params).toSorted()).toEqual(placeholders(statement.sql));
  });

  const optional = { optional: true };
  const required = { optional: false };
  const between = { selector: 3, after: 0, before: 1, drops: 'actor' } as const;
  it.each<[string, Partial<FunnelQuestion>, string]>([
    ['one step', { steps: [required] }, '1 steps'],
    ['more steps than selectors', { steps: Array.from({ length: 6 }, () => required) }, '6 steps'],
    ['an optional first step', { steps: [optional, required] }, 'first step is optional'],
    ['an optional step in any order', { order: 'any', steps: [required, optional] }, 'any order'],
    ['time between steps in any order', { order: 'any', stepWindowNs: 1n }, 'any order'],
    ['strict ties in any order', { order: 'any', ties: 'strict' }, 'any order'],
    [
      'attribution by step in any order',
      { order: 'any', ties: 'lenient', attribution: 1 },
      'any order',
    ],
    ['an exclusion between no two steps', { exclude: [{ ...between, before: 0 }] }, 'exclusion'],
    [
      'an exclusion before a step that is not there',
      { exclude: [{ ...between, before: 7 }] },
      'exclusion',
    ],
    ['an exclusion of no selector', { exclude: [{ ...between, selector: 9 }] }, 'exclusion'],
    ['a universe of no selector', { universe: [9] }, 'selector or step'],
    ['attribution to no step', { attribution: 9 }, 'selector or step'],
    ['the first of attempts', { events: ATTEMPTS, entry: 'first' }, 'attempts know no'],
    [
      'an optional end of attempts',
      { events: ATTEMPTS, entry: 'best', steps: [required, optional] },
      'attempts know no',
    ],
    [
      'attempts without their actor',
      { events: ATTEMPTS, entry: 'best', exclude: [between] },
      'attempts know no',
    ],
    [
      'an anchor in an order',
      { steps: [{ ...required, anchor: 'first' }, required] },
      'its anchors are not',
    ],
    [
      'an anchor in another place',
      { order: 'any', ties: 'lenient', steps: [{ ...required, anchor: 'last' }, required] },
      'its anchors are not',
    ],
    ['grace in strict order', { order: 'strict', ties: { graceNs: 1n } }, 'grace is for'],
    ['grace in any order', { order: 'any', ties: { graceNs: 1n } }, 'no grace'],
    [
      'grace of steps that one event may be',
      {
        ties: { graceNs: 1n },
        events: { ...PLAIN.events, selectors: [named('a'), named('a')] },
      },
      'grace is for',
    ],
    ['users that begin again', { restartOnReentry: true }, 'only attempts in an order'],
    [
      'attempts in any order that begin again',
      { events: ATTEMPTS, entry: 'best', order: 'any', restartOnReentry: true },
      'only attempts in an order',
    ],
    ['slots that leave out entries', { entriesTo: 1001n }, 'slots'],
    [
      'a cell of no step',
      {
        output: {
          kind: 'members',
          cell: { bucket: 0, group: null, step: 2, outcome: 'converted' },
          limit: 1,
        },
      },
      'no step 2',
    ],
  ])('refuses %s', (_case, change, reason) => {
    expect(() => compile({ ...PLAIN, ...change })).toThrow(
      expect.objectContaining({
        code: 'STORE_QUESTION_INVALID',
        message: expect.stringContaining(reason),
      }),
    );
  });
});
