/** What `monitor status` shows: the connection, the data, what goes on, and what went wrong in the last hour. */
import { ApiError, type AnswerOf, type Client } from '@heartwood/api/client';

type Operation = AnswerOf<'/api/v1/operations'>['data'][number];
type Live = AnswerOf<'/api/v1/operations'>['meta']['live'];
type Store = AnswerOf<'/api/v1/system'>['data']['store'];

/** A part with what hinders it, where something does. */
type Known<Part> = (Part & { readonly problem: null }) | { readonly problem: string };

export interface StatusFacts {
  /** When it was asked. */
  readonly at: string;
  readonly connection: {
    readonly api: { readonly connected: boolean; readonly url: string; readonly latencyMs: number };
    readonly database: { readonly available: boolean; readonly problem: string | null };
    /** Version of the server; null where it cannot be told. */
    readonly version: string | null;
  };
  readonly data: Known<Store & { readonly archiveBytes: number }>;
  readonly activity: Known<{ readonly live: Live; readonly operations: readonly Operation[] }>;
  /** Of the last hour. */
  readonly runs: Known<{
    readonly runs: number;
    /** Failed, or out of time. */
    readonly failed: number;
    /** Runs of each five minutes, the oldest first. */
    readonly spark: readonly number[];
  }>;
  /** Of the last hour. */
  readonly errors: Known<{
    readonly occurrences: number;
    readonly categories: AnswerOf<'/api/v1/errors/summary'>['data']['categories'];
    /** Errors of each two and a half minutes, the oldest first. */
    readonly spark: readonly number[];
  }>;
}

/**
 * Asks once. Rejects where the server cannot be reached or does not let us in; what else hinders a part is said in its place.
 */
export async function readStatus(
  client: Client,
  url: string,
  operations: number,
  signal: AbortSignal,
): Promise<StatusFacts> {
  // What answers are held against loads only once, and is no part of how long the server takes.
  await import('@heartwood/api/contract');
  const at = new Date();
  const askedMs = performance.now();
  await client.get('/healthz', { signal });
  const latencyMs = Math.round(performance.now() - askedMs);
  const hour = { from: new Date(at.getTime() - 3_600_000).toISOString(), to: at.toISOString() };
  const [system, activity, usage, summary, parts] = await Promise.all([
    attempt(client.get('/api/v1/system', { signal })),
    attempt(readActivity(client, operations, signal)),
    attempt(client.get('/api/v1/usage', { query: { ...hour, interval: '5m' }, signal })),
    attempt(client.get('/api/v1/errors/summary', { query: hour, signal })),
    attempt(client.get('/api/v1/errors', { query: { ...hour, by: 'category' }, signal })),
  ]);
  const problem = system instanceof ApiError ? system.message : null;
  return {
    at: at.toISOString(),
    connection: {
      api: { connected: true, url, latencyMs },
      database: { available: problem === null, problem },
      version: system instanceof ApiError ? null : system.data.version,
    },
    data: know(system, ({ data: { store, storage } }) => ({
      ...store,
      archiveBytes: storage?.archiveBytes ?? 0,
    })),
    activity: know(activity, (found) => found),
    runs: know(usage, ({ data }) => {
      const points = data.flatMap((series) => series.points);
      return {
        runs: sumOf(points.map(({ runs }) => runs)),
        failed: sumOf(points.map(({ failed, timeout }) => failed + timeout)),
        spark: points.map(({ runs }) => runs),
      };
    }),
    errors:
      parts instanceof ApiError
        ? { problem: parts.message }
        : know(summary, ({ data: { categories } }) => ({
            // API, database and all else; the rows behind them are parts of the last.
            occurrences: sumOf(categories.slice(0, 3).map(({ occurrences }) => occurrences)),
            categories,
            spark: addUp(parts.data.map(({ spark }) => spark)),
          })),
  };
}

/**
 * The first of the list, in which the worst come first: operations of a killed process stand there for half an hour. Where
 * they would have all places, the last is given to the newest that goes on.
 */
async function readActivity(
  client: Client,
  limit: number,
  signal: AbortSignal,
): Promise<{ readonly live: Live; readonly operations: readonly Operation[] }> {
  const { data, meta } = await client.get('/api/v1/operations', { query: { limit }, signal });
  const { live } = meta;
  const all = { live, operations: data };
  const goesOn = data.some(({ state }) => state === 'running' || state === 'paused');
  if (live.running + live.paused === 0 || goesOn) return all;
  const state = live.running > 0 ? 'running' : 'paused';
  const going = await client.get('/api/v1/operations', { query: { state, limit: 100 }, signal });
  const [newest] = going.data.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  if (newest === undefined) return all;
  return { live, operations: [...data.slice(0, limit - 1), newest] };
}

/** The answer, or what the server has against it for now. */
async function attempt<Answer>(asked: Promise<Answer>): Promise<Answer | ApiError> {
  try {
    return await asked;
  } catch (error) {
    // Nobody is let in without the right token, whatever is tried again.
    if (error instanceof ApiError && error.status >= 500) return error;
    throw error;
  }
}

function know<Answer, Part>(
  answer: Answer | ApiError,
  read: (answer: Answer) => Part,
): Known<Part> {
  return answer instanceof ApiError
    ? { problem: answer.message }
    : { ...read(answer), problem: null };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** The sums of what stands at the same place. */
const addUp = (series: readonly (readonly number[])[]): number[] =>
  Array.from({ length: Math.max(0, ...series.map(({ length }) => length)) }, (_, index) =>
    sumOf(series.map((values) => values[index] ?? 0)),
  );
