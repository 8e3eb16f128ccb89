/** The JSON Schema of definition files judges as the reader does: it refuses nothing that is read, and tells wrong forms. */
import { parseDefinitions } from '@heartwood/kpi';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SCHEMA_FILE } from './docs/definitions-schema.ts';
import { parseGuide } from './docs/guide.ts';

const fits = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(
  JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as object,
);

interface File {
  readonly name: string;
  readonly text: string;
}

const root = path.resolve(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const demo: readonly File[] = readdirSync(path.join(root, 'test/apps/shop/heartwood')).map(
  (name) => ({ name, text: read(`test/apps/shop/heartwood/${name}`) }),
);
const guides: readonly File[] = readdirSync(path.join(root, 'docs/guides')).flatMap((guide) =>
  parseGuide(read(`docs/guides/${guide}`)).flatMap((step) =>
    step.kind === 'file' && step.name.endsWith('.yaml')
      ? [{ name: `${guide} ${step.name}`, text: step.text }]
      : [],
  ),
);

const isRead = (files: readonly File[]): boolean => parseDefinitions(files, 0).ok;

test.each([...demo, ...guides])('$name fits', ({ text }) => {
  expect([fits(parse(text)), fits.errors]).toEqual([true, null]);
});

describe('both take', () => {
  test.each([
    'kpis: ~',
    'goals: {growth: {id: other}}',
    'measures: {m: {agg: count, of: [event:a, {feature: any, status: Success, maxDuration: 1h30m}]}}',
    'retention: {r: {start: {feature: a, occurrence: ANY}, return: feature:any, breakdown: null}}',
    'kpi_mapping: {s: {events: [a, b], calculation: {x: a / b}, target: {x: [{from: 2026-01-01, value: 1}]}}}',
    'file_uploaded: {required_properties: [size], property_types: {size: number}, since: 2024}',
    'events: {a: {since: 2024}}',
  ])('%s', (text) => {
    expect([isRead([{ name: 'a.yaml', text }]), fits(parse(text))]).toEqual([true, true]);
  });
});

describe('both refuse', () => {
  test.each([
    '[]',
    'version: 2',
    'kpi: []',
    'goals: [{title: no id}]',
    'goals: {bad name: {}}',
    'goals: [{id: g, revision: 0}]',
    'measures: {m: {agg: count}}',
    'measures: {m: {agg: counts, of: event:a}}',
    'measures: {m: {agg: count, of: checkout}}',
    'measures: {m: {agg: count, of: {feature: a, event: b}}}',
    'measures: {m: {agg: count, of: {feature: a, status: SUCESS}}}',
    'measures: {m: {agg: count, of: {feature: a, minDuration: 2 days}}}',
    'funnels: {f: {steps: [event:a]}}',
    'funnels: {f: {steps: [event:a, event:b], exclude: [{drops: attempt}]}}',
    'funnels: {f: {steps: [event:a, event:b], order: sideways}}',
    'retention: {r: {start: feature:a}}',
    'adoption: {a: {window: 28}}',
    'heart: {h: {letters: {happiness: {goal: g, signal: s, metric: {feedback: median}}}}}',
    'kpis: {k: {calculation: 1, mesure: m}}',
    'kpis: {k: {measure: m, alert: {}}}',
    'quality: {q: {check: gap, options: {minGaps: 1h}}}',
    'quality: {q: {check: gaps}}',
    'enforcement: {violation: stop}',
    'plan: {name: files}',
    'events: {a: 1}',
  ])('%s', (text) => {
    expect([isRead([{ name: 'a.yaml', text }]), fits(parse(text))]).toEqual([false, false]);
  });
});

const WRONG: readonly unknown[] = [7, -1.5, 'zzz', '', true, null, [], {}, [7], { zzz: 1 }];

/** The value with one of all that stands within it replaced, left out or joined by an unknown key. */
function* changed(value: unknown): Generator {
  yield* WRONG;
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const other of changed(item)) yield value.with(index, other);
    return;
  }
  yield { ...value, zzz: 1 };
  for (const [key, item] of Object.entries(value)) {
    const { [key]: _left, ...rest } = value as Record<string, unknown>;
    yield rest;
    for (const other of changed(item)) yield { ...value, [key]: other };
  }
}

/** Each of the ten wrong values and every kind of place comes up; all changes take minutes. */
const EVERY = 61;

test('wherever the definitions of the demo are changed, nothing is refused that is read', () => {
  let [refused, told, seen] = [0, 0, 0];
  const falseAlarms: string[] = [];
  for (const file of demo) {
    const others = demo.filter(({ name }) => name !== file.name);
    for (const content of changed(parse(file.text))) {
      if (seen++ % EVERY !== 0) continue;
      const text = JSON.stringify(content);
      const [ours, theirs] = [isRead([...others, { name: file.name, text }]), fits(content)];
      if (ours && !theirs) falseAlarms.push(`${text} ${JSON.stringify(fits.errors)}`);
      if (!ours) refused++;
      if (!ours && !theirs) told++;
    }
  }
  expect(falseAlarms).toEqual([]);
  expect(told / refused).toBeGreaterThan(0.5);
}, 120_000);
