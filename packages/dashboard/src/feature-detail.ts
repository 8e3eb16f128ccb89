/** Everything the page of one feature shows, and the command that asks the same in a terminal. */
import type { AnswerOf, Client } from '@heartwood/api/client';
import type { FeatureDetail, SystemState } from '@heartwood/api/contract';
import { toVisible } from './format.ts';
import { reachesBack } from './overview.ts';
import { type Interval, type Range, previousOf, toRangeQuery } from './range.ts';
import type { Filter } from './router.ts';

/** What is asked. */
export interface FeatureQuestion {
  readonly name: string;
  readonly range: Range;
  readonly filter: Filter;
  readonly interval: Interval | 'auto';
  readonly timeZone: string;
}

/** The answers, which belong together. */
export interface FeatureView {
  readonly feature: FeatureDetail;
  readonly meta: AnswerOf<'/api/v1/features/{name}'>['meta'];
  /** The period of the same length before; undefined when the store does not reach back over all of it. */
  readonly previous: FeatureDetail | undefined;
  readonly system: SystemState;
}

const PATH = '/api/v1/features/{name}';

/** Runs in the list at the foot of the page. */
const RECENT = 25;

/** Asks for all of it. */
export async function readFeatureView(
  client: Client,
  { name, range, filter, interval, timeZone }: FeatureQuestion,
  signal: AbortSignal,
): Promise<FeatureView> {
  const params = { name };
  const query = { ...filter, timeZone };
  const [{ data: feature, meta }, { data: system }] = await Promise.all([
    client.get(PATH, {
      params,
      query: { ...query, ...toRangeQuery(range), interval, recent: RECENT },
      signal,
    }),
    client.get('/api/v1/system', { signal }),
  ]);
  const before = previousOf(meta);
  const previous = reachesBack(system, before.from)
    ? await client.get(PATH, { params, query: { ...query, ...before, recent: 0 }, signal })
    : undefined;
  return { feature, meta, previous: previous?.data, system };
}

/**
 * The same question for a terminal, quoted for POSIX shells; undefined when a word holds what is not seen, because a
 * terminal obeys control characters that are pasted.
 */
export function toCommand({
  name,
  range,
  filter,
}: Omit<FeatureQuestion, 'interval' | 'timeZone'>): string | undefined {
  const bounds =
    range.kind === 'since' ? ['--since', range.since] : ['--from', range.from, '--to', range.to];
  const filters = (['category', 'service', 'status'] as const).flatMap((key) => {
    const value = filter[key];
    return value === undefined ? [] : [`--${key}`, value];
  });
  // Behind `--`, so that a name that begins with a dash is no option.
  const words = ['features', 'show', ...bounds, ...filters, '--', name];
  if (name === '' || words.some((word) => toVisible(word) !== word)) return undefined;
  return `npx heartwood ${words.map(quote).join(' ')}`;
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
