/** Errors of DuckDB to errors of the store. */
import { CodedError } from '@heartwood/semconv';
import { storeError } from '../errors.ts';

/** After such an error the instance refuses everything until it is opened again. */
const isFatal = (error: unknown): boolean =>
  /FATAL Error|database has been invalidated/i.test(messageOf(error));

/** What stopped a landing. */
export const landingFailure = (error: unknown): CodedError =>
  toCodedError(error, (reason) => storeError('STORE_LAND_FAILED', { reason }, error));

/** What stopped a query that nobody interrupted. */
export const queryFailure = (name: string, error: unknown): CodedError =>
  toCodedError(error, (reason) => storeError('STORE_QUERY_FAILED', { name, reason }, error));

/** What stopped a task of upkeep. */
export const upkeepFailure = (task: string, error: unknown): CodedError =>
  toCodedError(error, (reason) => storeError('STORE_UPKEEP_FAILED', { task, reason }, error));

/** What stopped the opening; the second process is told by DuckDB's own lock where ours did not see it. */
export function openFailure(path: string, error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const reason = messageOf(error);
  const holder = /Conflicting lock is held.*?\(PID (\d+)\)/s.exec(reason)?.[1];
  return holder === undefined
    ? storeError('STORE_OPEN_FAILED', { path, reason }, error)
    : storeError('STORE_LOCKED', { path, pid: holder }, error);
}

function toCodedError(error: unknown, otherwise: (reason: string) => CodedError): CodedError {
  if (error instanceof CodedError) return error;
  const reason = messageOf(error);
  return isFatal(error) ? storeError('STORE_FATAL', { reason }, error) : otherwise(reason);
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
