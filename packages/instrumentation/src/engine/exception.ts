/** A thrown value as the event that OpenTelemetry has for it. */
import type { Attributes, Exception } from '@opentelemetry/api';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@heartwood/semconv';

/** https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans */
export const EXCEPTION_EVENT = 'exception';

/** Attributes of the event, by the rules of the SDKs; undefined for what says neither type nor message. */
export function exceptionAttributes(exception: Exception): Attributes | undefined {
  if (typeof exception === 'string') {
    return exception === '' ? undefined : { [ATTR_EXCEPTION_MESSAGE]: exception };
  }
  if (typeof exception !== 'object' || exception === null) return undefined;
  const { code, name, message, stack } = exception;
  const attributes: Attributes = {};
  if (code) attributes[ATTR_EXCEPTION_TYPE] = String(code);
  else if (name) attributes[ATTR_EXCEPTION_TYPE] = name;
  if (message) attributes[ATTR_EXCEPTION_MESSAGE] = message;
  const says = Object.keys(attributes).length > 0;
  if (stack) attributes[ATTR_EXCEPTION_STACKTRACE] = stack;
  return says ? attributes : undefined;
}
