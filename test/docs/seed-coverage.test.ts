/** Holds that every wish which concerns the app or the server's numbers has a test, and that the page which says so is up to date. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  countIds,
  COVERAGE_FILE,
  misplacedIds,
  renderCoverage,
  uncoveredIds,
} from './seed-coverage.ts';

test('every id of the app side and of the server side has a test whose title begins with it', () => {
  expect(uncoveredIds()).toEqual([]);
});

test('every id has one place', () => {
  expect(misplacedIds()).toEqual([]);
  expect(countIds()).toBe(315);
});

test('the page is what the titles of tests say', () => {
  expect(readFileSync(COVERAGE_FILE, 'utf8')).toBe(renderCoverage());
});
