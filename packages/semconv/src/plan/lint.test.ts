/** Findings about plans that can be read. */
import { expect, test } from 'vitest';
import { parseTrackingPlan, type PlanDocument } from '../plan.ts';
import { lintPlan, type LintKnowledge } from './lint.ts';

const findings = (events: PlanDocument, known?: LintKnowledge, plan?: unknown): string[] =>
  lintPlan(parseTrackingPlan({ ...(plan !== undefined && { plan }), events }), known).map(
    ({ severity, rule, event, path }) =>
      [severity, rule, event, path].filter((part) => part !== '').join(' '),
  );
const typed = (type: string): unknown => ({ schema: { properties: { size: { type } } } });

test.each<[string, PlanDocument, LintKnowledge, string[]]>([
  ['nothing', { file_upload_started: {} }, {}, []],
  ['S4-42: tense', { file_upload_start: {} }, {}, ['warning event_name file_upload_start']],
  ['S4-42: case', { FileUploadStarted: {} }, {}, ['warning event_name FileUploadStarted']],
  [
    'case of a property',
    { a_done: { schema: { properties: { fileSize: {} } } } },
    {},
    ['warning property_name a_done fileSize'],
  ],
  [
    'one event twice',
    { file_upload_started: {}, 'file.upload_started': {} },
    {},
    ['error duplicate_event file.upload_started'],
  ],
  [
    'one step twice, and one that is not there',
    {
      a_done: { funnel: { id: 'f', step: 1 } },
      b_done: { funnel: { id: 'f', step: 1 } },
      c_done: { funnel: { id: 'f', step: 3 } },
    },
    {},
    ['warning duplicate_step b_done', 'warning step_gap c_done'],
  ],
  [
    'one name for two types',
    { a_done: typed('integer'), b_done: typed('string') },
    {},
    ['warning property_type_differs b_done size'],
  ],
  [
    'a required property without rules',
    { a_done: { schema: { required: ['x'] } } },
    {},
    ['warning required_untyped a_done x'],
  ],
  [
    'personal data that is not there',
    { a_done: { pii: { x: 'redact' }, schema: {} } },
    {},
    ['error pii_unknown a_done x'],
  ],
  [
    'personal data behind a reference, which is stored as it is sent',
    {
      a_done: {
        pii: { home: 'redact', kind: 'none' },
        schema: {
          $defs: { base: { properties: { home: { type: 'string' }, kind: {} } } },
          required: ['home'],
          $ref: '#/$defs/base',
        },
      },
    },
    {},
    ['warning pii_kept a_done home'],
  ],
  [
    'references to nothing',
    { a_done: { funnel: 'checkout', kpis: ['rate', 'sales'] } },
    { funnels: ['upload'], kpis: ['sales'] },
    ['error unknown_funnel a_done', 'error unknown_kpi a_done'],
  ],
  [
    'references that nobody can look up',
    { a_done: { funnel: 'checkout', kpis: ['rate'] } },
    {},
    [],
  ],
  [
    'what was never seen, and what is not planned',
    { a_done: {}, b_done: { status: 'draft' }, c_done: { status: 'deprecated' } },
    { seen: ['x_done', 'session.start', 'feature.viewed', 'exception'] },
    ['warning never_seen a_done', 'warning not_planned x_done'],
  ],
])('%s', (_, events, known, expected) => {
  expect(findings(events, known)).toEqual(expected);
});

test('names that break a rule that the plan has are errors', () => {
  const naming = { case: 'camel', pattern: 'object_action_state' };
  expect(
    findings({ fileUploadStarted: {}, fileUploadStart: {}, a_done: {} }, {}, { naming }),
  ).toEqual(['error event_name a_done', 'error event_name fileUploadStart']);
});

test('a finding says what would be right', () => {
  const [finding] = lintPlan(parseTrackingPlan({ file_upload_start: {} }));
  expect(finding?.message).toBe(
    '"file_upload_start" should be made as object_action_state, as file_upload_completed',
  );
});
