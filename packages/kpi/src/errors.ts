/** Every error a question can meet before and after it is asked: code, message with the remedy. */
import { CodedError, defineErrors } from '@heartwood/semconv';

const make = defineErrors({
  TIME_INVALID: {
    message:
      '"{value}" is no time. Give ISO 8601 such as 2026-11-21T09:30:00Z, epoch milliseconds, now, today or yesterday.',
    retryable: false,
  },
  TIME_OUT_OF_RANGE: {
    message: '"{value}" lies outside of what can be stored. Give a time between 1970 and 2261.',
    retryable: false,
  },
  DURATION_INVALID: {
    message: '"{value}" is no duration. Give a number and a unit: 90s, 15m, 24h, 7d, 4w.',
    retryable: false,
  },
  RANGE_AMBIGUOUS: {
    message: 'Both from and since are given. Leave one of them out.',
    retryable: false,
  },
  RANGE_REVERSED: {
    message: 'The range ends ({to}) before it starts ({from}). Swap from and to.',
    retryable: false,
  },
  RANGE_EMPTY: {
    message: 'The range starts and ends at {from}. Give a to that lies after from.',
    retryable: false,
  },
  RANGE_TOO_LONG: {
    message: 'The range is {days} days long. Ask for at most {limit} days.',
    retryable: false,
  },
  TIME_ZONE_UNKNOWN: {
    message: '"{value}" is no time zone. Give an IANA name such as Europe/Berlin or UTC.',
    retryable: false,
  },
  INTERVAL_TOO_FINE: {
    message:
      'Buckets of {value} over this range would be {count}. Ask for at most {limit}: interval={remedy}, auto, or a shorter range.',
    retryable: false,
  },
  FEATURE_UNKNOWN: {
    message: 'No run of a feature "{value}" is stored. Check the name at /api/v1/features.',
    retryable: false,
  },
  CATEGORY_UNKNOWN: {
    message: 'No run of the category "{value}" is stored. Check the spelling.',
    retryable: false,
  },
  COMPONENT_UNKNOWN: {
    message: 'No run of the component "{value}" is stored. Check the spelling.',
    retryable: false,
  },
  SERVICE_UNKNOWN: {
    message: 'The service "{value}" never sent anything. Check the name at /api/v1/services.',
    retryable: false,
  },
  ERROR_TYPE_UNKNOWN: {
    message: 'No span has the error type "{value}". Check the spelling.',
    retryable: false,
  },
  USER_UNKNOWN: {
    message: 'Nothing is stored of the user "{value}". Give the hash as the records show it.',
    retryable: false,
  },
  SESSION_UNKNOWN: {
    message: 'Nothing is stored of the session "{value}". Give the id as the records show it.',
    retryable: false,
  },
  TRACE_UNKNOWN: {
    message: 'No span of the trace {value} is stored. Check the id, or wait until it has arrived.',
    retryable: false,
  },
});

/** Codes of the errors of a question. */
export type QuestionErrorCode = Parameters<typeof make>[0];

/** A question that cannot be answered as it was asked. */
export class QuestionError extends CodedError {
  /** The parameter at fault. */
  readonly parameter: string;
  /** Known names that are close to the one asked for, nearest first. */
  readonly suggestions: readonly string[];

  constructor(
    code: QuestionErrorCode,
    parameter: string,
    values: Readonly<Record<string, string | number>> = {},
    suggestions: readonly string[] = [],
  ) {
    super(code, make(code, shorten(values)).message, false);
    this.parameter = parameter;
    this.suggestions = suggestions;
  }
}

/** A hostile value must not blow up the message that repeats it. */
function shorten(
  values: Readonly<Record<string, string | number>>,
): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' && value.length > 100 ? `${value.slice(0, 100)}…` : value,
    ]),
  );
}
