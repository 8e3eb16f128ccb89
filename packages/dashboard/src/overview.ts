/** Everything the features page shows, asked for over one and the same range. */
import type { AnswerOf, Client } from '@heartwood/api/client';
import type {
  FeatureRow,
  Meta,
  RunTotals,
  SystemState,
  UsageSeries,
} from '@heartwood/api/contract';
import { type Interval, type Range, previousOf, toRangeQuery } from './range.ts';
import type { Filter } from './router.ts';

/** What is asked. */
export interface OverviewQuestion {
  readonly range: Range;
  readonly filter: Filter;
  readonly interval: Interval | 'auto';
  readonly timeZone: string;
}

/** The answers, which belong together. */
export interface Overview {
  readonly totals: RunTotals;
  readonly meta: Meta;
  /** The period of the same length before; undefined when the store does not reach back over all of it. */
  readonly previous: RunTotals | undefined;
  readonly rows: readonly FeatureRow[];
  readonly featuresMeta: AnswerOf<'/api/v1/features'>['meta'];
  readonly usage: UsageSeries | undefined;
  readonly interval: string;
  /** Categories and services that can be filtered by. */
  readonly categories: readonly string[];
  readonly services: readonly string[];
  readonly system: SystemState;
}

/** More rows than this are told as truncated. */
const ROW_LIMIT = 1000;

/** Asks for all of it. The first answer fixes the bounds, so that tiles, chart and table count the same runs. */
export async function readOverview(
  client: Client,
  { range, filter, interval, timeZone }: OverviewQuestion,
  signal: AbortSignal,
): Promise<Overview> {
  const [stats, { data: system }] = await Promise.all([
    client.get('/api/stats', { query: { ...toRangeQuery(range), ...filter, timeZone }, signal }),
    client.get('/api/v1/system', { signal }),
  ]);
  const bounds = { from: stats.meta.from, to: stats.meta.to };
  const query = { ...bounds, ...filter, timeZone };
  const before = previousOf(bounds);
  const [features, usage, services, previous, all] = await Promise.all([
    client.get('/api/v1/features', { query: { ...query, trend: true, limit: ROW_LIMIT }, signal }),
    client.get('/api/v1/usage', { query: { ...query, interval }, signal }),
    client.get('/api/v1/services', { query: bounds, signal }),
    reachesBack(system, before.from)
      ? client.get('/api/stats', { query: { ...before, ...filter, timeZone }, signal })
      : undefined,
    filter.category === undefined && filter.service === undefined && filter.status === undefined
      ? undefined
      : client.get('/api/v1/features', { query: { ...bounds, limit: ROW_LIMIT }, signal }),
  ]);
  return {
    totals: stats.data,
    meta: stats.meta,
    previous: previous?.data,
    rows: features.data,
    featuresMeta: features.meta,
    usage: usage.data[0],
    interval: usage.meta.interval,
    categories: namesOf((all ?? features).data.map(({ category }) => category)),
    services: namesOf(services.data.map(({ service }) => service)),
    system,
  };
}

/** True when the store has data from before the moment: only then is a comparison honest. */
export function reachesBack({ store }: SystemState, from: string): boolean {
  return store.firstSeen !== null && Date.parse(store.firstSeen) <= Date.parse(from);
}

function namesOf(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))].toSorted();
}
