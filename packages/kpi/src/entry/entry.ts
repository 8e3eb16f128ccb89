/** Entries of database loggers, as the app wrote them: six kinds, each with its training labels. */
import { FeatureStatus, toNested } from '@heartwood/semconv';
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { nsToInstant } from '../instant.ts';
import { toObject } from '../json.ts';
import { checkNames } from '../name.ts';
import { keptWarnings, readRemoved } from '../removed.ts';
import { toNs, type Window } from '../window.ts';

/** Kinds of entries; each is the name of its event. */
export const ENTRY_TYPES = [
  'database_operation',
  'sync_operation',
  'migration_operation',
  'performance_metrics',
  'error_log',
  'monitoring_data',
] as const;
type EntryType = (typeof ENTRY_TYPES)[number];

/** One entry. */
interface Entry {
  readonly seq: string;
  readonly time: string;
  readonly type: EntryType;
  /** How what it is about came out: `partial` where some of it failed; null where it does not say. */
  readonly status: FeatureStatus | null;
  readonly service: string | null;
  readonly feature: string | null;
  readonly session: string | null;
  readonly user: string | null;
  readonly traceId: string | null;
  /** The `training_labels` of the entry. */
  readonly labels: Readonly<Record<string, unknown>>;
  /** What the app wrote, keys in its order. */
  readonly entry: Readonly<Record<string, unknown>>;
}

/** Which entries; all that is given holds together. */
interface EntryFilter {
  readonly type?: EntryType | undefined;
  readonly service?: string | undefined;
  readonly session?: string | undefined;
  /** 32 hexadecimal digits. */
  readonly traceId?: string | undefined;
}

/** Entries of a window, newest first. Rejects an unknown service when nothing is found. */
export async function readEntries(
  reader: Reader,
  window: Window,
  { type, service, session, traceId }: EntryFilter,
  {
    limit,
    cursor,
    ...options
  }: ReadOptions & { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ rows: Entry[]; nextCursor: string | null; warnings: string[] }> {
  const [cursorTime, cursorSeq] = cursor?.split('-').map(BigInt) ?? [];
  const params = {
    ...toNs(window),
    types: type === undefined ? ENTRY_TYPES : [type],
    service,
    session,
    traceId: traceId?.toLowerCase(),
    cursorTime,
    cursorSeq,
    // One more than asked for tells whether a page follows.
    limit: limit + 1,
  };
  const [stored, removed] = await Promise.all([
    reader.read('entry/list', params, options),
    readRemoved(reader, window, {}, options),
  ]);
  if (stored.length === 0) await checkNames(reader, { service }, options);
  const page = stored.slice(0, limit);
  const last = stored.length > limit ? page.at(-1) : undefined;
  return {
    rows: page.map(toEntry),
    nextCursor: last === undefined ? null : `${last.time}-${last.seq}`,
    warnings: keptWarnings(removed, window, 'entries'),
  };
}

function toEntry({ time, type, attributes, ...rest }: QueryRow<'entry/list'>): Entry {
  const own = Object.entries(toObject(attributes)).filter(([key]) => !OURS.test(key));
  const entry = toNested(Object.fromEntries(own));
  return {
    ...rest,
    time: nsToInstant(time),
    type: type as EntryType,
    status: statusOf(entry),
    labels: toObject(entry['training_labels']),
    entry,
  };
}

/** What the instrumentation says beside the facts of the app: who, where and in which run. */
const OURS = /^(?:session|user|feature|error|exception)\./u;

/** Where entries say whether it went well, each with how many of its records did not. */
const TELLING = ['operation_details', 'sync_results', 'migration_results', 'result'] as const;

function statusOf(entry: Readonly<Record<string, unknown>>): FeatureStatus | null {
  const parts = TELLING.map((name) => toObject(entry[name]));
  const labels = toObject(entry['training_labels']);
  const said = [
    ...parts.map(({ success }) => success),
    labels['operation_successful'],
    labels['sync_successful'],
  ].find((success) => typeof success === 'boolean');
  if (said === undefined) return null;
  if (!said) return FeatureStatus.FAILED;
  const failed = parts.some(({ leads_failed: count }) => typeof count === 'number' && count > 0);
  return failed ? FeatureStatus.PARTIAL : FeatureStatus.SUCCESS;
}
