/** Every error a question can meet before and after it is asked: code, message with the remedy. */
import { CodedError, defineErrors, type ErrorEntry } from '@heartwood/semconv';
import { ACTIVITY_ERRORS } from './errors/activity.ts';
import { DEFINITION_ERRORS } from './errors/definition.ts';
import { ERROR_ERRORS } from './errors/error.ts';
import { FUNNEL_ERRORS } from './errors/funnel.ts';
import { HEALTH_ERRORS } from './errors/health.ts';
import { HEART_ERRORS } from './errors/heart.ts';
import { KPI_ERRORS } from './errors/kpi.ts';
import { LOG_ERRORS } from './errors/log.ts';
import { MEMBER_ERRORS } from './errors/member.ts';
import { NAME_ERRORS } from './errors/name.ts';
import { OPERATION_ERRORS } from './errors/operation.ts';
import { PATH_ERRORS } from './errors/path.ts';
import { PLAN_ERRORS } from './errors/plan.ts';
import { QUALITY_ERRORS } from './errors/quality.ts';
import { RESOURCE_ERRORS } from './errors/resource.ts';
import { SUMMARY_ERRORS } from './errors/summary.ts';
import { RANGE_ERRORS } from './errors/range.ts';
import { TRAINING_ERRORS } from './errors/training.ts';

/** A file a topic. */
const ENTRIES = {
  ...RANGE_ERRORS,
  ...NAME_ERRORS,
  ...DEFINITION_ERRORS,
  ...PLAN_ERRORS,
  ...KPI_ERRORS,
  ...FUNNEL_ERRORS,
  ...ACTIVITY_ERRORS,
  ...LOG_ERRORS,
  ...ERROR_ERRORS,
  ...MEMBER_ERRORS,
  ...QUALITY_ERRORS,
  ...OPERATION_ERRORS,
  ...PATH_ERRORS,
  ...HEALTH_ERRORS,
  ...RESOURCE_ERRORS,
  ...SUMMARY_ERRORS,
  ...HEART_ERRORS,
  ...TRAINING_ERRORS,
};

/** Codes of the errors of a question. */
export type QuestionErrorCode = keyof typeof ENTRIES;

/** A question that cannot be answered as it was asked. */
export class QuestionError extends CodedError {
  /** HTTP status of the answer. */
  readonly status: number;
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
    this.status = ENTRIES[code].status;
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
