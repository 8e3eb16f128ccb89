/** The tracking plan in definition files: whole, split, in its short form, and wrong in every way with its place. */
import { describe, expect, it } from 'vitest';
import type { Loaded } from './kinds.ts';
import { parseDefinitions } from './set.ts';

const read = (files: Readonly<Record<string, string>>): Loaded =>
  parseDefinitions(
    Object.entries(files).map(([name, text]) => ({ name, text })),
    1000,
  );
const told = (loaded: Loaded): string[] =>
  (loaded.ok ? loaded.set.warnings : loaded.problems).map(
    ({ place, severity, code, message, suggestions }) =>
      [
        `${place.file}:${place.line} ${severity} ${code} ${message}`,
        ...(suggestions.length === 0 ? [] : [`? ${suggestions.join(' ')}`]),
      ].join(' '),
  );

const PLAN = `version: 1
plan: {id: app, revision: 12}
enforcement: {unplannedEvent: warn, violation: block}
events:
  file_upload_started:
    schemaVersion: 1-0-0
    schema:
      type: object
      required: [file_type]
      properties:
        file_type: {type: string, enum: [pdf, png]}
`;

describe('the tracking plan of definition files', () => {
  it('is null where no file has a part of it', () => {
    const loaded = read({ 'a.yaml': 'goals: [{id: a}]' });
    expect(loaded).toMatchObject({ ok: true, set: { plan: null } });
  });

  it('is read from one file, whole', () => {
    const loaded = read({ 'plan.yaml': PLAN });
    expect(told(loaded)).toEqual([]);
    const plan = loaded.ok ? loaded.set.plan : null;
    expect(plan?.plan).toMatchObject({ id: 'app', revision: 12 });
    expect([...(plan?.plan.events.keys() ?? [])]).toEqual(['file_upload_started']);
    expect(plan?.place).toEqual({ file: 'plan.yaml', line: 2, path: 'plan' });
    expect(plan?.plan.modes.required_missing).toBe('block');
  });

  it('is one plan over several files, beside other definitions', () => {
    const loaded = read({
      'a.json': '{"events": {"a_b_done": {"required_properties": ["x"]}}}',
      'b.yaml': 'events: {c_d_done: {}}\ngoals: [{id: a}]',
      'c.yaml': 'plan: {id: app}',
    });
    expect(told(loaded)).toEqual([]);
    expect(loaded.ok && [...(loaded.set.plan?.plan.events.keys() ?? [])].toSorted()).toEqual([
      'a_b_done',
      'c_d_done',
    ]);
  });

  it('S4-43 is read from a file of events in their short form', () => {
    const loaded = read({
      'plan.json':
        '{"file_upload_started": {"required_properties": ["file_type"], "property_types": {"file_type": "string"}}}',
    });
    expect(told(loaded)).toEqual([]);
    expect(loaded.ok && loaded.set.plan?.plan.events.has('file_upload_started')).toBe(true);
  });

  it('changes its digest with each word of it, and with nothing else', () => {
    const digest = (text: string): string | undefined => {
      const loaded = read({ 'plan.yaml': text });
      return loaded.ok ? loaded.set.plan?.digest : undefined;
    };
    expect(digest(`# about\n${PLAN}`)).toBe(digest(PLAN));
    expect(digest(PLAN.replace('png', 'gif'))).not.toBe(digest(PLAN));
  });

  it('warns of definitions that name events which are not planned', () => {
    const loaded = read({
      'plan.yaml': PLAN,
      'other.yaml': `measures: [{id: uploads, agg: count, of: event:file_upload_stated}]
funnels:
  - id: upload
    window: 1d
    steps: [{event: file_upload_started}, {event: file_upload_done}]
`,
    });
    expect(loaded.ok).toBe(true);
    expect(told(loaded)).toEqual([
      'other.yaml:1 warning DEFINITION_REFERENCE measures[0] names the event "file_upload_stated", which the tracking plan does not have ? file_upload_started',
      'other.yaml:3 warning DEFINITION_REFERENCE funnels[0] names the event "file_upload_done", which the tracking plan does not have',
    ]);
  });

  it('warns of events that name funnels and KPIs which are not defined', () => {
    const events = `events:
  a_b_done: {funnel: {id: uploads, step: 1}, kpis: [rate]}
  c_d_done: {funnel: {id: upload, step: 1}}
`;
    const loaded = read({
      'plan.yaml': events,
      'f.yaml': `funnels: [{id: upload, window: 1d, steps: [{event: c_d_done}, {event: a_b_done}]}]`,
    });
    expect(told(loaded)).toEqual([
      expect.stringContaining('plan.yaml:2 warning DEFINITION_REFERENCE events.a_b_done'),
    ]);
    expect(told(read({ 'plan.yaml': events }))).toEqual([]);
  });

  it('says everything that is wrong at once, each with its file and line', () => {
    const loaded = read({
      'a.yaml': `plan: {id: app, revision: 0}
enforcement: {violation: blok}
events:
  one:
    schema: {type: object, properties: {size: {type: integr}}}
`,
      'b.yaml': `goals: [{id: a, titel: x}]
events:
  two:
    required_properties: file_type
  one: {}
enforcement: {violation: tag}
`,
    });
    expect(loaded.ok).toBe(false);
    const lines = told(loaded).map((line) => line.split(' ').slice(0, 3).join(' '));
    expect(lines).toEqual([
      'a.yaml:1 error PLAN_INVALID',
      'a.yaml:2 error PLAN_INVALID',
      'a.yaml:5 error PLAN_INVALID',
      'b.yaml:1 error DEFINITION_KEY_UNKNOWN',
      'b.yaml:4 error PLAN_INVALID',
      'b.yaml:5 error DEFINITION_DUPLICATE',
      'b.yaml:6 error DEFINITION_DUPLICATE',
    ]);
    expect(told(loaded).join('\n')).toMatch(/a\.yaml:2 .*\? .*block/u);
  });

  it.each([
    [
      'a schema that turns round in itself',
      'events: {a_b_done: {schema: {$ref: "#/$defs/a", $defs: {a: {$ref: "#/$defs/a"}}}}}',
    ],
    [
      'a pattern that takes time without bound, which is matched in linear time or refused',
      'events: {a_b_done: {schema: {properties: {a: {type: string, pattern: "(a+)+\\\\1$"}}}}}',
    ],
    [
      'a schema 10,000 deep',
      `{"events": {"a": {"schema": ${'{"not":'.repeat(10_000)}{}${'}'.repeat(10_000)}}}}`,
    ],
    ['an event that is called __proto__', '{"events": {"__proto__": {}}}'],
    ['a list of events', 'events: [a, b]'],
    ['a text for a plan', 'plan: hello'],
    ['a keyword that is none', 'events: {a_b_done: {schema: {typ: object}}}'],
  ])('refuses %s', (_case, text) => {
    const loaded = read({ 'plan.yaml': text });
    expect(loaded.ok).toBe(false);
    if (loaded.ok) return;
    for (const { place, severity, code } of loaded.problems) {
      expect(place).toMatchObject({ file: 'plan.yaml' });
      expect(place.line).toBeGreaterThan(0);
      expect([severity, code]).toEqual(['error', expect.stringMatching(/^(?:PLAN|DEFINITION)_/u)]);
    }
  });
});
