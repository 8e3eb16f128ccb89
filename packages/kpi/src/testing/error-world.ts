/** Random errors as plain objects: log records and runs that tell of them, among others that do not. */
import { toErrorKind, type ErrorFacts, type ErrorKind } from '../error/fingerprint.ts';
import type { PlainLog } from './plain-log.ts';
import { createRandom, pickFrom, PLAIN_SPAN, type PlainSpan } from './world.ts';

/** A record as the answers are to count it. */
export interface PlainError {
  readonly kind: ErrorKind;
  readonly source: 'log' | 'run';
  readonly seq: bigint;
  readonly timeNs: bigint;
  readonly traceId: string | null;
  readonly spanId: bigint;
  readonly service: string | null;
  readonly component: string | null;
  readonly feature: string | null;
  readonly session: string | null;
  readonly user: string | null;
}

export interface ErrorWorld {
  readonly spans: readonly PlainSpan[];
  readonly logs: readonly PlainLog[];
  readonly errors: readonly PlainError[];
}

const STACKS = [
  'Error: x\n    at pay (file:///app/src/pay.js:3:7)\n    at run (/app/src/run.js:9:1)',
  'Error: x\n    at Socket.emit (node:events:1:1)',
] as const;
const MESSAGES = [
  'connect ECONNREFUSED 10.0.3.7:5432',
  'connect ECONNREFUSED 10.0.3.8:443',
  'order 4711 of user 12 is invalid',
  'order 4712 of user 13 is invalid',
  'SQLITE_BUSY: database is locked',
  'it broke',
  '',
] as const;

/** More than are told of one kind. */
const FEATURES = ['checkout', 'checkout', 'import', 'pay', 'find', 'sort', 'list', null, null];

interface ErrorWorldOptions {
  readonly seed: number;
  readonly firstSeq: bigint;
  readonly startNs: bigint;
  readonly lengthNs: bigint;
  readonly count: number;
}

/** Draws records; few values each, so that kinds and spans meet. */
export function drawErrors({
  seed,
  firstSeq,
  startNs,
  lengthNs,
  count,
}: ErrorWorldOptions): ErrorWorld {
  const random = createRandom(seed * 7129);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const spans: PlainSpan[] = [];
  const logs: PlainLog[] = [];
  const errors: PlainError[] = [];
  for (let index = 0; index < count; index++) {
    const place = {
      seq: firstSeq + BigInt(index),
      timeNs:
        startNs + BigInt(Math.floor(random() * 1e6)) * (lengthNs / 1_000_000n) + BigInt(index),
      traceId: pick([`${'0'.repeat(30)}a${String(index % 7)}`, `${'0'.repeat(31)}b`]),
      spanId: BigInt(pick([0, 1, 2, 3])),
      service: pick(['shop', 'search', null]),
      component: pick(['cart', 'pay', null]),
      feature: pick(FEATURES),
      session: pick(['s1', 's2', null]),
      user: pick(['u1', 'u2', 'u3', null]),
    };
    const errorType = pick(['TypeError', 'ECONNRESET', null]);
    const said = pick(MESSAGES);
    const stack = pick([...STACKS, null, null]);
    const given = random() < 0.1 ? 'own' : null;
    const facts = { errorType, stack, given, code: null, httpStatus: null, isDatabase: false };
    const isRun = random() < 0.4;
    if (isRun) spans.push(toSpan(place, facts, said, pick([1, 2, 2, 3, 4])));
    else {
      const severity = pick([9, 13, 17, 17, 21]);
      const event = random() < 0.3 ? 'paid' : null;
      logs.push({
        ...place,
        traceId: random() < 0.2 ? null : place.traceId,
        event,
        errorType,
        severity,
        body: said,
        attributes: JSON.stringify({
          ...(stack !== null && { 'exception.stacktrace': stack }),
          ...(given !== null && { 'error.fingerprint': given }),
          plan: 'pro',
        }),
      });
      const log = logs.at(-1);
      const message = said === '' ? event : said;
      if (log !== undefined && (severity >= 17 || stack !== null))
        errors.push(toError('log', { ...log, spanId: place.spanId }, { ...facts, message }));
      continue;
    }
    const span = spans.at(-1);
    if (span === undefined || span.feature === null || ![2, 4].includes(span.featureStatus))
      continue;
    const fallback = span.featureStatus === 4 ? 'run timed out' : 'run failed';
    const message = said === '' ? fallback : said;
    errors.push(toError('run', place, { ...facts, message }));
  }
  return { spans, logs, errors };
}

type Place = Omit<PlainError, 'kind' | 'source'>;

const toError = (source: 'log' | 'run', place: Place, facts: ErrorFacts): PlainError => ({
  ...place,
  source,
  kind: toErrorKind(facts),
});

function toSpan(
  place: Place,
  facts: Omit<ErrorFacts, 'message'>,
  said: string,
  status: number,
): PlainSpan {
  const { timeNs, ...rest } = place;
  const exception = {
    ...(said !== '' && { 'exception.message': said }),
    ...(facts.stack !== null && { 'exception.stacktrace': facts.stack }),
  };
  const hasException = Object.keys(exception).length > 0;
  return {
    ...PLAIN_SPAN,
    ...rest,
    traceId: place.traceId ?? PLAIN_SPAN.traceId,
    startNs: timeNs,
    errorType: facts.errorType,
    featureStatus: place.feature === null ? 0 : status,
    attributes: JSON.stringify(facts.given === null ? {} : { 'error.fingerprint': facts.given }),
    events: hasException
      ? JSON.stringify([
          { name: 'other', time: '1', attributes: { 'exception.message': 'not this' } },
          { name: 'exception', time: '2', attributes: exception },
        ])
      : '',
    message: said,
  };
}
