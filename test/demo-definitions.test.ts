/** The definitions of the demo shop are valid, and speak of features that the shop has. */
import { parseDefinitions } from '@heartwood/kpi';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const shop = path.join(import.meta.dirname, 'apps/shop');
const folder = path.join(shop, 'heartwood');
const texts = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(path.join(folder, name), 'utf8'),
}));

test('the shop has every feature that its definitions name', () => {
  const loaded = parseDefinitions(texts, 0);
  const set = loaded.ok ? loaded.set : undefined;
  expect(loaded).toMatchObject({ ok: true, set: { warnings: [] } });
  const app = readFileSync(path.join(shop, 'app.mjs'), 'utf8');
  const features = new Set(
    [...app.matchAll(/tracedFeature\(\s*'([^']+)'/gu)].map(([, one]) => one),
  );
  const named = [...(set?.measures.values() ?? [])].flatMap(({ of }) =>
    of.flatMap(({ names }) => names),
  );
  expect(named.filter((name) => !features.has(name))).toEqual([]);
  expect(new Set(named).size).toBeGreaterThan(5);
});

test('its KPIs show every form: ratio, measure, calculation, parts, short form', () => {
  const loaded = parseDefinitions(texts, 0);
  const kpis = loaded.ok ? [...loaded.set.kpis.values()] : [];
  expect(new Set(kpis.map(({ formula }) => formula.type))).toEqual(
    new Set(['simple', 'ratio', 'derived']),
  );
  expect(kpis.some(({ window }) => window.kind === 'calendar')).toBe(true);
  expect(kpis.some(({ direction, baseline }) => direction === 'down' && baseline !== null)).toBe(
    true,
  );
  expect(kpis.some(({ targets }) => targets.size > 1)).toBe(true);
  expect(kpis.some(({ targets }) => (targets.get('')?.length ?? 0) > 1)).toBe(true);
});
