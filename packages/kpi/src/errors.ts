/** Every error a question can meet before and after it is asked: code, message with the remedy. */
import { CodedError, defineErrors, type ErrorEntry } from '@heartwood/semconv';

/** What was wrong, and what to do about it; `{placeholders}` are filled by the caller. */
const ENTRIES = {
  TIME_INVALID: {
    detail: '"{value}" is no time.',
    remedy:
      'Give ISO 8601 such as 2026-11-21T09:30:00Z, epoch milliseconds, now, today or yesterday.',
  },
  TIME_OUT_OF_RANGE: {
    detail: '"{value}" lies outside of what can be stored.',
    remedy: 'Give a time between 1970 and 2261.',
  },
  DURATION_INVALID: {
    detail: '"{value}" is no duration.',
    remedy: 'Give a number and a unit: 90s, 15m, 24h, 7d, 4w.',
  },
  RANGE_AMBIGUOUS: {
    detail: 'Both from and since are given.',
    remedy: 'Leave one of them out.',
  },
  RANGE_REVERSED: {
    detail: 'The range ends ({to}) before it starts ({from}).',
    remedy: 'Swap from and to.',
  },
  RANGE_EMPTY: {
    detail: 'The range starts and ends at {from}.',
    remedy: 'Give a to that lies after from.',
  },
  RANGE_TOO_LONG: {
    detail: 'The range is {days} days long.',
    remedy: 'Ask for at most {limit} days.',
  },
  TIME_ZONE_UNKNOWN: {
    detail: '"{value}" is no time zone.',
    remedy: 'Give an IANA name such as Europe/Berlin or UTC.',
  },
  INTERVAL_TOO_FINE: {
    detail: 'Buckets of {value} over this range would be {count}.',
    remedy: 'Ask for at most {limit}: interval={remedy}, auto, or a shorter range.',
  },
  FEATURE_UNKNOWN: {
    detail: 'No run of a feature "{value}" is stored.',
    remedy: 'Check the name at /api/v1/features.',
  },
  CATEGORY_UNKNOWN: {
    detail: 'No run of the category "{value}" is stored.',
    remedy: 'Check the spelling.',
  },
  COMPONENT_UNKNOWN: {
    detail: 'No run of the component "{value}" is stored.',
    remedy: 'Check the spelling.',
  },
  SERVICE_UNKNOWN: {
    detail: 'The service "{value}" never sent anything.',
    remedy: 'Check the name at /api/v1/services.',
  },
  METRIC_UNKNOWN: {
    detail: 'No metric "{value}" was ever received.',
    remedy: 'Check the name at /api/v1/metrics.',
  },
  ERROR_TYPE_UNKNOWN: {
    detail: 'No span has the error type "{value}".',
    remedy: 'Check the spelling.',
  },
  USER_UNKNOWN: {
    detail: 'Nothing is stored of the user "{value}".',
    remedy: 'Give the hash as the records show it.',
  },
  SESSION_UNKNOWN: {
    detail: 'Nothing is stored of the session "{value}".',
    remedy: 'Give the id as the records show it.',
  },
  TRACE_UNKNOWN: {
    detail: 'No span of the trace {value} is stored.',
    remedy: 'Check the id, or wait until it has arrived.',
  },
} as const;

/** Codes of the errors of a question. */
export type QuestionErrorCode = keyof typeof ENTRIES;

/** A question that cannot be answered as it was asked. */
export class QuestionError extends CodedError {
  /** What was wrong; the message is this and the remedy. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy: string;
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
    const short = shorten(values);
    const detail = makeDetail(code, short).message;
    const remedy = makeRemedy(code, short).message;
    super(code, `${detail} ${remedy}`, false);
    this.detail = detail;
    this.remedy = remedy;
    this.parameter = parameter;
    this.suggestions = suggestions;
  }
}

const makeDetail = defineErrors(messagesOf('detail'));
const makeRemedy = defineErrors(messagesOf('remedy'));

function messagesOf(part: 'detail' | 'remedy'): Record<QuestionErrorCode, ErrorEntry> {
  return Object.fromEntries(
    Object.entries(ENTRIES).map(([code, entry]) => [
      code,
      { message: entry[part], retryable: false },
    ]),
  ) as Record<QuestionErrorCode, ErrorEntry>;
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
