/** Log records in the order in which they arrived, behind one that is known already. */
import type { Reader, ReadOptions } from '@heartwood/store';
import { toLogParams, type LogFilter } from './log-filter.ts';
import { toLogReport, type LogReport } from './log.ts';
import { checkPatterns } from './log-search.ts';

/** Which part of the records, by their numbers in order of arrival. */
export interface LogTailRange {
  /** Only records behind this one. */
  readonly after: bigint;
  /** And up to this one: all up to it must have landed. */
  readonly upTo: bigint;
  /** How many may be behind; of more, the oldest are passed over. */
  readonly most: number;
  /** How many at once. */
  readonly limit: number;
}

/** Some records and how far they go. */
export interface LogTail {
  /** In order of arrival. */
  readonly rows: readonly LogReport[];
  /** Records that pass the filter and were passed over before these. */
  readonly skipped: number;
  /** Records that pass the filter in the whole range. */
  readonly total: number;
  /** Nothing that passes the filter lies between the last of these, or the begin of the range, and this number. */
  readonly through: bigint;
}

/** The newest number behind one, `after` itself when there is none. All up to it have landed. */
export async function readLogReach(
  reader: Reader,
  after: bigint,
  options: ReadOptions,
): Promise<bigint> {
  const [row] = await reader.read('log/reach', { after }, options);
  return row?.seq == null ? after : BigInt(row.seq);
}

/** Rejects with `PATTERN_INVALID` or `ATTRIBUTE_INVALID` a filter that cannot be asked for. */
export async function checkLogFilter(
  reader: Reader,
  filter: LogFilter,
  options: ReadOptions,
): Promise<void> {
  const params = toLogParams(filter);
  if (params !== undefined) await checkPatterns(reader, params, options);
}

/** Reads what has arrived in a range and passes a filter that {@link checkLogFilter} let through. */
export async function readLogTail(
  reader: Reader,
  filter: LogFilter,
  range: LogTailRange,
  options: ReadOptions,
): Promise<LogTail> {
  const { after, upTo, most, limit } = range;
  const params = toLogParams(filter);
  const found =
    params === undefined || after >= upTo
      ? []
      : await reader.read(
          'log/tail',
          { ...params, after, upTo, most, limit, bytes: MOST_BYTES },
          options,
        );
  const total = found[0]?.total ?? 0;
  const rows = found.map(({ total: _total, ...row }) => toLogReport(row));
  const last = rows.at(-1);
  const isAll = last === undefined || rows.length >= Math.min(total, most);
  return {
    rows,
    total,
    skipped: Math.max(0, total - most),
    through: isAll ? upTo : BigInt(last.seq),
  };
}

/** Bodies and attributes of one answer: records may have a body of 1 MiB each. */
const MOST_BYTES = 4 * 1024 * 1024;
