/** Holds the words of the command line equal to those of the API. */
import { ROUTES } from '@heartwood/api/contract';
import { describe, expect, test } from 'vitest';
import { FEATURE_COLUMNS } from './commands/feature-columns.ts';
import { SORTS } from './commands/list-features.ts';
import { HEALTHS } from './commands/monitor-operations.ts';
import { RECORD_COLUMNS } from './commands/record-columns.ts';
import { SESSION_COLUMNS } from './commands/session-columns.ts';
import {
  DETAIL,
  FEATURES,
  HOSTILE_FEATURES,
  NO_FEATURES,
  RECORDS,
  recordsPage,
} from './testing/canned.ts';

test('the orders are those of the API', () => {
  expect(SORTS).toEqual(ROUTES.listFeatures.query.shape.sort.unwrap().options);
});

test('the words for how operations do are those of the API', () => {
  const { health } = ROUTES.followOperations.query.shape;
  expect(HEALTHS).toEqual(health.unwrap().element.options);
});

test('every field of a feature has a column', () => {
  expect(FEATURE_COLUMNS.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(ROUTES.listFeatures.answer.shape.data.element.shape).toSorted(),
  );
});

test('every field of a run has a column', () => {
  expect(RECORD_COLUMNS.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(ROUTES.listRecords.answer.shape.data.element.shape).toSorted(),
  );
});

test('every field of a session has a column', () => {
  expect(SESSION_COLUMNS.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(ROUTES.listSessions.answer.shape.data.element.shape).toSorted(),
  );
});

describe('the answers that the tests give', () => {
  test.each([
    ['features', ROUTES.listFeatures, FEATURES],
    ['no features', ROUTES.listFeatures, NO_FEATURES],
    ['hostile features', ROUTES.listFeatures, HOSTILE_FEATURES],
    ['a feature', ROUTES.readFeature, DETAIL],
    ['runs', ROUTES.listRecords, RECORDS],
    ['a page of runs', ROUTES.listRecords, recordsPage(3, '12')],
  ])('fit the contract: %s', (_name, route, answer) => {
    expect(route.answer.safeParse(answer).error).toBeUndefined();
  });
});
