/** Looks for log records from one end of a range to the other, a slice of time at a time, until the page is full. */
import type { QueryParams, QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { CodedError } from '@heartwood/semconv';
import { QuestionError } from './errors.ts';
import { toLogParams, type LogFilter, type LogParams } from './log-filter.ts';

/** From which end of the range. */
export type LogOrder = 'newest' | 'oldest';

/** Which part of the records, and how long to look for them. */
export interface LogSearchOptions extends ReadOptions {
  readonly limit: number;
  readonly order?: LogOrder | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** The questions that a page may be asked with; they differ in what they say of a record. */
type PageQuery = 'log/list' | 'log/otlp';

/** What was found. */
interface LogSearch<Name extends PageQuery> {
  readonly rows: readonly QueryRow<Name>[];
  readonly nextCursor: string | null;
  /** How far the search came where the deadline ended it, epoch nanoseconds; null: it needed no more. */
  readonly stoppedNs: bigint | null;
}

/**
 * Finds records of a range in nanoseconds: the newest 64th is asked for first, then the newest eighth, then the rest. When the deadline comes after a slice has been looked at, what
 * was found by then is the answer, and `stoppedNs` says how far it goes; before that it rejects as every question does.
 */
export async function searchLogs<Name extends PageQuery>(
  reader: Reader,
  name: Name,
  range: { readonly from: bigint; readonly to: bigint },
  filter: LogFilter,
  { limit, order = 'newest', cursor, ...options }: LogSearchOptions,
): Promise<LogSearch<Name>> {
  const params = toLogParams(filter);
  if (params === undefined) return { rows: [], nextCursor: null, stoppedNs: null };
  await checkPatterns(reader, params, options);
  const isOldest = order === 'oldest';
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const deadlineMs = performance.now() + (options.timeoutMs ?? DEADLINE_MS);
  const rows: QueryRow<Name>[] = [];
  let reachedNs: bigint | undefined;
  for (const slice of slicesOf(remaining(range, after, isOldest), params, isOldest)) {
    const question = {
      ...params,
      ...slice,
      isOldest,
      cursorTime: after?.timeNs,
      cursorSeq: after?.seq,
      // One more than asked for tells whether a page follows.
      limit: limit + 1 - rows.length,
    } satisfies QueryParams<'log/list'> as QueryParams<Name>;
    const timeoutMs = Math.max(1, Math.ceil(deadlineMs - performance.now()));
    try {
      rows.push(...(await reader.read(name, question, { ...options, timeoutMs })));
    } catch (error) {
      if (reachedNs === undefined || !isTimeout(error)) throw error;
      return { rows, nextCursor: cursorAt(reachedNs, isOldest), stoppedNs: reachedNs };
    }
    reachedNs = isOldest ? slice.to : slice.from;
    if (rows.length > limit) break;
  }
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    rows: page,
    nextCursor: last === undefined ? null : `${last.time}-${last.seq}`,
    stoppedNs: null,
  };
}

/** As of every question of the API. */
const DEADLINE_MS = 20_000;

interface Cursor {
  readonly timeNs: bigint;
  readonly seq: bigint;
}

function parseCursor(cursor: string): Cursor {
  const [timeNs = '0', seq = '0'] = cursor.split('-');
  return { timeNs: BigInt(timeNs), seq: BigInt(seq) };
}

/** A cursor before every record at this time and beyond. */
const cursorAt = (timeNs: bigint, isOldest: boolean): string =>
  isOldest ? `${String(timeNs - 1n)}-${String(2n ** 63n - 1n)}` : `${String(timeNs)}-0`;

interface Slice {
  readonly from: bigint;
  readonly to: bigint;
}

function remaining({ from, to }: Slice, after: Cursor | undefined, isOldest: boolean): Slice {
  if (after === undefined) return { from, to };
  if (isOldest) return { from: after.timeNs > from ? after.timeNs : from, to };
  return { from, to: after.timeNs < to ? after.timeNs + 1n : to };
}

/**
 * Slices from the end that is asked for first: most pages are full after the first. One alone where no text of a record is
 * read and the range is short, as each slice takes some milliseconds to plan.
 */
function slicesOf({ from, to }: Slice, params: LogParams, isOldest: boolean): Slice[] {
  if (from >= to) return [];
  const length = to - from;
  const readsText =
    params.attributeKeys.length > 0 ||
    [params.text, params.exactText, params.pattern, params.filterPattern, params.notPattern].some(
      (text) => text !== undefined,
    );
  if (length < (readsText ? 64n : WEEK_NS)) return [{ from, to }];
  const [near, far] = [length / 64n, length / 8n];
  return isOldest
    ? [
        { from, to: from + near },
        { from: from + near, to: from + far },
        { from: from + far, to },
      ]
    : [
        { from: to - near, to },
        { from: to - far, to: to - near },
        { from, to: to - far },
      ];
}

const WEEK_NS = 604_800_000_000_000n;

/** Rejects with `PATTERN_INVALID` what RE2 does not take. */
export async function checkPatterns(
  reader: Reader,
  params: LogParams,
  options: ReadOptions,
): Promise<void> {
  const patterns = {
    component: params.componentPattern,
    filter: params.filterPattern,
    pattern: params.pattern,
    notPattern: params.notPattern,
  };
  for (const [parameter, pattern] of Object.entries(patterns)) {
    if (pattern === undefined) continue;
    try {
      await reader.read('log/pattern', { pattern }, options);
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'STORE_QUERY_FAILED') throw error;
      const reason = /Invalid Input Error: ([^\n]*)/u.exec(error.message)?.[1] ?? 'RE2 refuses it';
      throw new QuestionError('PATTERN_INVALID', parameter, { value: pattern, reason });
    }
  }
}

const isTimeout = (error: unknown): boolean =>
  error instanceof CodedError && error.code === 'STORE_QUERY_TIMEOUT';
