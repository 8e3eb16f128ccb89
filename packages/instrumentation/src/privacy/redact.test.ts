/** What is taken out of facts and texts before they leave, and what stays. */
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig, type FeatureConfig } from '../settings/config.ts';
import { isExcluded, rawUserIdsOf, toUserIdentity } from './privacy.ts';
import { nameUser, redactAndCut, redactAttributes, redactText } from './redact.ts';

const plain: FeatureConfig = readConfig({});
const withSettings = (settings: Partial<FeatureConfig>): FeatureConfig => ({
  ...plain,
  ...settings,
});

const keyed = withSettings({ hashKey: 'k'.repeat(32) });

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((text: string) => said.push(text));
});
afterEach(() => vi.restoreAllMocks());

describe('keys', () => {
  it.each([
    'password',
    'userPassword',
    'USER_PASSWORD',
    'db.password.old',
    'passwd',
    'token',
    'accessToken',
    'access-token',
    'accesstoken',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'Set-Cookie',
    'secret',
    'clientSecret',
    'apiKey',
    'api_key',
    'X-API-Key',
    'apikey',
    'AWSAccessKey',
    'privateKey',
    'credentials',
    'feature.metadata.password',
    'email',
    'e-mail',
    'userId',
    'user.id',
    'enduser.id',
    'firstName',
    'phone',
    'client.ipAddress',
  ])('%s is kept back by default', (key) => {
    expect(redactAttributes({ [key]: 'x', fine: 1 }, plain)).toEqual({ fine: 1 });
  });

  it.each([
    'rows',
    'format',
    'input_tokens',
    'tokenizer',
    'monkey',
    'key',
    'keyboard',
    'author',
    'secretary',
    'emails_sent',
    'name',
  ])('%s leaves', (key) => {
    const attributes = { [key]: 1 };
    expect(redactAttributes(attributes, plain)).toBe(attributes);
  });

  it('of people leave when ids are not to be anonymous; those of secrets never do', () => {
    const raw = withSettings({ anonymize: false });
    expect(redactAttributes({ userId: 'ada', email: 'a@b.org', password: 'x' }, raw)).toEqual({
      userId: 'ada',
      email: 'a@b.org',
    });
  });

  it.each<[string, Partial<FeatureConfig>, Record<string, number>, string[]]>([
    ['a word', { redactKeys: ['customer'] }, { customerName: 1, customers: 1 }, ['customers']],
    ['two words', { redactKeys: ['order number'] }, { orderNumber: 1, order: 1 }, ['order']],
    ['a beginning', { redactKeys: ['billing.*'] }, { 'billing.a': 1, billing: 1 }, ['billing']],
    ['a pattern', { redactKeys: ['/^x-/i'] }, { 'X-Trace': 1, 'ax-': 1 }, ['ax-']],
    ['signs only', { redactKeys: ['§'] }, { '§': 1, a: 1 }, ['a']],
    [
      'everything but what is allowed',
      { redactKeys: ['*'], allowKeys: ['a', 'b.*'] },
      { a: 1, 'b.c': 1, c: 1 },
      ['a', 'b.c'],
    ],
    [
      'an exception from the defaults',
      { allowKeys: ['token_count'] },
      { token_count: 1, token: 1 },
      ['token_count'],
    ],
    ['a pattern that cannot be read: everything', { redactKeys: ['/(/'] }, { a: 1 }, []],
    [
      'an exception that cannot be read: nothing',
      { allowKeys: ['/(/'] },
      { token: 1, a: 1 },
      ['a'],
    ],
  ])('of the settings may be %s', (_, settings, attributes, left) => {
    expect(Object.keys(redactAttributes(attributes, withSettings(settings)))).toEqual(left);
  });

  it('that hold what may not leave go with their value', () => {
    const attributes = { 'visits.ada@example.org': 3, ok: 1 };
    expect(redactAttributes(attributes, plain)).toEqual({ ok: 1 });
  });
});

describe('texts', () => {
  it.each([
    ['login failed: password=hunter2', 'login failed: password=[redacted]'],
    ['{"password":"hun\\"ter2","a":1}', '{"password":[redacted],"a":1}'],
    ['{\\"apiKey\\":\\"k-1\\",\\"a\\":1}', '{\\"apiKey\\":[redacted],\\"a\\":1}'],
    ["{ clientSecret: 'abc def' }", '{ clientSecret: [redacted] }'],
    ['run --token=abc123 now', 'run --token=[redacted] now'],
    ['GET /a?access_token=abc&b=1', 'GET /a?access_token=[redacted]&b=1'],
    ['Authorization: Basic YWRhOnB3\nHost: a', 'Authorization: [redacted]\nHost: a'],
    ['sent Cookie: a=1; b=2', 'sent Cookie: [redacted]'],
    ['got Bearer abc.def-123', 'got Bearer [redacted]'],
    ['postgres://app:pw@db:5432/shop', 'postgres://[redacted]@db:5432/shop'],
    ['bad eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sflKxwRJSM here', 'bad [redacted] here'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- x', '[redacted] x'],
    ['-----BEGIN PRIVATE KEY-----\nMIIcut', '[redacted]'],
    ['no account for ada.b+c@example.co.uk.', 'no account for [redacted].'],
    ['userId: 4711 is unknown', 'userId: [redacted] is unknown'],
    ['a: b: token : x', 'a: b: token : [redacted]'],
    ['token=a,secret=b;c=d', 'token=[redacted],secret=[redacted];c=d'],
  ])('%j leaves as %j', (text, left) => {
    expect(redactText(text, plain)).toBe(left);
    expect(redactText(left, plain)).toBe(left);
  });

  it.each([
    "Cannot read properties of undefined (reading 'x')",
    'at Token.parse (/srv/app/token.js:12:5)\n    at cookie.ts:7:1',
    'a basic understanding of bearer bonds',
    'connect ECONNREFUSED 127.0.0.1:4318',
    'http://example.org/a:b@c',
    'lodash@4.17.21 is old',
    'ratio: 3:4, key = value',
  ])('%j stays as it is', (text) => {
    expect(redactText(text, plain)).toBe(text);
  });

  it.each<[Partial<FeatureConfig>, string, string]>([
    [{ redactValues: ['ACME'] }, 'sold to ACME, ACME', 'sold to [redacted], [redacted]'],
    [{ redactValues: ['internal:*'] }, 'internal:a', '[redacted]'],
    [{ redactValues: ['internal:*'] }, 'no internal:a', 'no internal:a'],
    [{ redactValues: ['/\\d{4,}/'] }, 'card 4111111 of 12', 'card [redacted] of 12'],
    [{ redactValues: ['/(/'] }, 'anything', '[redacted]'],
    [
      { allowValues: ['help@example.org'] },
      'ask help@example.org or a@b.org',
      'ask help@example.org or [redacted]',
    ],
    [{ redactValues: ['/\\w+-\\d+/'], allowValues: ['/^ok-/'] }, 'ok-1 no-2', 'ok-1 [redacted]'],
    [{ anonymize: false }, 'to ada@example.org', 'to ada@example.org'],
  ])('under %j %j leaves as %j', (settings, text, left) => {
    expect(redactText(text, withSettings(settings))).toBe(left);
  });

  it('lose the id of the user who acts, except where it is too short to be told from a word', () => {
    expect(redactText('no cart of ada-77 here', plain, 'ada-77')).toBe(
      'no cart of [redacted] here',
    );
    expect(redactText('1 of 1', plain, '1')).toBe('1 of 1');
    const raw = withSettings({ anonymize: false });
    expect(redactText('no cart of ada-77', raw, 'ada-77')).toBe('no cart of ada-77');
  });

  it.each<[string, string, string]>([
    ['ada@mail.example.org', 'GET /users/ada%40mail.example.org', 'GET /users/[redacted]'],
    ['CORP\\ada', 'CORP\\ada has {"owner":"CORP\\\\ada"}', '[redacted] has {"owner":"[redacted]"}'],
    ['ada lovelace', 'q=ada%20lovelace', 'q=[redacted]'],
    ['\ud800abc', 'no \ud800abc', 'no [redacted]'],
  ])('lose the id %j in a URL and in JSON as well: %j', (id, text, left) => {
    expect(redactText(text, plain, id)).toBe(left);
  });

  it('lose the ids of two users, of which one is a part of the other', () => {
    const ids = rawUserIdsOf(toUserIdentity('ada-77', keyed), toUserIdentity('ada-77-b', keyed));
    expect(redactText('from ada-77-b to ada-77', plain, ids)).toBe('from [redacted] to [redacted]');
    const same = rawUserIdsOf(toUserIdentity('ada-77', keyed), toUserIdentity('ada-77', keyed));
    expect(same).toBe('ada-77');
  });

  it.each([
    ['12345678', 12_345_678, '[redacted]'],
    ['12345678', 123_456_789, 123_456_789],
    ['12345678', -12_345_678, -12_345_678],
    ['0012345678', 12_345_678, '[redacted]'],
    ['12345678901234567890', Number('12345678901234567890'), '[redacted]'],
    ['123', 123, 123],
    ['12e4', 120_000, 120_000],
  ])('the id %s takes out the number %d as %s', (id, number, left) => {
    expect(redactAttributes({ owner: number }, plain, id)).toEqual({ owner: left });
    expect(redactAttributes({ owners: [number, 1] }, plain, ['other', id])).toEqual({
      owners: left === number ? [number, 1] : [left, '1'],
    });
    expect(nameUser({ owner: number }, plain, id)).toBe(left !== number);
    const raw = withSettings({ anonymize: false });
    expect(redactAttributes({ owner: number }, raw, id)).toEqual({ owner: number });
  });

  it('are masked in lists and numbers too', () => {
    const config = withSettings({ redactValues: ['4711'] });
    expect(redactAttributes({ a: ['x', '4711'], b: 4711, c: [1, 4711], d: true }, config)).toEqual({
      a: ['x', '[redacted]'],
      b: '[redacted]',
      c: ['1', '[redacted]'],
      d: true,
    });
  });

  it('are cut to their bytes after they were masked, so that no half of a secret is left', () => {
    fc.assert(
      fc.property(
        fc.nat(9000),
        fc.integer({ min: 1, max: 5000 }),
        fc.nat(40),
        (at, maxBytes, secrets) => {
          const secret = 'hunter2-correct-horse';
          const filler = 'x '.repeat(at / 2);
          const text = `${`password="${secret}" `.repeat(secrets)}${filler}password="${secret}" ${'y'.repeat(5000)}`;
          const left = redactAndCut(text, maxBytes, plain);
          expect(left).not.toContain('hunt');
          expect(Buffer.byteLength(left)).toBeLessThanOrEqual(maxBytes);
        },
      ),
    );
  });

  it.each([
    ['a'.repeat(200_000)],
    ['a-'.repeat(100_000)],
    ['a.'.repeat(100_000)],
    ['a@'.repeat(100_000)],
    [`a@${'a.'.repeat(100_000)}`],
    ['http://'.repeat(30_000)],
    ['-----BEGIN PRIVATE KEY-----'.repeat(8_000)],
    ['Bearer '.repeat(30_000)],
    ['password:'.repeat(20_000)],
    ['password=\\"'.repeat(20_000)],
    ['eyJ'.repeat(60_000)],
    ['cookie '.repeat(30_000)],
  ])('made to keep a pattern busy are through at once: %#', (text) => {
    // Quadratic time would be minutes here, and exponential time would not end: the test's own limit tells.
    expect(typeof redactText(text, plain)).toBe('string');
  });
});

it('a pattern that cannot be read is said once, with what it covers', () => {
  const config = withSettings({ redactValues: ['/(?=once)/'] });
  redactText('a', config);
  redactText('b', { ...config });
  expect(said).toEqual([
    'heartwood: the pattern /(?=once)/ looks around, which takes too long; it covers everything',
  ]);
});

describe('exclusion', () => {
  it.each([
    ['S1-76', 'payment', ['payment'], true],
    ['S1-76', 'payments', ['payment'], false],
    ['S1-76', 'payment.card', ['payment*'], true],
    ['S1-76', 'admin.users', ['/^(admin|staff)\\./'], true],
    ['S1-76', 'administer', ['/^(admin|staff)\\./'], false],
    ['S1-76', 'Payment', ['/pay/i'], true],
    ['S1-76', `${'a'.repeat(200)}!`, ['/^(a+)+$/'], false],
    ['S1-76', 'all', ['/(/'], true],
  ])('%s: %s is covered by %j: %s', (_, name, list, covered) => {
    expect(isExcluded(name, list)).toBe(covered);
  });
});
