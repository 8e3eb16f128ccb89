/** Errors of DuckDB to errors of the store. */
import { CodedError } from '@heartwood/semconv';
import { storeError } from '../errors.ts';

/** After such an error the instance refuses everything until it is opened again. */
const FATAL_KINDS = new Set(['FATAL', 'INTERNAL']);

/** What is wrong with the rows will be wrong with them the next time; all other kinds tell of the surroundings. */
const DATA_KINDS = new Set([
  'Constraint',
  'Conversion',
  'Decimal',
  'Divide by Zero',
  'Invalid',
  'Invalid Input',
  'Invalid type',
  'Mismatch Type',
  'Object Size',
  'Out of Range',
]);

/** What stopped a landing: `STORE_DATA_REFUSED`, `STORE_FATAL`, or `STORE_LAND_FAILED` for the surroundings. */
export const landingFailure = (error: unknown): CodedError =>
  toCodedError(error, (reason) =>
    error instanceof RangeError || DATA_KINDS.has(kindOf(reason))
      ? storeError('STORE_DATA_REFUSED', { reason }, error)
      : storeError('STORE_LAND_FAILED', { reason }, error),
  );

/**
 * What a failed ROLLBACK says about the connection: nothing when there was no transaction left, because a failed COMMIT has
 * rolled back already; else it may hold a part of what was to go, and only another opening is rid of it.
 */
export function rollbackFailure(error: unknown, cause: unknown): CodedError | undefined {
  const reason = messageOf(error);
  if (reason.startsWith(NOTHING_TO_ROLL_BACK)) return undefined;
  const because = FATAL_KINDS.has(kindOf(messageOf(cause))) ? messageOf(cause) : reason;
  return storeError('STORE_FATAL', { reason: because }, cause);
}

/** What stopped a query that nobody interrupted. */
export const queryFailure = (name: string, error: unknown): CodedError =>
  toCodedError(error, (reason) =>
    kindOf(reason) === 'Out of Memory'
      ? storeError('STORE_QUERY_TOO_LARGE', { name }, error)
      : storeError('STORE_QUERY_FAILED', { name, reason }, error),
  );

/** What stopped a task of upkeep. */
export const upkeepFailure = (task: string, error: unknown): CodedError =>
  toCodedError(error, (reason) => storeError('STORE_UPKEEP_FAILED', { task, reason }, error));

/** DuckDB's words for a data file or WAL whose checksums do not fit. */
export const isDamage = (reason: string): boolean =>
  /Corrupt (?:WAL|database) file|replaying WAL|Failed to (?:load|deserialize)|Serialization Error/i.test(
    reason,
  );

/** What stopped the opening; the second process is told by DuckDB's own lock where ours did not see it. */
export function openFailure(path: string, error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const reason = messageOf(error);
  if (isDamage(reason)) return storeError('STORE_DAMAGED', { path, reason }, error);
  const holder = /Conflicting lock is held.*?\(PID (\d+)\)/s.exec(reason)?.[1];
  return holder === undefined
    ? storeError('STORE_OPEN_FAILED', { path, reason }, error)
    : storeError('STORE_LOCKED', { path, pid: holder }, error);
}

function toCodedError(error: unknown, otherwise: (reason: string) => CodedError): CodedError {
  if (error instanceof CodedError) return error;
  const reason = messageOf(error);
  return FATAL_KINDS.has(kindOf(reason))
    ? storeError('STORE_FATAL', { reason }, error)
    : otherwise(reason);
}

const NOTHING_TO_ROLL_BACK = 'TransactionContext Error: cannot rollback';

/** DuckDB puts the kind of an error in front; what follows may quote anything, such as a text that a sender chose. */
const kindOf = (message: string): string =>
  /^([A-Za-z][A-Za-z ]*) Error: /.exec(message)?.[1] ?? '';

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
