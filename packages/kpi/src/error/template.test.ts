import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toTemplate } from './template.ts';

describe('what varies is taken out of a message', () => {
  test.each([
    ['connect ECONNREFUSED 10.0.3.7:5432', 'connect ECONNREFUSED <ip>'],
    ['connect ECONNREFUSED ::1:8080 of fe80::1', 'connect ECONNREFUSED <ip> of <ip>'],
    ['order 4711 took 12ms, not 3.5s', 'order <n> took <n>ms, not <n>s'],
    ['user_17 at 2026-11-22T17:50:01.123Z.', 'user_<n> at <time>.'],
    ['since 2026-11-22 17:50:01+01:00 nothing', 'since <time> nothing'],
    ['on 2026-11-22', 'on <time>'],
    ['no row 0af76519-16cd-43dd-8448-eb211c80319c', 'no row <uuid>'],
    ['job=9f8e7d6c5b4a, id=3', 'job=<hex>, id=<n>'],
    ['at 0xdeadbeef', 'at <hex>'],
    ['mail to ada.l@example.org failed', 'mail to <mail> failed'],
    ["ENOENT: no such file, open '/data/a.db'", 'ENOENT: no such file, open <text>'],
    ['ENOENT: /data/run-1/a.db', 'ENOENT: <path>'],
    [String.raw`cannot open C:\data\a.db`, 'cannot open <path>'],
    [
      'GET https://api.example.org/v1/users/17?key=abc failed',
      'GET https://api.example.org/v1/users/<n>?<text> failed',
    ],
    ['https://10.0.0.1:8443/x', 'https://<ip>/x'],
    [`can't read "a b" of x`, `can't read <text> of x`],
    ["the 'user's name' field", 'the <text> field'],
    ['sha256 of E11000 in utf8', 'sha256 of E11000 in utf8'],
    ['an "open quote', 'an "open quote'],
    ['a\u0000b\u001B[31m\n\n  c', 'a b [<n>m c'],
    ['', ''],
  ])('%s', (message, template) => {
    expect(toTemplate(message)).toBe(template);
  });
});

test('a template is short, has no control character, and a second look changes no number of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (message) => {
      const template = toTemplate(message);
      expect(template).not.toMatch(/\p{Cc}/u);
      expect(template.length).toBeLessThanOrEqual(message.length * 6);
    }),
  );
});

test.each([
  ['a megabyte of digits', '1'.repeat(1_000_000)],
  ['quotation marks alone', '"'.repeat(1_000_000)],
  ['marks that never close', ` '${'a '.repeat(500_000)}`],
  ['dots and colons', '1.:'.repeat(300_000)],
  ['equals signs', '='.repeat(1_000_000)],
  ['slashes', '/.'.repeat(500_000)],
  ['half of a UUID, again and again', '0af76519-16cd-43dd-'.repeat(50_000)],
  ['schemes', 'a://'.repeat(200_000)],
])('%s are read once', (_name, message) => {
  expect(toTemplate(message).length).toBeLessThan(30_000);
});
