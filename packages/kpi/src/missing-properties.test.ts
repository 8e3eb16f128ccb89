/** Properties that decide who is counted and that nothing has, or not everything: an answer says so. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAdoption } from './adoption.ts';
import { readAdoptions } from './adoption-table.ts';
import { parseDefinitions } from './definition/set.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { findFunnel, readFunnelDetail } from './funnel-report.ts';
import { readKpis } from './kpi.ts';
import type { PlainLog } from './testing/plain-log.ts';
import { landWorld, openTestStore, PLAIN_SPAN } from './testing/world.ts';
import { parseWindow } from './window.ts';

const AT_NS = BigInt(Date.UTC(2026, 1, 3)) * 1_000_000n;
const WINDOW = parseWindow({ from: '2026-02-02', to: '2026-02-09' }, Date.UTC(2030, 0, 1));

const SET = load(`
funnels:
  - {id: whole, window: 1d, holdConstant: [order], steps: [event:started, event:done]}
  - {id: mistyped, window: 1d, holdConstant: [dokument], steps: [event:started, event:done]}
  - {id: part, window: 1d, holdConstant: [document], steps: [event:started, event:done], breakdown: document}
  - {id: any, window: 1d, order: any, holdConstant: [document], steps: [event:started, event:done]}
  - {id: scoped, window: 1d, holdConstant: [document], where: 'document exists', steps: [event:started, event:done]}
  - {id: actors, window: 1d, where: 'dokument = "d"', scope: actors, steps: [event:started, event:done]}
  - {id: one_step, window: 1d, where: 'size > 1', scope: actors, steps: [event:started, event:done]}
  - {id: other_step, window: 1d, where: 'size > 1', scope: actors, breakdown: {by: document, attribution: 'step:started'}, steps: [{id: started, event: started}, {id: done, event: done}]}
adoption:
  - {id: mistyped, feature: x, eligible: 'paln = "pro"'}
  - {id: shown, feature: x, exposure: event:started, eligible: 'plan = "pro"'}
kpis:
  - {id: on_funnel, funnel: mistyped, window: 7d}
  - {id: on_actors, funnel: actors, window: 7d}
  - {id: on_adoption, adoption: mistyped, metric: adoptionRate, window: 7d}
`);

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  const people = Array.from({ length: 40 }, (_, person) => ({
    person,
    user: `u${String(person)}`,
    session: null,
    // Ten of forty begin without a document.
    attributes: { order: 1, ...(person < 30 ? { document: 'd' } : {}) },
  }));
  await landWorld(
    store,
    people.map(({ person, user, session }) => ({
      ...PLAIN_SPAN,
      user,
      session,
      seq: BigInt(person + 1),
      spanId: BigInt(person + 1),
      startNs: AT_NS,
      feature: 'x',
      attributes: '{"plan":"pro"}',
    })),
    people.flatMap(({ person, user, session, attributes }) =>
      ['started', 'done'].map((event, index): PlainLog => ({
        seq: BigInt(1000 + 2 * person + index),
        timeNs: AT_NS + BigInt(index),
        event,
        traceId: null,
        service: null,
        feature: null,
        component: null,
        errorType: null,
        session,
        user,
        attributes: JSON.stringify({ ...attributes, ...(index === 0 ? {} : { size: 2 }) }),
      })),
    ),
  );
});
afterAll(() => store.close());

const none = (of: string, key: string, near: string): string =>
  `None of the newest events of ${of} has the property "${key}", or "${near}" was meant.`;

test.each([
  ['whole', 40, []],
  [
    'mistyped',
    0,
    [
      none('started', 'dokument', 'document'),
      none('done', 'dokument', 'document'),
      '40 of 40 first steps (100.0 %) lack dokument, which all steps must have alike: they are left out.',
    ],
  ],
  [
    'part',
    30,
    [
      '10 of 40 first steps (25.0 %) lack document, which all steps must have alike: they are left out.',
    ],
  ],
  [
    'any',
    30,
    ['20 of 80 steps (25.0 %) lack document, which all steps must have alike: they are left out.'],
  ],
  ['scoped', 30, []],
  [
    'actors',
    0,
    [
      'None of the newest events of started and events of done has the property "dokument", or "document" was meant.',
    ],
  ],
  // It is enough that one of the steps has it, unless attribution asks one of them.
  ['one_step', 40, []],
  [
    'other_step',
    0,
    ['None of the newest events of started has the property "size": check its name.'],
  ],
] as const)('the funnel %s has %i entries and says', async (id, entered, said) => {
  const funnel = findFunnel(SET, id);
  const { data, warnings, explain } = await readFunnelDetail(store, WINDOW, funnel, { top: 5 }, [
    'x',
  ]);
  expect(data.entered).toBe(entered);
  expect(warnings).toEqual(said);
  const held = explain.statements.filter(({ name }) => name === 'all: held');
  expect(held).toHaveLength(funnel.rule.holdConstant.length);
});

const PALN = 'None of the newest runs and events has the property "paln", or "plan" was meant.';

test('the condition of who is eligible is looked at, in the table too', async () => {
  expect((await readAdoption(store, SET, WINDOW, 'mistyped')).warnings).toContain(PALN);
  // Who was shown it has no plan, and who used it has one.
  expect((await readAdoption(store, SET, WINDOW, 'shown')).warnings.join()).not.toContain(
    'None of',
  );
  const { warnings } = await readAdoptions(store, SET, WINDOW, { limit: 10 });
  expect(warnings).toContain(`mistyped: ${PALN}`);
});

test('and so are those of what a KPI stands on', async () => {
  const { kpis } = await readKpis(store, SET, WINDOW);
  expect(kpis.map(({ warnings }) => warnings)).toEqual([
    expect.arrayContaining([none('started', 'dokument', 'document')]),
    expect.arrayContaining([expect.stringContaining('has the property "dokument"')]),
    expect.arrayContaining([PALN]),
  ]);
});

function load(text: string): DefinitionSet {
  const read = parseDefinitions([{ name: 'd.yaml', text }], 0);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.set;
}
