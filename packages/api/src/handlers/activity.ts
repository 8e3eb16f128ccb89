/** Stickiness, lifecycle and frequency. */
import {
  QuestionError,
  readActivityMembers,
  readFrequency,
  readLifecycle,
  readStickiness,
  type ActivityNumber,
  type ActivityRequest,
  type Analytic,
  type Window,
} from '@heartwood/kpi';
import type { Reader } from '@heartwood/store';
import type { z } from 'zod';
import type {
  ActivityQuery,
  FrequencyMemberQuery,
  FrequencySeries,
  LifecycleSeries,
  Stickiness,
} from '../contract/activity.ts';
import type { AnalyticMeta } from '../contract/analytic.ts';
import type { ACTIVITY_ROUTES } from '../contract/routes/activity.ts';
import { analyticMetaOf } from './analytic.ts';
import { windowOf, type Context, type HandlersOf } from './context.ts';
import { pageOf, toMembers } from './member.ts';

export const activityHandlers: HandlersOf<typeof ACTIVITY_ROUTES> = {
  /** `GET /api/v1/stickiness` */
  readStickiness: async (context, { query }) => {
    const { data, meta } = await ask(context, query, readStickiness);
    return { data: structuredClone(data) as z.output<typeof Stickiness>, meta };
  },

  /** `GET /api/v1/lifecycle` */
  readLifecycle: async (context, { query }) => {
    const { data, meta } = await ask(context, query, readLifecycle);
    return { data: structuredClone(data) as z.output<typeof LifecycleSeries>[], meta };
  },

  /** `GET /api/v1/frequency` */
  readFrequency: async (context, { query }) => {
    const { data, meta } = await ask(context, query, readFrequency);
    return { data: structuredClone(data) as z.output<typeof FrequencySeries>[], meta };
  },

  /** `GET /api/v1/stickiness/members` */
  listStickinessMembers: (context, { query }) => {
    const { intervals, atLeast, day, days } = query;
    if (day !== undefined)
      return listMembers(context, query, { kind: 'days', day, days: Number(days) });
    if (intervals === undefined)
      throw new QuestionError('MEMBER_NUMBER_MISSING', 'intervals', { what: 'intervals or day' });
    const isAtLeast = atLeast === 'true';
    return listMembers(context, query, { kind: 'intervals', intervals, isAtLeast });
  },

  /** `GET /api/v1/lifecycle/members` */
  listLifecycleMembers: (context, { query }) => {
    const { state, start } = query;
    return listMembers(context, query, { kind: 'lifecycle', state, start });
  },

  /** `GET /api/v1/frequency/members` */
  listFrequencyMembers: (context, { query }) => {
    const { of, least: from, most: to } = query;
    return listMembers(context, query, { kind: 'frequency', of, from, to });
  },
};

type MemberQuery = Omit<z.output<typeof FrequencyMemberQuery>, 'of' | 'least' | 'most'>;

async function listMembers(
  context: Context,
  query: MemberQuery,
  number: ActivityNumber,
): Promise<ReturnType<typeof toMembers>> {
  const window = windowOf(context, query, ACTIVITY_RANGE);
  const page = { ...pageOf(query), group: query.group };
  const request = requestOf(context, query);
  return toMembers(await readActivityMembers(context.reader, window, request, number, page));
}

const requestOf = (
  { options }: Context,
  { feature, event, unit, interval, by, top }: Omit<ActivityRequest, 'signal' | 'timeoutMs'>,
): ActivityRequest => ({ ...options, feature, event, unit, interval, by, top });

/** A day of activity holds no whole interval; four weeks hold each day of the week as often. */
const ACTIVITY_RANGE = '28d';

type Read<Data> = (
  reader: Reader,
  window: Window,
  request: ActivityRequest,
) => Promise<Analytic<Data>>;

async function ask<Data>(
  context: Context,
  query: z.output<typeof ActivityQuery>,
  read: Read<Data>,
): Promise<{ data: Data; meta: AnalyticMeta }> {
  const window = windowOf(context, query, ACTIVITY_RANGE);
  const found = await read(context.reader, window, requestOf(context, query));
  return { data: found.data, meta: analyticMetaOf(window, found, query) };
}
