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

/** What is known of an error. */
export interface ErrorFacts {
  readonly type: string;
  readonly message?: string | undefined;
  readonly stack?: string | undefined;
}

/** Reads an error. Never throws. */
export function readErrorFacts(error: unknown): ErrorFacts {
  const config = currentConfig();
  const type = errorTypeOf(error, statusOfError(error));
  if (config.errors !== 'message') return { type };
  const message = typeof error === 'string' ? error : textOf(error, 'message');
  const stack = textOf(error, 'stack');
  return {
    type,
    message: message && redactAndCut(message, LONGEST_MESSAGE, config),
    stack: stack && redactAndCut(stack, LONGEST_STACK, config),
  };
}

/** An error under the names that OpenTelemetry gives its parts. */
export function errorAttributes(error: unknown): Attributes {
  const { type, message, stack } = readErrorFacts(error);
  return {
    [ATTR_ERROR_TYPE]: type,
    [ATTR_EXCEPTION_TYPE]: type,
    ...(message !== undefined && { [ATTR_EXCEPTION_MESSAGE]: message }),
    ...(stack !== undefined && { [ATTR_EXCEPTION_STACKTRACE]: stack }),
  };
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
