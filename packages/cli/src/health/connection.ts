/** Checks of the way to the server: whether it answers, how fast, in which version, and whether the token is enough. */
import { ApiError, type AnswerOf, type Client } from '@heartwood/api/client';
import { CodedError } from '@heartwood/semconv';
import { typedRemedyOf } from '../remedy.ts';
import { showDuration } from '../render/number.ts';
import { readVersion } from '../version.ts';
import { pass, toRow, trouble, type Finding, type HealthRow, type HereCheck } from './row.ts';

const REACHABLE = { id: 'api.reachable', title: 'The server answers' };
const LATENCY = { id: 'api.latency', title: 'It answers quickly' };
const VERSION = { id: 'api.version', title: 'It is of the version of the command line' };
const SCOPE = { id: 'token.scope', title: 'The token allows to read' };

export const CONNECTION_CHECKS: readonly HereCheck[] = [REACHABLE, LATENCY, VERSION, SCOPE];

/** Round trips that latency is told by. */
const TRIPS = 5;
const LATENCY_WARN_MS = 250;
const LATENCY_FAIL_MS = 2000;

export interface Surroundings {
  readonly client: Client;
  readonly url: string;
  readonly hasTokenFlag: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

type Answer = AnswerOf<'/api/v1/health'>;

/** What the server said of itself, and what its way of answering says. */
export interface Connected {
  readonly rows: readonly HealthRow[];
  readonly answer: Answer | undefined;
}

/**
 * Asks the server for its health. Whatever keeps it from answering becomes the result of a check; rejects only when the user
 * interrupts and when the question itself was wrong.
 */
export async function askHealth(
  here: Surroundings,
  check: readonly string[] | undefined,
): Promise<Connected> {
  const { client, signal, url } = here;
  const trips = await timeTrips(client, signal);
  if (trips instanceof Error) {
    const cannot = (): Finding => trouble('unknown', 'the server cannot be asked', null);
    const reached = trouble('fail', trips.message, typedRemedyOf(trips), {
      url,
      code: codeOf(trips),
    });
    return {
      answer: undefined,
      rows: [
        toRow(REACHABLE, reached),
        ...[LATENCY, VERSION, SCOPE].map((other) => toRow(other, cannot())),
      ],
    };
  }
  const first = trips[0] ?? 0;
  const rows = [
    toRow(REACHABLE, pass(`${url} answers`, { url }), first),
    toRow(LATENCY, judgeLatency(trips), first),
  ];
  const began = performance.now();
  try {
    const query = check === undefined ? {} : { check: [...check] };
    const answer = await client.get('/api/v1/health', { query, signal });
    const tookMs = performance.now() - began;
    return {
      answer,
      rows: [
        ...rows,
        toRow(VERSION, judgeVersion(answer.meta.version), tookMs),
        toRow(SCOPE, judgeToken(here), tookMs),
      ],
    };
  } catch (error) {
    signal.throwIfAborted();
    if (codeOf(error) === 'CHECK_UNKNOWN') throw error;
    const tookMs = performance.now() - began;
    const status = error instanceof ApiError ? error.status : undefined;
    const isRefused = status === 401 || status === 403;
    return {
      answer: undefined,
      rows: [
        ...rows,
        toRow(
          VERSION,
          isRefused
            ? trouble('unknown', 'the server does not tell without a token', null)
            : await judgeOddity(here, error),
          tookMs,
        ),
        toRow(SCOPE, isRefused ? refused(error) : judgeToken(here), tookMs),
      ],
    };
  }
}

/** Milliseconds of each round trip, or why there was none. */
export async function timeTrips(client: Client, signal: AbortSignal): Promise<number[] | Error> {
  const times: number[] = [];
  try {
    for (let trip = 0; trip < TRIPS; trip++) {
      const began = performance.now();
      await client.get('/healthz', { signal });
      times.push(performance.now() - began);
    }
    return times;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** By the median of round trips, milliseconds. */
export function judgeLatency(trips: readonly number[]): Finding {
  const sorted = trips.toSorted((a, b) => a - b);
  const medianMs = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const message = `${showDuration(medianMs)}, the median of ${String(trips.length)} round trips`;
  const evidence = { medianMs, tripsMs: [...trips] };
  const remedy =
    'Look at eventloop.delay and cpu.use of the server, and at the network in between.';
  if (medianMs > LATENCY_FAIL_MS) return trouble('fail', message, remedy, evidence);
  return medianMs > LATENCY_WARN_MS
    ? trouble('warn', message, remedy, evidence)
    : pass(message, evidence);
}

function judgeVersion(server: string): Finding {
  const own = readVersion();
  return server === own
    ? pass(own, { server, own })
    : trouble(
        'warn',
        `the server is ${server}, the command line ${own}`,
        'Use the command line of the version of the server.',
        { server, own },
      );
}

/** An answer that cannot be read, or none: another version, another program, or a server that is late or in trouble. */
async function judgeOddity({ client, signal }: Surroundings, error: unknown): Promise<Finding> {
  const own = readVersion();
  const message = error instanceof Error ? error.message : String(error);
  const server = await client
    .get('/api/v1/system', { signal })
    .then(({ data }) => data.version)
    .catch(() => null);
  signal.throwIfAborted();
  const evidence = { server, own, code: codeOf(error) };
  if (server !== null && server !== own)
    return trouble(
      'fail',
      `the server is ${server}, the command line ${own}: ${message}`,
      'Use the command line of the version of the server.',
      evidence,
    );
  return trouble('fail', `no health was told: ${message}`, typedRemedyOf(error), evidence);
}

function judgeToken({ env, hasTokenFlag }: Surroundings): Finding {
  if (hasTokenFlag)
    return trouble(
      'warn',
      'it does, but --token can be seen by other users of this machine',
      'Set HEARTWOOD_READ_TOKEN instead.',
    );
  return pass((env['HEARTWOOD_READ_TOKEN'] ?? '') === '' ? 'the server wants none' : 'it does');
}

const refused = (error: unknown): Finding =>
  trouble(
    'fail',
    error instanceof Error ? error.message : String(error),
    'Set HEARTWOOD_READ_TOKEN to the one that the server was started with.',
    { code: codeOf(error) },
  );

const codeOf = (error: unknown): string =>
  error instanceof CodedError ? error.code : 'UNFORESEEN';
