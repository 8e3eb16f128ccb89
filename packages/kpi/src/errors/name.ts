/** Names that occur nowhere in the store. */
import type { ErrorTable } from './entry.ts';

export const NAME_ERRORS = {
  FEATURE_UNKNOWN: {
    status: 404,
    detail: 'No run of a feature "{value}" is stored.',
    remedy: 'Check the name at /api/v1/features.',
  },
  CATEGORY_UNKNOWN: {
    status: 404,
    detail: 'No run of the category "{value}" is stored.',
    remedy: 'Check the spelling.',
  },
  COMPONENT_UNKNOWN: {
    status: 404,
    detail: 'No run of the component "{value}" is stored.',
    remedy: 'Check the spelling.',
  },
  SERVICE_UNKNOWN: {
    status: 404,
    detail: 'The service "{value}" never sent anything.',
    remedy: 'Check the name at /api/v1/services.',
  },
  METRIC_UNKNOWN: {
    status: 404,
    detail: 'No metric "{value}" was ever received.',
    remedy: 'Check the name at /api/v1/metrics.',
  },
  ERROR_TYPE_UNKNOWN: {
    status: 404,
    detail: 'No span has the error type "{value}".',
    remedy: 'Check the spelling.',
  },
  EVENT_UNKNOWN: {
    status: 404,
    detail: 'No event "{value}" was ever received.',
    remedy: 'Check the name at /api/v1/events.',
  },
  USER_UNKNOWN: {
    status: 404,
    detail: 'Nothing is stored of the user "{value}".',
    remedy: 'Give the hash as the records show it.',
  },
  SESSION_UNKNOWN: {
    status: 404,
    detail: 'Nothing is stored of the session "{value}".',
    remedy: 'Give the id as the records show it.',
  },
  GROUP_UNKNOWN: {
    status: 404,
    detail: 'The answer has no group "{value}".',
    remedy: 'Give a group as the answer names it, with the same range, by and top.',
  },
  TRACE_UNKNOWN: {
    status: 404,
    detail: 'No span of the trace {value} is stored.',
    remedy: 'Check the id, or wait until it has arrived.',
  },
} as const satisfies ErrorTable;
