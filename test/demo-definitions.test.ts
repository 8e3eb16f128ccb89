/** The definitions of the demo shop are valid, speak of what the shop really does, and show every form. */
import { parseDefinitions, type DefinitionSet } from '@heartwood/kpi';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const shop = path.join(import.meta.dirname, 'apps/shop');
const folder = path.join(shop, 'heartwood');

const loaded = parseDefinitions(
  readdirSync(folder).map((name) => ({
    name,
    text: readFileSync(path.join(folder, name), 'utf8'),
  })),
  0,
);

function readSet(): DefinitionSet {
  expect(loaded).toMatchObject({ ok: true, set: { warnings: [] } });
  if (!loaded.ok) throw new Error('the definitions are not valid');
  return loaded.set;
}

/** Names that the definitions have selectors of, as `run:checkout` or `event:order_placed`. */
function namesIn(value: unknown): string[] {
  if (value instanceof Map) return [...value.values()].flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  const { source, names } = value as { source?: unknown; names?: unknown };
  if (typeof source === 'string' && Array.isArray(names))
    return names.map((name) => `${source}:${String(name)}`);
  return Object.values(value).flatMap(namesIn);
}

test('the shop has every feature and sends every event that its definitions name', () => {
  const app = readFileSync(path.join(shop, 'app.mjs'), 'utf8');
  const done = new Set(
    [...app.matchAll(/(tracedFeature|trackEvent)\(\s*'([^']+)'/gu)].map(
      ([, by, name]) => `${by === 'trackEvent' ? 'event' : 'run'}:${String(name)}`,
    ),
  );
  const set = readSet();
  const named = new Set([
    ...namesIn(set),
    ...[...set.adoptions.values()].map(({ feature }) => `run:${feature}`),
  ]);
  expect([...named].filter((name) => !done.has(name))).toEqual([]);
  expect(named.size).toBeGreaterThan(7);
});

describe('they show every form', () => {
  test('of KPIs: ratio, measure, calculation, parts, short form, and what other definitions say', () => {
    const kpis = [...readSet().kpis.values()];
    expect(new Set(kpis.map(({ formula }) => formula.type))).toEqual(
      new Set(['simple', 'ratio', 'derived', 'conversion', 'retention', 'adoption', 'heart']),
    );
    expect(kpis.some(({ window }) => window.kind === 'calendar')).toBe(true);
    expect(kpis.some(({ direction, baseline }) => direction === 'down' && baseline !== null)).toBe(
      true,
    );
    expect(kpis.some(({ targets }) => targets.size > 1)).toBe(true);
    expect(kpis.some(({ targets }) => (targets.get('')?.length ?? 0) > 1)).toBe(true);
  });

  test('of funnels: each order, optional steps, exclusions, a breakdown', () => {
    const funnels = [...readSet().funnels.values()];
    expect(new Set(funnels.map(({ rule }) => rule.order))).toEqual(
      new Set(['ordered', 'strict', 'any']),
    );
    expect(funnels.some(({ rule }) => rule.steps.some(({ optional }) => optional))).toBe(true);
    expect(funnels.some(({ rule }) => rule.exclude.length > 0)).toBe(true);
    expect(funnels.some(({ breakdown }) => breakdown !== null)).toBe(true);
  });

  test('of HEART: every letter, by a table, a funnel and runs', () => {
    const letters = [...readSet().hearts.values()].map((heart) => [...heart.letters]);
    expect(new Set(letters.flat().map(([letter]) => letter)).size).toBe(5);
    const kinds = letters.flat().map(([, { basis }]) => basis.kind);
    expect(new Set(kinds)).toEqual(
      new Set(['feedback', 'engagement', 'adoption', 'retention', 'success', 'funnel']),
    );
  });

  test('of retention and adoption: by criterion, with and without exposure', () => {
    const { retention, adoptions } = readSet();
    expect(new Set([...retention.values()].map(({ rule }) => rule.criterion))).toEqual(
      new Set(['on', 'on_or_after']),
    );
    const exposed = [...adoptions.values()].map(({ rule }) => rule.exposure !== null);
    expect(new Set(exposed)).toEqual(new Set([true, false]));
  });

  test('of the tracking plan: every event that the shop sends, with types, words and ranges', () => {
    const app = readFileSync(path.join(shop, 'app.mjs'), 'utf8');
    const sent = [...app.matchAll(/trackEvent\(\s*'([^']+)'/gu)].map(([, name]) => name);
    expect(new Set(readSet().plan?.plan.events.keys())).toEqual(new Set(sent));
  });

  test('of data quality: for one subject, for all, and left out', () => {
    const quality = [...readSet().quality.values()];
    expect(new Set(quality.map(({ enabled }) => enabled))).toEqual(new Set([true, false]));
    expect(new Set(quality.map(({ subject }) => subject !== null))).toEqual(new Set([true, false]));
  });
});
