/** An event beside a plan of several versions: which one it was held beside is said. */
import { parseTrackingPlan } from '@heartwood/semconv/plan';
import { expect, test } from 'vitest';
import { checkPlanEvent } from './plan-event.ts';

const PLAN = parseTrackingPlan({
  order_paid: {
    schemaVersion: '2-0-0',
    schema: { required: ['total'] },
    earlier: { '1-0-0': { required: ['sum'] } },
  },
});
const OTHER = 'The plan has no version "9-0-0" of it: it was checked against the newest, 2-0-0';

test.each([
  ['the newest where none is named', undefined, '2-0-0', 'Missing required property: total', []],
  ['the newest where it is named', '2-0-0', '2-0-0', 'Missing required property: total', []],
  ['an earlier one', '1-0-0', '1-0-0', 'Missing required property: sum', []],
  [
    'the newest for one that there is not',
    '9-0-0',
    '2-0-0',
    'Missing required property: total',
    [OTHER],
  ],
] as const)('%s is used and said', (_of, schemaVersion, used, error, warnings) => {
  const verdict = checkPlanEvent(PLAN, { event: 'order_paid', properties: {}, schemaVersion });
  expect(verdict).toMatchObject({ schemaVersion: used, errors: [error], warnings });
});

test('no version is said of what is not planned, and without a plan', () => {
  const event = { event: 'odd_done', properties: {}, schemaVersion: '9-0-0' };
  expect(checkPlanEvent(PLAN, event)).toMatchObject({ schemaVersion: null });
  expect(checkPlanEvent(PLAN, event).warnings.join(' ')).not.toContain('9-0-0');
  expect(checkPlanEvent(null, event)).toMatchObject({ valid: true, schemaVersion: null });
});
