/** A thrown value as facts of an event, as far as the settings let it leave. */
import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@heartwood/semconv';
import { context, type Attributes } from '@opentelemetry/api';
import { currentActor } from '../context/context.ts';
import { errorTypeOf, statusOfError } from '../facts/failure.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import { redactAndCut } from '../privacy/redact.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import { currentConfig } from '../settings/config.ts';

/** What is known of an error. */
export interface ErrorFacts {
  readonly type: string;
  readonly message?: string | undefined;
  readonly stack?: string | undefined;
}

/** Reads an error, without the id of the user who acts here if no other is given. Never throws. */
export function readErrorFacts(
  error: unknown,
  userId: RawUserId = rawUserIdOf(currentActor(context.active()).user),
): ErrorFacts {
  const config = currentConfig();
  const type = errorTypeOf(error, statusOfError(error), userId);
  if (config.errors !== 'message') return { type };
  const message = typeof error === 'string' ? error : textOf(error, 'message');
  const stack = textOf(error, 'stack');
  return {
    type,
    message: message && redactAndCut(message, LONGEST_MESSAGE, config, userId),
    stack: stack && redactAndCut(stack, LONGEST_STACK, config, userId),
  };
}

/** An error under the names that OpenTelemetry gives its parts. */
export function errorAttributes(error: unknown, userId: RawUserId): Attributes {
  const { type, message, stack } = readErrorFacts(error, userId);
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
