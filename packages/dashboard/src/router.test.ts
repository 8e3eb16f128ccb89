/** The address: every view comes back from its link, and no address breaks the page. */
import { describe, expect, test } from 'vitest';
import { type View, parseView, toHash } from './router.ts';

const plain = parseView('');

describe('a link', () => {
  test('to the first page as it comes is the shortest', () => {
    expect(toHash(plain)).toBe('#/');
  });

  const views: [string, Partial<View>][] = [
    ['a preset', { range: { kind: 'since', since: '7d' } }],
    [
      'two moments',
      {
        range: {
          kind: 'between',
          from: '2026-11-01T00:00:00.000Z',
          to: '2026-11-03T12:30:00.000Z',
        },
      },
    ],
    ['a bucket length', { interval: '1h' }],
    ['all filters', { filter: { category: 'a&b=c', service: 'shop #1', status: 'failed' } }],
    ['a search', { search: 'GET /x?y=%20' }],
    ['an order', { sort: { key: 'p95Ms', descending: true } }],
    ['an ascending order', { sort: { key: 'feature', descending: false } }],
    ['a measure', { measure: 'latency' }],
    ['a trace', { page: { kind: 'trace', traceId: '0af7651916cd43dd8448eb211c80319c' } }],
    ['the system', { page: { kind: 'system' } }],
    ['a feature', { page: { kind: 'feature', name: 'checkout' } }],
    ['a feature with slashes', { page: { kind: 'feature', name: 'GET /products/:id?x#y' } }],
    [
      'a hostile feature',
      { page: { kind: 'feature', name: '<img src=x onerror="a()">%zz\u202e' } },
    ],
  ];
  test.each(views)('carries %s', (_name, change) => {
    const view = { ...plain, ...change };
    expect(parseView(toHash(view))).toEqual(view);
  });
});

describe('an address that cannot be understood', () => {
  test.each([
    ['an unknown order', '#/?sort=colour'],
    ['an unknown length', '#/?since=often'],
    ['a length of zero', '#/?since=0h'],
    ['an end before the start', '#/?from=2026-11-03T00:00:00Z&to=2026-11-01T00:00:00Z'],
    ['a moment that is none', '#/?from=yesterday&to=x'],
    ['an interval with thousands of buckets', '#/?interval=1m'],
    ['an unknown status', '#/?status=green'],
    ['an unknown measure', '#/?chart=pie'],
  ])('falls back to the default: %s', (_name, hash) => {
    expect(parseView(hash)).toEqual(plain);
  });

  test.each(['#/nowhere', '#/features/%zz', '#/traces/'])('is told as missing: %s', (hash) => {
    expect(parseView(hash).page.kind).toBe('unknown');
  });
});
