/** Every way out of a process under our preload: what arrives, the exit code, the delay; and the page that says so. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { REGISTER } from '../system/app-process.ts';
import { EXIT_MATRIX_FILE, isUpToDate } from './document.ts';
import { takeWay } from './measure.ts';
import { WAYS } from './ways.ts';

/** 2 s are promised; a busy machine takes its own time to end a process. */
const LONGEST_MS = 5000;

describe('a process ends', () => {
  test.each(WAYS.map((way) => [way.name, way] as const))('%s', async (_, way) => {
    const { delivered, end, endMs } = await takeWay(way, REGISTER);
    expect({ delivered, end }).toEqual({ delivered: way.delivered, end: way.end });
    // A thread's end is not a process's: it has no delay of its own.
    expect(endMs ?? 0).toBeLessThan(LONGEST_MS);
  });
});

test('the page has these ways, with what is promised of ours', () => {
  expect(isUpToDate(readFileSync(EXIT_MATRIX_FILE, 'utf8'))).toBe(true);
});
