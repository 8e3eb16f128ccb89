/** The range of time a page is about: a length that ends now, or two moments. */

/** `since` moves with the clock; `between` stands still. */
export type Range =
  | { readonly kind: 'since'; readonly since: string }
  | { readonly kind: 'between'; readonly from: string; readonly to: string };

/** Bounds as the API gives them, ISO 8601. */
export interface Bounds {
  readonly from: string;
  readonly to: string;
}

/** Ranges one click away. */
export const PRESETS = [
  { since: '1h', label: '1 h', title: 'Last hour' },
  { since: '24h', label: '24 h', title: 'Last 24 hours' },
  { since: '7d', label: '7 d', title: 'Last 7 days' },
  { since: '28d', label: '28 d', title: 'Last 28 days' },
] as const;

export const DEFAULT_RANGE: Range = { kind: 'since', since: '24h' };

/** The parameters of the API that mean this range. */
export function toRangeQuery(range: Range): { since: string } | Bounds {
  return range.kind === 'since' ? { since: range.since } : { from: range.from, to: range.to };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of a length such as `24h`; undefined when it is none. */
export function parseLengthMs(text: string): number | undefined {
  const match = /^(\d{1,6})([smhdw])$/u.exec(text);
  const lengthMs = Number(match?.[1]) * (UNIT_MS[match?.[2] ?? ''] ?? Number.NaN);
  return lengthMs > 0 ? lengthMs : undefined;
}

/** Length in milliseconds; a calendar day counts as 24 hours. */
export function lengthMsOf(range: Range): number {
  return range.kind === 'since'
    ? (parseLengthMs(range.since) ?? 0)
    : Date.parse(range.to) - Date.parse(range.from);
}

/** The period of the same length that ends where this one starts. */
export function previousOf({ from, to }: Bounds): Bounds {
  const startMs = Date.parse(from);
  return { from: new Date(2 * startMs - Date.parse(to)).toISOString(), to: from };
}

/** How often to ask again; undefined for a range that stands still. */
export function refreshMsOf(range: Range): number | undefined {
  if (range.kind === 'between') return undefined;
  const lengthMs = lengthMsOf(range);
  if (lengthMs <= 3_600_000) return 5000;
  return lengthMs <= 86_400_000 ? 10_000 : 30_000;
}

/** Bucket lengths that give a readable number of points over a range. */
export function intervalsFor(lengthMs: number): readonly Interval[] {
  return INTERVALS.filter(({ ms }) => lengthMs / ms >= 2 && lengthMs / ms <= 400).map(
    ({ name }) => name,
  );
}

/** Name of a bucket length; the API's words. */
export type Interval = (typeof INTERVALS)[number]['name'];

const INTERVALS = [
  { name: '1m', ms: 60_000 },
  { name: '5m', ms: 300_000 },
  { name: '15m', ms: 900_000 },
  { name: '30m', ms: 1_800_000 },
  { name: '1h', ms: 3_600_000 },
  { name: '3h', ms: 10_800_000 },
  { name: '6h', ms: 21_600_000 },
  { name: '12h', ms: 43_200_000 },
  { name: '1d', ms: 86_400_000 },
  { name: '1w', ms: 604_800_000 },
] as const;
