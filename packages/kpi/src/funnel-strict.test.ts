/** What stands between two steps of a strict order and breaks no chain, because nobody did it: routes beside runs, signs of life. */
import { FEATURE_STATUSES } from '@heartwood/semconv';
import type { EventSelector, Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFunnel } from './funnel.ts';
import { describeFunnel, type FunnelRule } from './funnel-rule.ts';
import type { PlainLog } from './testing/plain-log.ts';
import { landWorld, openTestStore, PLAIN_SPAN, type PlainSpan } from './testing/world.ts';
import { parseWindow } from './window.ts';

const START_MS = Date.UTC(2026, 2, 2);
const ROUTE = 'POST /checkout';
const HEARTBEAT = 'feature.operation.heartbeat';
const USERS = ['u1', 'u2', 'u3'];
const at = (seconds: number): bigint => BigInt(START_MS + seconds * 1000) * 1_000_000n;

/** The instrumentation of HTTP gives the route the user and the trace of the run around it. */
const spans = USERS.flatMap((user, person) =>
  ['add', ROUTE, 'checkout', 'start', 'end', 'share', 'ask', 'answer'].map(
    (feature, index): PlainSpan => {
      const seq = BigInt(person * 10 + index + 1);
      return {
        ...PLAIN_SPAN,
        seq,
        spanId: seq,
        traceId: (person + 1).toString(16).padStart(32, '0'),
        user,
        feature,
        mapped: feature === ROUTE,
        featureStatus: FEATURE_STATUSES.indexOf(feature === ROUTE ? 'failed' : 'success') + 1,
        startNs: at(index),
      };
    },
  ),
);
const logs = USERS.flatMap((user, person) =>
  [
    [HEARTBEAT, 3.5] as const,
    ['session.shared', 5.5] as const,
    ['feature.feedback', 6.5] as const,
  ].map(([event, seconds], index): PlainLog => ({
    seq: BigInt(100 + person * 10 + index),
    timeNs: at(seconds),
    event,
    traceId: null,
    service: 'shop',
    feature: 'start',
    component: null,
    errorType: null,
    session: null,
    user,
    attributes: '{}',
  })),
);

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, spans, logs);
});
afterAll(() => store.close());

const run = (name: string): EventSelector => ({ source: 'run', names: [name] });
const ANY_RUN: EventSelector = { source: 'run', names: 'any' };
const ANY_EVENT: EventSelector = { source: 'event', names: 'any' };

const strictly = (steps: readonly string[], change: Partial<FunnelRule> = {}): FunnelRule => ({
  unit: 'user',
  order: 'strict',
  steps: steps.map((name) => ({ id: name, selector: run(name), optional: false })),
  windowNs: 3_600_000_000_000n,
  stepWindowNs: null,
  entry: 'best',
  ties: 'lenient',
  holdConstant: [],
  exclude: [],
  universe: null,
  attribution: 'first',
  filter: null,
  ...change,
});
/** Names the route, and asks for the status that it has not. */
const ENDED: FunnelRule['steps'] = [
  { id: 'add', selector: run('add'), optional: false },
  {
    id: 'paid',
    selector: { source: 'run', names: [ROUTE, 'checkout'], statuses: ['success'] },
    optional: false,
  },
];
const [bought, worked] = [
  ['add', 'checkout'],
  ['start', 'end'],
];

test.each<[string, FunnelRule, number]>([
  ['a route that a mapping named', strictly(bought), 3],
  ['it within a trace', strictly(bought, { unit: 'trace' }), 3],
  ['it between steps of an attempt', strictly(bought, { unit: 'attempt' }), 3],
  ['it as a step', strictly(['add', ROUTE, 'checkout']), 3],
  [
    'it where a step names it and asks for how it did not end',
    strictly(bought, { steps: ENDED }),
    0,
  ],
  ['it where the universe names it', strictly(bought, { universe: [run(ROUTE)] }), 0],
  ['it where the universe takes any run', strictly(bought, { universe: [ANY_RUN] }), 0],
  ['a run of the app', strictly(['add', 'start']), 0],
  ['an event that an SDK sent of itself', strictly(worked), 3],
  ['an event of the app that is named like those', strictly(['share', 'ask']), 0],
  ['feedback', strictly(['ask', 'answer']), 0],
  ['it where the universe takes any event', strictly(worked, { universe: [ANY_EVENT] }), 3],
  [
    'it where the universe names it',
    strictly(worked, { universe: [{ source: 'event', names: [HEARTBEAT] }] }),
    0,
  ],
])('between two steps: %s', async (_case, rule, converted) => {
  const window = parseWindow({ from: '2026-03-02', to: '2026-03-03' }, Date.UTC(2030, 0, 1));
  const { series } = await readFunnel(store, window, rule, {});
  expect(series[0]).toMatchObject({ entered: 3, converted });
});

test('what a strict order passes over stands in its words', () => {
  expect(describeFunnel(strictly(bought))).toContain(
    'then directly a run of checkout (nothing else of their runs and events between, where runs that a mapping named and events that SDKs send of themselves count only if the funnel names them)',
  );
  expect(describeFunnel(strictly(bought, { universe: [ANY_EVENT] }))).toContain(
    '(nothing else of the universe between)',
  );
});
