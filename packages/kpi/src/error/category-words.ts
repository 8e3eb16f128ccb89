/** What kind of trouble the words of an error tell of. */
import type { ErrorCategory } from './categories.ts';

/** The first category that has one of its words in the text; undefined where nothing tells. */
export function categoryOfWords(text: string): ErrorCategory | undefined {
  const words = spaced(text);
  return WORDS.find(([, said]) => said.some((phrase) => words.includes(phrase)))?.[0];
}

/** `CardDeclinedError` and `rate-limited` as ` card declined error ` and ` rate limited `. */
function spaced(text: string): string {
  let words = ' ';
  let wasLower = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isUpper = code >= 65 && code <= 90;
    const isOther = (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code > 160;
    if (isUpper && wasLower) words += ' ';
    if (isUpper || isOther) words += text.charAt(at);
    else if (!words.endsWith(' ')) words += ' ';
    wasLower = isOther;
  }
  return `${words.toLowerCase()} `;
}

/** Words and phrases, between commas. */
const SAID: readonly (readonly [ErrorCategory, string])[] = [
  [
    'api',
    'api, http, https, network, socket hang up, connection refused, dns, graphql, connection reset, bad gateway, service unavailable, fetch failed, webhook, tls, certificate, getaddrinfo, host unreachable, upstream, grpc, axios, fetch',
  ],
  [
    'database',
    'database, sql, sqlite, postgres, postgresql, mysql, mariadb, mongo, redis, mongodb, duckdb, clickhouse, oracle, deadlock, duplicate key, foreign key, unique constraint, constraint violation, no such table, no such column, prisma, sequelize, integrity error, operational error, query failed',
  ],
  ['timeout', 'timeout, timed out, time out, deadline exceeded, took too long, timeouts'],
  [
    'auth',
    'unauthorized, unauthorised, forbidden, authentication, authorization, access denied, permission denied, invalid token, token expired, jwt, credentials, invalid api key, login failed, csrf, permission error, not authorized',
  ],
  [
    'rate_limit',
    'rate limit, rate limited, rate limits, too many requests, throttled, throttling, ratelimit, quota exceeded',
  ],
  [
    'validation',
    'validation, invalid, is required, must be, zod, schema, malformed, not valid, unexpected token, out of range, parse error, cannot parse, value error, bad request, json, missing field, expected, validator',
  ],
  [
    'filesystem',
    'no such file, file not found, no space left, disk, read only file system, directory, too many open files, is a directory, cannot open file, cannot write, file exists',
  ],
  [
    'memory',
    'out of memory, heap, heap limit, allocation failed, memory limit, oom, memory error, maximum call stack size exceeded, stack overflow, array buffer allocation failed',
  ],
  [
    'configuration',
    'configuration, config, environment variable, not configured, misconfigured, setting, missing option, address already in use, env var',
  ],
  [
    'dependency',
    'cannot find module, cannot find package, module not found, no module named, import error, class not found exception, undefined symbol, dependency, incompatible version',
  ],
];

const WORDS: readonly (readonly [ErrorCategory, readonly string[]])[] = SAID.map(
  ([category, said]) => [category, said.split(', ').map((phrase) => ` ${phrase} `)],
);
