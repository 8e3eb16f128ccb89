/** What is said on stderr, and how often. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { warn, warnOnce } from './report.ts';

const said: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockImplementation((text: string) => said.push(text));
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  said.length = 0;
});

describe('warnings', () => {
  it('come at most once a minute for each topic', () => {
    warn('a', 'first');
    warn('a', 'too soon');
    warn('b', 'other topic');
    vi.advanceTimersByTime(60_000);
    warn('a', 'a minute later');
    expect(said).toEqual([
      'heartwood: first',
      'heartwood: other topic',
      'heartwood: a minute later',
    ]);
  });

  it('come once in the life of the process when they are to', () => {
    warnOnce('c', 'once');
    vi.advanceTimersByTime(3_600_000);
    warnOnce('c', 'again');
    expect(said).toEqual(['heartwood: once']);
  });
});

it('nothing in a warning acts on a terminal', () => {
  warnOnce('hostile', 'sizes of "\u001B]0;evil\u0007\u202E" failed:\nat a');
  expect(said).toEqual(['heartwood: sizes of " ]0;evil " failed: at a']);
});

it('a topic for each feature is said for twenty of them, and costs no more memory than that', () => {
  for (let i = 0; i < 1000; i++) warnOnce(`limits:feature-${i}`, `limits of ${i}`);
  expect(said).toHaveLength(20);
  warnOnce('other', 'something else is still said');
  expect(said.at(-1)).toBe('heartwood: something else is still said');
});
