/** Stickiness, lifecycle and frequency. */
import {
  readFrequency,
  readLifecycle,
  readStickiness,
  type ActivityRequest,
  type Analytic,
  type Window,
} from '@heartwood/kpi';
import type { Reader } from '@heartwood/store';
import type { z } from 'zod';
import type {
  ActivityQuery,
  FrequencySeries,
  LifecycleSeries,
  Stickiness,
} from '../contract/activity.ts';
import type { AnalyticMeta } from '../contract/analytic.ts';
import type { ACTIVITY_ROUTES } from '../contract/routes/activity.ts';
import { analyticMetaOf } from './analytic.ts';
import { windowOf, type Context, type HandlersOf } from './context.ts';

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
};

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
  const { feature, event, unit, interval, by, top } = query;
  const request = { ...context.options, feature, event, unit, interval, by, top };
  const found = await read(context.reader, window, request);
  return { data: found.data, meta: analyticMetaOf(window, found, query) };
}
