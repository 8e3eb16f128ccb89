/** Reads a thrown value: what kind of end it is, its low-cardinality type, and a bounded copy of what it says. */
import {
  ERROR_TYPE_VALUE_OTHER,
  ERROR_TYPE_VALUE_TIMEOUT,
  FeatureStatus,
} from '@heartwood/semconv';
import type { SpanFailure } from '../engine/engine.ts';
import { redactAndCut, redactText } from '../privacy/redact.ts';
import { withoutIds, type RawUserId } from '../privacy/user-ids.ts';
import { currentConfig, type FeatureConfig } from '../settings/config.ts';

/** Status of a run that ended by throwing `error`: an abort is a cancellation, a timeout a timeout. */
export function statusOfError(error: unknown): FeatureStatus {
  const name = textOf(error, 'name');
  const code = textOf(error, 'code');
  if (name === 'AbortError' || code === 'ABORT_ERR') return FeatureStatus.CANCELLED;
  // TimeoutError is what AbortSignal.timeout() throws; the codes are those of sockets, undici and HTTP clients.
  if (name === 'TimeoutError' || /(^|_)(TIMEDOUT|TIMEOUT)$/.test(code ?? '')) {
    return FeatureStatus.TIMEOUT;
  }
  return FeatureStatus.FAILED;
}

/**
 * Value of `error.type`: `timeout`; else the error's code when it is a constant (`ECONNREFUSED`), its name, or its
 * class; `_OTHER` for anything that could be different each time, or names the user who acts.
 */
export function errorTypeOf(error: unknown, status: FeatureStatus, userId?: RawUserId): string {
  if (status === FeatureStatus.TIMEOUT) return ERROR_TYPE_VALUE_TIMEOUT;
  const code = textOf(error, 'code');
  const name = textOf(error, 'name');
  const type =
    code !== undefined && /^[A-Z][A-Z0-9_]{1,63}$/.test(code)
      ? code
      : name === undefined || name === 'Error'
        ? (className(error) ?? name)
        : name;
  if (type === undefined || !/^[\w$.-]{1,64}$/.test(type)) return ERROR_TYPE_VALUE_OTHER;
  if (currentConfig().anonymize && withoutIds(type, userId) !== type) return ERROR_TYPE_VALUE_OTHER;
  if (!types.has(type)) {
    if (types.size >= MOST_ERROR_TYPES) return ERROR_TYPE_VALUE_OTHER;
    if (redactText(type, currentConfig()) !== type) return ERROR_TYPE_VALUE_OTHER;
    types.add(type);
  }
  return type;
}

/**
 * What the span says about the error, with what the settings deny and the id of the user taken out. Of an error that
 * passes through nested runs only the innermost records the exception.
 */
export function spanFailureOf(
  error: unknown,
  errorType: string,
  traceId: string,
  config: FeatureConfig = currentConfig(),
  userId?: RawUserId,
): SpanFailure {
  // A word that makes no sense here keeps the messages back, as who set it had that in mind.
  const isTold = config.errors === 'message';
  const said = textOf(error, 'message') ?? (typeof error === 'string' ? error : '');
  const message = isTold ? redactAndCut(said, LONGEST_MESSAGE, config, userId) : '';
  if (typeof error !== 'object' || error === null || recordedIn.get(error) === traceId) {
    return { message };
  }
  recordedIn.set(error, traceId);
  const stack = isTold ? textOf(error, 'stack') : undefined;
  const exception = { name: errorType, message };
  return stack === undefined
    ? { message, exception }
    : {
        message,
        exception: { ...exception, stack: redactAndCut(stack, LONGEST_STACK, config, userId) },
      };
}

const LONGEST_MESSAGE = 1024;
const LONGEST_STACK = 8192;
// More classes of errors than this in one app are ids in disguise.
const MOST_ERROR_TYPES = 50;

const types = new Set<string>();
/** The trace in which an error was last recorded: an app may throw one error object again and again. */
const recordedIn = new WeakMap<object, string>();

function textOf(error: unknown, key: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    const value = (error as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function className(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    const name: unknown = error.constructor.name;
    return typeof name === 'string' && name !== 'Object' ? name : undefined;
  } catch {
    return undefined;
  }
}
