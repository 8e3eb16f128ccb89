/** What is shown, as text in the address: page, range, filters, order. A link reproduces the view. */
import { FEATURE_STATUSES, type FeatureStatus } from '@heartwood/semconv';
import {
  DEFAULT_RANGE,
  type Interval,
  type Range,
  intervalsFor,
  lengthMsOf,
  parseLengthMs,
} from './range.ts';
import { DEFAULT_SORT, type Sort, isSortKey } from './sort.ts';

/** Which page; the address part before the `?`. */
type Page =
  | { readonly kind: 'features' }
  | { readonly kind: 'feature'; readonly name: string }
  | { readonly kind: 'trace'; readonly traceId: string }
  | { readonly kind: 'operations' }
  | { readonly kind: 'system' }
  | { readonly kind: 'unknown'; readonly path: string };

/** Narrowing that every page with runs honours. */
export interface Filter {
  readonly category?: string;
  readonly service?: string;
  readonly status?: FeatureStatus;
}

/** What the chart over time shows. */
export const MEASURES = ['runs', 'users', 'success', 'latency'] as const;
export type Measure = (typeof MEASURES)[number];

/** Everything that a link carries. */
export interface View {
  readonly page: Page;
  readonly range: Range;
  readonly interval: Interval | 'auto';
  readonly filter: Filter;
  readonly search: string;
  readonly sort: Sort;
  readonly measure: Measure;
}

/** The view that an address means; parts that cannot be understood take their default. */
export function parseView(hash: string): View {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#/u, ''), '?');
  const search = new URLSearchParams(query);
  const range = parseRange(search);
  return {
    page: parsePage(path),
    range,
    interval: parseInterval(search.get('interval'), range),
    filter: parseFilter(search),
    search: search.get('q') ?? '',
    sort: parseSort(search.get('sort')),
    measure: MEASURES.find((measure) => measure === search.get('chart')) ?? 'runs',
  };
}

/** Address of a view; what has its default is left out. */
export function toHash({ page, range, interval, filter, search, sort, measure }: View): string {
  const query = new URLSearchParams();
  if (range.kind === 'between') {
    query.set('from', range.from);
    query.set('to', range.to);
  } else if (range.since !== sinceOf(DEFAULT_RANGE)) query.set('since', range.since);
  if (interval !== 'auto') query.set('interval', interval);
  for (const key of ['category', 'service', 'status'] as const) {
    const value = filter[key];
    if (value !== undefined) query.set(key, value);
  }
  if (search !== '') query.set('q', search);
  if (toSortText(sort) !== toSortText(DEFAULT_SORT)) query.set('sort', toSortText(sort));
  if (measure !== 'runs') query.set('chart', measure);
  return `#${toPath(page)}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

function toPath(page: Page): string {
  switch (page.kind) {
    case 'features':
      return '/';
    case 'feature':
      return `/features/${encodeURIComponent(page.name)}`;
    case 'trace':
      return `/traces/${encodeURIComponent(page.traceId)}`;
    case 'operations':
      return '/operations';
    case 'system':
      return '/system';
    case 'unknown':
      return page.path;
    default:
      return page satisfies never;
  }
}

function parsePage(path: string): Page {
  const [kind = '', rest = ''] = splitOnce(path.replace(/^\//u, ''), '/');
  if (rest === '' && (kind === '' || kind === 'features')) return { kind: 'features' };
  if (rest === '' && (kind === 'operations' || kind === 'system')) return { kind };
  const name = decode(rest);
  if (kind === 'features' && name !== undefined) return { kind: 'feature', name };
  if (kind === 'traces' && name !== undefined && name !== '')
    return { kind: 'trace', traceId: name };
  return { kind: 'unknown', path };
}

function parseRange(search: URLSearchParams): Range {
  const from = toInstant(search.get('from'));
  const to = toInstant(search.get('to'));
  if (from !== undefined && to !== undefined && from < to) return { kind: 'between', from, to };
  const since = search.get('since') ?? '';
  return parseLengthMs(since) === undefined ? DEFAULT_RANGE : { kind: 'since', since };
}

function parseInterval(text: string | null, range: Range): Interval | 'auto' {
  return intervalsFor(lengthMsOf(range)).find((name) => name === text) ?? 'auto';
}

function parseFilter(search: URLSearchParams): Filter {
  const category = search.get('category') ?? '';
  const service = search.get('service') ?? '';
  const status = FEATURE_STATUSES.find((name) => name === search.get('status'));
  return {
    ...(category !== '' && { category }),
    ...(service !== '' && { service }),
    ...(status !== undefined && { status }),
  };
}

/** `-runs` is descending, `runs` ascending. */
function parseSort(text: string | null): Sort {
  const key = text?.replace(/^-/u, '') ?? '';
  return isSortKey(key) ? { key, descending: text?.startsWith('-') === true } : DEFAULT_SORT;
}

function toSortText({ key, descending }: Sort): string {
  return descending ? `-${key}` : key;
}

function toInstant(text: string | null): string | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

function sinceOf(range: Range): string {
  return range.kind === 'since' ? range.since : '';
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
