import { describe, expect, test } from 'vitest';
import { parseDefinitions } from './set.ts';

const NOW = Date.UTC(2026, 0, 1);

const load = (text: string) => parseDefinitions([{ name: 'f.yaml', text }], NOW);

const FILE = `
funnels:
  - id: file_upload
    window: 2d
    stepWindow: 1h
    entry: first
    holdConstant: [upload.id]
    steps:
      - {id: started, event: file_upload_started}
      - {id: checked, event: file_validated, where: "is_valid = true", optional: true}
      - {id: done, feature: file.upload, status: [SUCCESS], maxDuration: 5s}
    exclude:
      - {event: upload_cancelled, after: started, before: done, drops: actor}
    breakdown: {by: file_type, attribution: step:done}
`;

describe('funnels in files', () => {
  test('take a breakdown as a word too', () => {
    const loaded = load(FILE.replace('{by: file_type, attribution: step:done}', 'file_type'));
    expect(loaded.ok ? loaded.set.funnels.get('file_upload') : loaded.problems).toMatchObject({
      breakdown: { kind: 'attribute', key: 'file_type' },
      rule: { attribution: 'first' },
    });
  });

  test('hold all their words, and defaults where they say nothing', () => {
    const loaded = load(FILE);
    expect(loaded).toMatchObject({ ok: true });
    const set = loaded.ok ? loaded.set : undefined;
    expect(set?.funnels.get('file_upload')).toMatchObject({
      title: 'File upload',
      breakdown: { kind: 'attribute', key: 'file_type' },
      rule: {
        unit: 'user',
        order: 'ordered',
        windowNs: 172_800_000_000_000n,
        stepWindowNs: 3_600_000_000_000n,
        entry: 'first',
        ties: 'lenient',
        holdConstant: [{ kind: 'attribute', key: 'upload.id' }],
        steps: [
          { id: 'started', optional: false },
          { id: 'checked', optional: true },
          { id: 'done', selector: { statuses: ['success'], maxDurationNs: 5_000_000_000n } },
        ],
        exclude: [{ after: 'started', before: 'done', drops: 'actor' }],
        universe: null,
        attribution: 'step:done',
        filter: null,
      },
    });
  });

  test('steps may be as short as a name', () => {
    const loaded = load('funnels: {buy: {steps: [feature:view, event:paid]}}');
    const steps = loaded.ok ? loaded.set.funnels.get('buy')?.rule.steps : [];
    expect(steps?.map(({ id }) => id)).toEqual(['view', 'paid']);
  });

  const many = Array.from({ length: 21 }, (_, index) => `event:e${String(index)}`).join(', ');
  test.each([
    'order: any, steps: [{id: x, feature: a, status: SUCCESS}, {id: y, feature: a, status: [FAILED, TIMEOUT]}]',
    'order: any, steps: [{id: x, feature: a, maxDuration: 1s}, {id: y, feature: a, minDuration: 1001ms}]',
    'order: any, steps: [{id: x, event: a, where: plan = pro and size > 3}, {id: y, event: a, where: plan = free}]',
    'order: any, steps: [{id: x, event: a, where: plan = pro}, {id: y, event: a, where: not plan = pro}]',
    'order: any, steps: [feature:a, {id: b, event: a}]',
    'steps: [event:a, {event: b, where: plan = pro}], exclude: [{event: b, where: plan != pro}]',
    'steps: [event:a, event:b], exclude: [{event: a}]',
    'order: any, steps: [{event: a, anchor: first}, event:b, {event: c, anchor: last}]',
    'ties: {graceMs: 2000}, steps: [event:a, {id: x, feature: a}, event:b]',
    'unit: attempt, restartOnReentry: true, steps: [event:a, {event: o, optional: true}, event:b]',
  ])('takes what can never be one: %s', (words) => {
    const loaded = load(`funnels: {f: {${words}}}`);
    expect(loaded.ok ? [] : loaded.problems).toEqual([]);
  });

  test('means the same in whatever order names are written, and however often', () => {
    const of = (names: string) => {
      const loaded = load(`funnels: {f: {steps: [event:x, {event: ${names}}]}}`);
      return loaded.ok ? loaded.set.funnels.get('f') : undefined;
    };
    expect(of('[b, a]')?.digest).toBe(of('[b, a, b]')?.digest);
    expect(of('[b, a]')?.rule.steps[1]).toEqual({
      id: 'b',
      selector: { source: 'event', names: ['a', 'b'] },
      optional: false,
    });
  });

  test.each([
    ['21 steps', `steps: [${many}]`, 'FUNNEL_STEPS', 'has 21 steps; a funnel has 2 to 20'],
    ['one step', 'steps: [event:a]', 'FUNNEL_STEPS', 'has 1 steps'],
    [
      'an optional first step',
      'steps: [{event: a, optional: true}, event:b]',
      'FUNNEL_OPTIONAL',
      'is the first step',
    ],
    [
      'an optional step that the next one equals',
      'steps: [event:a, {id: o, event: b, optional: true}, event:b]',
      'FUNNEL_OPTIONAL',
      'equal to the required step behind it',
    ],
    [
      'an optional step in any order',
      'order: any, steps: [event:a, {event: b, optional: true}]',
      'FUNNEL_OPTIONAL',
      'in any order',
    ],
    [
      'equal steps in any order',
      'order: any, steps: [event:a, {id: x, event: a}]',
      'FUNNEL_STEPS_OVERLAP',
      'may be the same run or event as the step "a"',
    ],
    [
      'steps in any order that have their names in another order',
      'order: any, steps: [{id: x, event: [a, b]}, {id: y, event: [b, a]}]',
      'FUNNEL_STEPS_OVERLAP',
      'the step "x"',
    ],
    [
      'steps in any order that have a name in common',
      'order: any, steps: [{id: x, feature: [a, b]}, event:b, {id: y, feature: b, where: plan = pro}]',
      'FUNNEL_STEPS_OVERLAP',
      'the step "x"',
    ],
    [
      'a step of any name in any order',
      'order: any, steps: [event:a, event:any]',
      'FUNNEL_STEPS_OVERLAP',
      'the step "a"',
    ],
    [
      'values in any order that may be one, of properties that may both be there',
      'order: any, steps: [{id: x, event: a, where: plan = 1}, {id: y, event: a, where: "plan = \'1\'"}]',
      'FUNNEL_STEPS_OVERLAP',
      'the step "x"',
    ],
    [
      'an exclusion that a step asks for among others',
      'steps: [event:a, event:b], exclude: [{event: [b, c]}]',
      'FUNNEL_EXCLUSION',
      'may exclude what the step "b" asks for',
    ],
    [
      'an exclusion of what a step asks for with a condition',
      'steps: [event:a, {id: b, event: b, where: plan = pro}], exclude: [{event: b}]',
      'FUNNEL_EXCLUSION',
      'may exclude what the step "b" asks for',
    ],
    ['two steps of one id', 'steps: [event:a, event:a]', 'DEFINITION_DUPLICATE', 'has the id "a"'],
    [
      'an exclusion that a step asks for',
      'steps: [event:a, event:b], exclude: [{event: b}]',
      'FUNNEL_EXCLUSION',
      'may exclude what the step "b" asks for',
    ],
    [
      'an exclusion of unknown steps',
      'steps: [event:start, event:b], exclude: [{event: x, after: strat}]',
      'FUNNEL_EXCLUSION',
      'names "strat", which is no required step',
    ],
    [
      'an exclusion the wrong way round',
      'steps: [event:a, event:b], exclude: [{event: x, after: b, before: a}]',
      'FUNNEL_EXCLUSION',
      'between which nothing is',
    ],
    [
      'a scope of no condition',
      'steps: [event:a, event:b], scope: actors',
      'DEFINITION_VALUE',
      'there is no where',
    ],
    [
      'a part of any order excluded',
      'order: any, steps: [event:a, event:b, event:c], exclude: [{event: x, before: b}]',
      'FUNNEL_EXCLUSION',
      'from the first step to the last',
    ],
    [
      'a window of more than a year',
      'window: 367d, steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      'at most 366d',
    ],
    [
      'a step window beyond the window',
      'window: 1h, stepWindow: 2h, steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      'longer than the window',
    ],
    [
      'strict ties in any order',
      'order: any, ties: strict, steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      'cannot be strict',
    ],
    [
      'a universe without strict order',
      'universe: [event:x], steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      'strict order only',
    ],
    [
      'an attribution to no step',
      'steps: [event:a, event:b], breakdown: {by: plan, attribution: step:c}',
      'DEFINITION_VALUE',
      'must be one of first, last, all, step:a, step:b',
    ],
    [
      'a breakdown that is neither',
      'steps: [event:a, event:b], breakdown: [plan]',
      'DEFINITION_VALUE',
      'must be a text, or a map of keys, not a list',
    ],
    [
      'an anchor in an order',
      'steps: [{event: a, anchor: first}, event:b]',
      'DEFINITION_VALUE',
      'in any order only',
    ],
    [
      'an anchor in another place',
      'order: any, steps: [{event: a, anchor: last}, event:b]',
      'DEFINITION_VALUE',
      'stands on the last step of the list',
    ],
    [
      'grace where an event may be two steps',
      'ties: {graceMs: 2000}, steps: [event:a, {id: b, event: [b, a]}]',
      'DEFINITION_VALUE',
      'only where steps differ by name, and "a" and "b" do not',
    ],
    [
      'grace in strict order',
      'order: strict, ties: {graceMs: 2000}, steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      'in order: ordered only',
    ],
    [
      'grace of attempts',
      'unit: attempt, ties: {graceMs: 2000}, steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      'no grace with unit: attempt',
    ],
    [
      'more grace than a minute',
      'ties: {graceMs: 60001}, steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      '60000',
    ],
    [
      'a unit that there is not',
      'unit: visit, steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      'must be one of user, session, trace, attempt',
    ],
    [
      'only the first of all attempts',
      'unit: attempt, entry: first, steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      'each attempt counts',
    ],
    [
      'an optional step behind the end of an attempt',
      'unit: attempt, steps: [event:a, event:b, {event: c, optional: true}]',
      'DEFINITION_VALUE',
      'over with its last required step',
    ],
    [
      'an exclusion of the actor where attempts count',
      'unit: attempt, steps: [event:a, event:b], exclude: [{event: c, drops: actor}]',
      'DEFINITION_VALUE',
      'ends only the attempt',
    ],
    [
      'what begins attempts again where none count',
      'restartOnReentry: true, steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      'only with unit: attempt',
    ],
    [
      'what begins attempts again in any order',
      'restartOnReentry: true, unit: attempt, order: any, steps: [event:a, event:b]',
      'DEFINITION_VALUE',
      'only with unit: attempt, in an order',
    ],
    [
      'an unknown word',
      'windows: 7d, steps: [event:a, event:b]',
      'DEFINITION_KEY_UNKNOWN',
      'is not known',
    ],
    [
      'a step of nothing',
      'steps: [event:a, {id: b}]',
      'DEFINITION_VALUE',
      'must have either feature or event',
    ],
  ])('refuses %s', (_case, words, code, message) => {
    const loaded = load(`funnels: {f: {${words}}}`);
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems).toEqual([
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    ]);
    expect(problems[0]?.place).toMatchObject({ file: 'f.yaml', line: 1 });
  });
});
