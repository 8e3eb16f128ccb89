import { describe, expect, test } from 'vitest';
import { actionOf, findObject } from './actions.ts';
import { categoryOf } from './category.ts';
import { ERROR_CATEGORIES } from './categories.ts';
import { toErrorKind, type ErrorFacts } from './fingerprint.ts';
import { ownFrames } from './stack.ts';

const BARE: ErrorFacts = {
  errorType: null,
  message: null,
  stack: null,
  code: null,
  httpStatus: null,
  isDatabase: false,
  given: null,
};
const print = (facts: Partial<ErrorFacts>): bigint =>
  toErrorKind({ ...BARE, ...facts }).fingerprint;

const NODE_STACK = `TypeError: x
    at Object.pay [as go] (file:///app/dist/pay.3f2a9c1b.js?v=2:3:7)
    at async /app/dist/run-9A8b7C6d.js:9:1
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at query (/app/node_modules/pg/lib/client.js:1:1)
    at Object.<anonymous> (/app/main.js:1:1)`;
const PYTHON_STACK = `Traceback (most recent call last):
  File "/usr/lib/python3.11/threading.py", line 3, in run
  File "/srv/app/load.py", line 9, in load
    x()
  File "/srv/venv/lib/python3.11/site-packages/requests/api.py", line 2, in get
ValueError: x`;
const JAVA_STACK = `java.lang.IllegalStateException: x
\tat java.base/java.util.Optional.get(Optional.java:143)
\tat com.shop.Cart.add(Cart.java:12)`;

describe('S2-52 S0-75 errors are of one kind', () => {
  test.each<[string, Partial<ErrorFacts>, Partial<ErrorFacts>]>([
    ['whose messages differ in ids', { message: 'no user 17' }, { message: 'no user 18' }],
    [
      'whose stacks differ in builds, lines and calls of the platform',
      { errorType: 'TypeError', message: 'a', stack: NODE_STACK },
      {
        errorType: 'TypeError',
        message: 'b',
        stack: NODE_STACK.replace('3f2a9c1b', '9c1b3f2a')
          .replace(':3:7', ':40:2')
          .replace('95:5', '1:1'),
      },
    ],
    [
      'to which the app gave one fingerprint',
      { given: 'x', message: 'a', errorType: 'A' },
      { given: 'x', message: 'b', errorType: 'B', stack: NODE_STACK },
    ],
    [
      'whose stack stands behind the message',
      { errorType: 'TypeError', message: NODE_STACK },
      { errorType: 'TypeError', message: 'y', stack: NODE_STACK },
    ],
  ])('%s', (_name, one, other) => {
    expect(print(one)).toBe(print(other));
  });

  test.each<[string, Partial<ErrorFacts>, Partial<ErrorFacts>]>([
    ['messages that differ in words', { message: 'no user 17' }, { message: 'no order 17' }],
    ['types', { errorType: 'A', message: 'x' }, { errorType: 'B', message: 'x' }],
    ['calls', { stack: NODE_STACK }, { stack: NODE_STACK.replace('pay', 'refund') }],
    [
      'a type and a message that make one text',
      { errorType: 'A', message: 'b' },
      { message: 'Ab' },
    ],
  ])('but not with other %s', (_name, one, other) => {
    expect(print(one)).not.toBe(print(other));
  });
});

test.each([
  [
    'Node',
    NODE_STACK,
    ['Object.pay (pay.js)', '<anonymous> (run.js)', 'Object.<anonymous> (main.js)'],
  ],
  ['Python', PYTHON_STACK, ['load (load.py)']],
  ['Java', JAVA_STACK, ['com.shop.Cart.add (Cart.java)']],
  ['nothing of the app', 'Error: x\n    at a (node:fs:1:1)', []],
  ['no stack', 'at at at (((', []],
])('of a stack of %s the calls of the app count', (_name, stack, frames) => {
  expect(ownFrames(stack)).toEqual(frames);
});

test('a stack of 10,000 lines and lines of a megabyte are read in part', () => {
  const long = Array.from(
    { length: 10_000 },
    (_, line) => `    at f${String(line)} (/app/a.js:1:1)`,
  );
  expect(ownFrames(long.join('\n'))).toHaveLength(5);
  expect(ownFrames(`    at ${'x('.repeat(500_000)}`)).toEqual([]);
});

describe('S2-52 an error has the category that its code, status, type or words tell', () => {
  test.each<[string, Partial<ErrorFacts>]>([
    ['api', { message: 'connect ECONNREFUSED 10.0.3.7:443' }],
    ['api', { errorType: 'ECONNRESET', message: 'read ECONNRESET' }],
    ['api', { message: 'getaddrinfo ENOTFOUND api.example.org' }],
    ['api', { message: 'API request timed out', errorType: 'TimeoutError' }],
    ['api', { httpStatus: 502 }],
    ['database', { message: 'connect ECONNREFUSED 10.0.3.7:5432' }],
    ['database', { message: 'SQLITE_BUSY: database is locked' }],
    ['database', { code: '23505', message: 'duplicate' }],
    ['database', { isDatabase: true, message: 'it broke' }],
    ['timeout', { errorType: 'TimeoutError', message: 'took 30 s' }],
    ['timeout', { httpStatus: 504 }],
    ['auth', { httpStatus: 403 }],
    ['auth', { message: 'Invalid token: jwt expired' }],
    ['rate_limit', { httpStatus: 429 }],
    ['rate_limit', { message: 'Too many requests' }],
    ['validation', { errorType: 'ValidationError', message: 'name' }],
    ['validation', { message: 'Unexpected token < in JSON' }],
    ['filesystem', { message: "ENOSPC: no space left on device, write '/data/x'" }],
    ['filesystem', { code: 'EACCES', message: 'x' }],
    ['memory', { message: 'JavaScript heap out of memory' }],
    ['configuration', { message: 'Environment variable DB_URL is not set' }],
    ['dependency', { message: "Cannot find module 'left-pad'" }],
    ['unknown', { errorType: 'TypeError', message: 'x is not a function' }],
    ['unknown', { message: 'the therapist capitulated' }],
    ['unknown', {}],
  ])('%s: %j', (category, facts) => {
    expect(toErrorKind({ ...BARE, ...facts }).category).toBe(category);
  });

  test('and each category can be had', () => {
    const signs = {
      errorType: null,
      template: '',
      code: null,
      httpStatus: null,
      isDatabase: false,
      port: null,
    };
    expect(categoryOf(signs)).toBe('unknown');
    expect(ERROR_CATEGORIES).toHaveLength(11);
  });
});

describe('S2-51 S2-52 an action names what the error is about', () => {
  test.each([
    [
      'connect ECONNREFUSED 10.0.3.7:5432',
      '10.0.3.7:5432 refuses connections: is the database up?',
    ],
    [
      'connect ECONNREFUSED api.example.org:443',
      'api.example.org:443 refuses connections: is the service up?',
    ],
    [
      'getaddrinfo ENOTFOUND api.example.org',
      'api.example.org has no address: check the name and DNS',
    ],
    [
      "EACCES: permission denied, open '/data/a.db'",
      'this process may not touch /data/a.db: check owner and rights',
    ],
    [
      "ENOSPC: no space left on device, write '/data'",
      'no room is left for /data: free disk space',
    ],
    ["MODULE_NOT_FOUND: Cannot find module 'pg'", 'pg is not installed: install it'],
    ['API is down', 'check network connectivity for API timeouts'],
    ['the database is down', 'check database file permissions and disk space'],
  ])('%s', (message, text) => {
    const { category, code, object } = toErrorKind({ ...BARE, message });
    expect(actionOf(category, code, object).text).toBe(text);
  });

  test('but no line of a file', () => {
    expect(findObject('TypeError at load.js:3', null)).toBeNull();
    expect(findObject('('.repeat(1_000_000), null)).toBeNull();
  });
});

test('a title is the type and the message without what varies, on one line and short', () => {
  const { title, message } = toErrorKind({
    ...BARE,
    errorType: 'TypeError',
    message: `no user 17\u001B[31m\n${'x'.repeat(1_000_000)}`,
  });
  expect(title).toMatch(/^TypeError: no user <n> \[<n>m x+…$/u);
  expect(title).toHaveLength(200);
  expect(message).toHaveLength(1024);
});

test('a title says that nothing was said', () => {
  expect(toErrorKind(BARE)).toMatchObject({ title: 'no type and no message', template: '' });
});
