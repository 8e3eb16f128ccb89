/** Senders that leave out runs give no rate, even where none of what they sent is what is asked for. */
import { FEATURE_STATUSES } from '@heartwood/semconv';
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdoption } from './adoption.ts';
import { parseDefinitions } from './definition/set.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { findFunnel, readFunnelDetail } from './funnel-report.ts';
import { findHeart, readHeart } from './heart.ts';
import { readKpis } from './kpi.ts';
import { findRetention, readRetentionDetail } from './retention-report.ts';
import type { PlainLog } from './testing/plain-log.ts';
import { landWorld, openTestStore, PLAIN_SPAN, type PlainSpan } from './testing/world.ts';
import { parseWindow } from './window.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 1, 2);
const NOW_MS = Date.UTC(2030, 0, 1);
const WINDOW = parseWindow({ from: '2026-02-02', to: '2026-02-09' }, NOW_MS);
const at = (day: number): bigint => BigInt(START_MS + Math.round(day * DAY_MS)) * 1_000_000n;

const spans: PlainSpan[] = [];
const logs: PlainLog[] = [];
for (let person = 0; person < 40; person++) {
  const shared = { user: `u${String(person)}`, session: null };
  const run = (feature: string, day: number, more: Partial<PlainSpan> = {}): void => {
    const seq = BigInt(spans.length + 1);
    spans.push({ ...PLAIN_SPAN, ...shared, ...more, seq, spanId: seq, feature, startNs: at(day) });
  };
  run('open', 1);
  run('open', 2);
  logs.push({
    ...shared,
    seq: BigInt(10_000 + person),
    timeNs: at(1.005),
    event: 'save_clicked',
    traceId: null,
    service: 'shop',
    feature: null,
    component: null,
    errorType: null,
    attributes: '{}',
  });
  // FEATURE_TRACKING_FAILURES_ONLY: of all who saved, those are known for whom it failed.
  const failed = { filtered: true, featureStatus: FEATURE_STATUSES.indexOf('failed') + 1 };
  if (person % 10 === 0) run('save', 1.01, failed);
  run('print', 1.02);
  // Others, in whose installation only one service leaves out runs.
  const reader = { user: `r${String(person)}` };
  run('read', 1, reader);
  run('like', 1.01, { ...reader, featureStatus: FEATURE_STATUSES.indexOf('success') + 1 });
  run('batch', 1.005, { ...failed, user: person === 0 ? null : 'robot' });
}

const SET = load(`
measures:
  saved: {agg: count, of: {feature: save, status: [SUCCESS]}}
  slow: {agg: count, of: {feature: save, minDuration: 1h}}
  printed: {agg: count, of: {feature: print, status: [SUCCESS]}}
  clicks: {agg: count, of: event:save_clicked}
  opened: {agg: count, of: feature:open}
funnels:
  - {id: any_save, window: 1d, steps: [feature:open, feature:save], breakdown: status}
  - {id: success, window: 1d, steps: [feature:open, {feature: save, status: [SUCCESS]}]}
  - {id: where, window: 1d, steps: [feature:open, {feature: save, where: 'plan = "pro"'}]}
  - {id: print, window: 1d, steps: [feature:open, {feature: print, status: [SUCCESS]}]}
  - {id: strict, order: strict, window: 1d, steps: [feature:open, event:save_clicked]}
  - {id: strict_success, order: strict, window: 1d, steps: [feature:open, {feature: save, status: [SUCCESS]}]}
  - {id: strict_read, order: strict, window: 1d, steps: [feature:read, feature:like]}
  - {id: strict_read_success, order: strict, window: 1d, steps: [feature:read, {feature: like, status: [SUCCESS]}]}
retention:
  - {id: saves, start: feature:open, return: {feature: save, status: [SUCCESS]}, period: day, periods: 1}
  - {id: opens, start: feature:open, return: feature:open, period: day, periods: 1}
adoption:
  - {id: shown_save, feature: save, exposure: event:save_clicked}
  - {id: shown_print, feature: print, exposure: event:save_clicked}
heart:
  - {id: h, feature: save, letters: {taskSuccess: {goal: g, signal: s, metric: {funnel: success}}}}
kpis:
  - {id: any_save, funnel: any_save, target: 0.5, window: 7d}
  - {id: success, funnel: success, target: 0.5, window: 7d}
  - {id: print, funnel: print, target: 0.5, window: 7d}
  - {id: ratio, numerator: saved, denominator: clicks, target: 0.5, window: 7d}
  - {id: ratio_of_runs, numerator: slow, denominator: opened, target: 0.5, window: 7d}
  - {id: ratio_of_print, numerator: printed, denominator: clicks, target: 0.5, window: 7d}
`);

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, spans, logs);
});
afterAll(() => store.close());

const SAID = expect.stringContaining(
  '4 runs and events of what is asked for come from senders that leave out other runs (feature.filter)',
);

describe('rates over senders that leave out runs are null, and it is said', () => {
  test.each(['any_save', 'success', 'where', 'strict', 'strict_success'])(
    'in the funnel %s',
    async (id) => {
      const options = { top: 10, interval: '1d' } as const;
      const found = findFunnel(SET, id);
      const { data, warnings } = await readFunnelDetail(store, WINDOW, found, options, ['x']);
      const none = { rate: null, rateAll: null };
      expect(data).toMatchObject({ entered: 40, ...none, interval: null });
      expect(data.steps).toMatchObject([none, { ...none, fromPrevious: null, dropOff: null }]);
      expect(data.trend?.filter(({ entered }) => entered > 0)).toMatchObject([none]);
      for (const group of data.groups ?? []) expect(group).toMatchObject(none);
      expect(warnings).toContainEqual(SAID);
    },
  );

  test('in KPIs', async () => {
    const { kpis } = await readKpis(store, SET, WINDOW);
    const found = kpis.map(({ id, status, parts }) => [id, status, parts[0]?.value]);
    expect(found).toEqual([
      ['any_save', 'insufficient_data', null],
      ['success', 'insufficient_data', null],
      ['print', 'on_track', 1],
      ['ratio', 'insufficient_data', null],
      ['ratio_of_runs', 'insufficient_data', null],
      ['ratio_of_print', 'on_track', 1],
    ]);
    for (const { status, warnings } of kpis)
      expect(warnings.join().includes('leave out')).toBe(status === 'insufficient_data');
  });

  test('in HEART, retention and adoption', async () => {
    const { data: heart, warnings } = await readHeart(store, WINDOW, findHeart(SET, 'h'));
    expect(heart.letters.taskSuccess).toMatchObject({ value: null, sample: 40 });
    expect(warnings).toContainEqual(SAID);
    const table = await readRetentionDetail(
      store,
      WINDOW,
      findRetention(SET, 'saves'),
      { top: 1 },
      ['x'],
    );
    expect(table.data.series[0]?.mean.map(({ rate }) => rate)).toEqual([null, null]);
    expect(table.warnings).toContainEqual(SAID);
    const { data, warnings: told } = await readAdoption(store, SET, WINDOW, 'shown_save');
    expect(data).toMatchObject({ eligible: 40, tried: 0, breadth: null, viewToUse: null });
    expect(told).toContainEqual(SAID);
  });

  test.each(['strict_read', 'strict_read_success'])(
    'and are there in the strict funnel %s, where none who began had to do with such a sender',
    async (id) => {
      const found = findFunnel(SET, id);
      const { data, warnings } = await readFunnelDetail(store, WINDOW, found, { top: 10 }, ['x']);
      expect(data).toMatchObject({ entered: 40, rate: 1, rateAll: 1 });
      expect(warnings.join()).not.toContain('leave out');
    },
  );

  test('and are there beside such senders, where none of their names is asked for', async () => {
    const options = { top: 10 };
    const print = findFunnel(SET, 'print');
    expect((await readFunnelDetail(store, WINDOW, print, options, ['x'])).data.rate).toBe(1);
    const opens = findRetention(SET, 'opens');
    const { data, warnings } = await readRetentionDetail(store, WINDOW, opens, options, ['x']);
    expect(data.series[0]?.mean[0]?.rate).toBe(1);
    expect(warnings.join()).not.toContain('leave out');
    const adoption = await readAdoption(store, SET, WINDOW, 'shown_print');
    expect(adoption.data).toMatchObject({ eligible: 40, breadth: 1 });
  });
});

function load(text: string): DefinitionSet {
  const read = parseDefinitions([{ name: 'd.yaml', text }], 0);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.set;
}
