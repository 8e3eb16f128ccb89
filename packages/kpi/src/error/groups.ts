/** Errors of a range: by kind, by category, feature or component, and one kind alone. */
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { QuestionError } from '../errors.ts';
import { nsToInstant } from '../instant.ts';
import { checkNames } from '../name.ts';
import { keptWarnings, readRemoved } from '../removed.ts';
import { toNs, type Window } from '../window.ts';
import { actionOf, type ErrorAction } from './actions.ts';
import type { ErrorCategory } from './categories.ts';
import { fingerprintText, OTHER_KIND } from './fingerprint.ts';
import { trendOf, type ErrorTrend } from './trend.ts';

/** Which errors; all that is given holds together. */
export interface ErrorFilter {
  readonly category?: ErrorCategory | undefined;
  readonly errorType?: string | undefined;
  readonly service?: string | undefined;
  /** The name, or that of the service where there is none. */
  readonly component?: string | undefined;
  readonly feature?: string | undefined;
  readonly session?: string | undefined;
  readonly user?: string | undefined;
  readonly traceId?: string | undefined;
}

/** How many errors, whom they met, and since when. */
export interface ErrorNumbers {
  /** Log records that tell of it. */
  readonly records: number;
  /** Runs that failed by it or ran out of time. */
  readonly runs: number;
  /** What a run and log records of one span tell alike is one. */
  readonly occurrences: number;
  readonly users: number;
  readonly sessions: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly trend: ErrorTrend | null;
  /** Occurrences in as much time before; null where that is not known whole. */
  readonly before: number | null;
  /** Occurrences in each 24th of the range. */
  readonly spark: number[];
  /** The five that it met most often. */
  readonly features: { feature: string; occurrences: number }[];
  /** Of the newest record that has one. */
  readonly traceId: string | null;
}

/** One kind of error. `firstSeen` is of all time, the rest of the range. */
export interface ErrorGroup extends ErrorNumbers {
  readonly by: 'group';
  /** `v1:` and 16 digits. */
  readonly fingerprint: string;
  readonly title: string;
  readonly category: ErrorCategory;
  readonly errorType: string | null;
  readonly template: string;
  readonly components: { component: string; occurrences: number }[];
  readonly logSeq: string | null;
  readonly action: ErrorAction;
}

/** Errors that have a category, a feature or a component in common. */
export interface ErrorPart extends ErrorNumbers {
  readonly by: 'category' | 'feature' | 'component';
  /** Null: without one. */
  readonly value: string | null;
  /** Kinds of errors. */
  readonly groups: number;
  /** Title of the kind that occurred most often. */
  readonly topTitle: string;
  /** What that kind is about. */
  readonly topObject: string | null;
}

/** An answer with what its reader must know. */
export interface ErrorPage<Row> {
  readonly rows: readonly Row[];
  readonly truncated: boolean;
  readonly warnings: string[];
}

const SPARK_SLOTS = 24;

/** Kinds of errors, the most frequent first. Rejects an unknown service when nothing is found. */
export async function readErrorGroups(
  reader: Reader,
  window: Window,
  filter: ErrorFilter,
  { limit, ...options }: ReadOptions & { readonly limit: number },
): Promise<ErrorPage<ErrorGroup>> {
  const { params, isWhole, warnings } = await toQuestion(reader, window, filter, options);
  const found = await reader.read('error/table', { ...params, limit: limit + 1 }, options);
  if (found.length === 0) await checkNames(reader, { service: filter.service }, options);
  const rows = found.slice(0, limit);
  return {
    rows: rows.map((row) => toGroup(row, params.from, isWhole)),
    truncated: found.length > limit,
    warnings: rows.some(({ template }) => template === OTHER_KIND.template)
      ? [...warnings, MANY]
      : warnings,
  };
}

/** A kind of error in short. */
export type ErrorKind = Pick<
  ErrorGroup,
  'fingerprint' | 'title' | 'category' | 'occurrences' | 'trend'
>;

/** All kinds of errors, the most frequent first; they are as many as are told apart at most. */
export async function readErrorKinds(
  reader: Reader,
  window: Window,
  options: ReadOptions = {},
): Promise<ErrorKind[]> {
  const { params, isWhole } = await toQuestion(reader, window, {}, options);
  const { from, to, before } = params;
  const rows = await reader.read('error/kinds', { from, to, before }, options);
  return rows.map(({ fingerprint, version, title, category, occurrences, ...row }) => ({
    fingerprint: fingerprintText(fingerprint, version),
    title,
    category: category as ErrorCategory,
    occurrences,
    trend: trendOf(occurrences, isWhole ? row.before : null, BigInt(row.firstSeen) >= from),
  }));
}

/** The same by what they have in common. */
export async function readErrorParts(
  reader: Reader,
  window: Window,
  by: ErrorPart['by'],
  filter: ErrorFilter,
  { limit, ...options }: ReadOptions & { readonly limit: number },
): Promise<ErrorPage<ErrorPart>> {
  const { params, isWhole, warnings } = await toQuestion(reader, window, filter, options);
  const question = { ...params, by, limit: limit + 1 };
  const found = await reader.read('error/parts', question, options);
  if (found.length === 0) await checkNames(reader, { service: filter.service }, options);
  return {
    rows: found.slice(0, limit).map(({ before, spark, features, firstSeen, lastSeen, ...row }) => {
      const known = isWhole ? before : null;
      return {
        ...row,
        by,
        firstSeen: nsToInstant(firstSeen),
        lastSeen: nsToInstant(lastSeen),
        before: known,
        // Of a part it is not kept since when there are errors.
        trend: trendOf(row.occurrences, known, false),
        spark: toSpark(spark),
        features: (features ?? []) as ErrorPart['features'],
      };
    }),
    truncated: found.length > limit,
    warnings,
  };
}

/** A kind of error with all that is known of it. */
export interface ErrorDetail extends Omit<ErrorGroup, 'firstSeen' | 'lastSeen'> {
  readonly firstSeen: string;
  /** Of all time. */
  readonly lastSeen: string;
  readonly code: string | null;
  readonly stackTop: string | null;
  /** What the record that was seen last said. */
  readonly message: string;
  /** The records of the range that told of it last, newest first. */
  readonly recent: ErrorRecord[];
}

/** A log record or a run that tells of an error. */
interface ErrorRecord {
  readonly time: string;
  readonly source: 'log' | 'run';
  readonly seq: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly service: string | null;
  readonly component: string | null;
  readonly feature: string | null;
  readonly session: string | null;
  readonly user: string | null;
}

/** Records of an error that are given at once. */
const RECENT = 20;

/** One kind of error; rejects with `ERROR_UNKNOWN` where there is none of this fingerprint. */
export async function readError(
  reader: Reader,
  window: Window,
  fingerprint: string,
  options: ReadOptions = {},
): Promise<ErrorDetail> {
  const unknown = new QuestionError('ERROR_UNKNOWN', 'fingerprint', { value: fingerprint });
  const digits = /^(?:v\d+:)?([\da-f]{16})$/u.exec(fingerprint)?.[1];
  if (digits === undefined) throw unknown;
  const id = String(BigInt(`0x${digits}`));
  const { params, isWhole } = await toQuestion(reader, window, {}, options);
  const { from, to } = params;
  const [[kind], [row], recent] = await Promise.all([
    reader.read('error/one', { fingerprint: id }, options),
    reader.read('error/table', { ...params, fingerprint: id, limit: 1 }, options),
    reader.read('error/recent', { from, to, fingerprint: id, limit: RECENT }, options),
  ]);
  if (kind === undefined) throw unknown;
  const group = toGroup(row ?? { ...NOTHING, ...kind }, from, isWhole);
  return {
    ...group,
    firstSeen: nsToInstant(kind.firstSeen),
    lastSeen: nsToInstant(kind.lastSeen),
    code: kind.code,
    stackTop: kind.stackTop,
    message: kind.message,
    recent: recent.map(({ time, source, ...rest }) => ({
      ...rest,
      time: nsToInstant(time),
      source: source === 0 ? 'log' : 'run',
    })),
  };
}

const NOTHING = {
  occurrences: 0,
  before: 0,
  records: 0,
  runs: 0,
  users: 0,
  sessions: 0,
  features: null,
  components: null,
  spark: [],
  traceId: null,
  logSeq: null,
};

const MANY =
  'More kinds of errors have been seen than are told apart: those beyond stand together as $other.';

/** The range with as much time before it, and whether that is there whole. */
async function toQuestion(
  reader: Reader,
  window: Window,
  filter: ErrorFilter,
  options: ReadOptions,
) {
  const { from, to } = toNs(window);
  const before = from - (to - from);
  const earlier = { ...window, fromMs: window.fromMs - (window.toMs - window.fromMs) };
  const removed = await readRemoved(reader, earlier, {}, options);
  const width = (to - from + BigInt(SPARK_SLOTS - 1)) / BigInt(SPARK_SLOTS);
  return {
    params: { ...filter, from, to, before, width: width > 0n ? width : 1n },
    isWhole: before >= removed.sinceNs,
    warnings: keptWarnings(removed, window, 'errors'),
  };
}

function toGroup(row: QueryRow<'error/table'>, from: bigint, isWhole: boolean): ErrorGroup {
  const category = row.category as ErrorCategory;
  const before = isWhole ? row.before : null;
  return {
    by: 'group',
    fingerprint: fingerprintText(row.fingerprint, row.version),
    title: row.title,
    category,
    errorType: row.errorType,
    template: row.template,
    records: row.records,
    runs: row.runs,
    occurrences: row.occurrences,
    users: row.users,
    sessions: row.sessions,
    features: (row.features ?? []) as ErrorGroup['features'],
    components: (row.components ?? []) as ErrorGroup['components'],
    firstSeen: nsToInstant(row.firstSeen),
    lastSeen: nsToInstant(row.lastSeen),
    before,
    trend:
      row.occurrences === 0
        ? null
        : trendOf(row.occurrences, before, BigInt(row.firstSeen) >= from),
    spark: toSpark(row.spark),
    traceId: row.traceId,
    logSeq: row.logSeq,
    action: actionOf(category, row.code, row.object),
  };
}

function toSpark(slots: unknown): number[] {
  const spark = Array.from({ length: SPARK_SLOTS }, () => 0);
  for (const { slot, occurrences } of slots as { slot: number; occurrences: number }[])
    spark[slot] = occurrences;
  return spark;
}
