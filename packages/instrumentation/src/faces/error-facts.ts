/** A thrown value as facts of an event, as far as the settings let it leave. */
import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@heartwood/semconv';
import type { Attributes } from '@opentelemetry/api';
import { errorTypeOf, statusOfError } from '../facts/failure.ts';
import { redactAndCut } from '../privacy/redact.ts';
import { currentConfig } from '../settings/config.ts';

/** Type, message and stack of an error under the names that OpenTelemetry gives them. Never throws. */
export function errorFacts(error: unknown): Attributes {
  const config = currentConfig();
  const type = errorTypeOf(error, statusOfError(error));
  const facts: Attributes = { [ATTR_ERROR_TYPE]: type, [ATTR_EXCEPTION_TYPE]: type };
  if (config.errors !== 'message') return facts;
  const message = typeof error === 'string' ? error : textOf(error, 'message');
  const stack = textOf(error, 'stack');
  if (message !== undefined) {
    facts[ATTR_EXCEPTION_MESSAGE] = redactAndCut(message, LONGEST_MESSAGE, config);
  }
  if (stack !== undefined) {
    facts[ATTR_EXCEPTION_STACKTRACE] = redactAndCut(stack, LONGEST_STACK, config);
  }
  return facts;
}

const LONGEST_MESSAGE = 1024;
const LONGEST_STACK = 4096;

function textOf(error: unknown, key: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    const value = (error as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
