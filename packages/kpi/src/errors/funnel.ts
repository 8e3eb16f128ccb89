/** What can be wrong with a question about a funnel. */
import type { ErrorTable } from './entry.ts';

export const FUNNEL_ERRORS = {
  FUNNEL_UNKNOWN: {
    status: 404,
    detail: 'No funnel "{value}" is defined.',
    remedy: 'Check the id at /api/v1/funnels.',
  },
  FUNNEL_STEP_UNKNOWN: {
    status: 404,
    detail: 'The funnel has no step "{value}".',
    remedy: 'Give a step as the answer about the funnel names it, or its number from 1.',
  },
  FUNNEL_TREND_TOO_LARGE: {
    status: 400,
    detail: 'The trend would have {count} points: {groups} groups, each of {buckets} buckets.',
    remedy:
      'Ask for at most {limit}: longer buckets (interval), fewer groups (top), or a shorter range.',
  },
  FUNNEL_NOT_SPLIT: {
    status: 400,
    detail: 'A group is asked for, but the funnel is split by nothing.',
    remedy: 'Give by as well.',
  },
} as const satisfies ErrorTable;
