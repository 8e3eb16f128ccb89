/** How the time of a feature grows with what it works on: runs by power of ten of their input size. */
import { ATTR_FEATURE_INPUT_SIZE } from '@heartwood/semconv';
import type {
  Answer,
  EventSelector,
  Measure,
  Property,
  Reader,
  ReadOptions,
} from '@heartwood/store';
import { readCount } from './count.ts';
import type { Window } from './window.ts';
import { MIN_SAMPLE } from './wilson.ts';

/** Timed runs whose input size lies in a range. */
export interface SizeClass {
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly runs: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly meanMs: number | null;
  /** Sum of durations over sum of input sizes. */
  readonly msPerItem: number | null;
}

/** Classes with runs, the smallest first. */
export interface SizeClasses {
  readonly sizes: readonly SizeClass[];
  readonly bestSize: SizeClass | null;
  readonly answer: Omit<Answer<unknown>, 'rows'>;
}

/** From 1 item to as many as a double counts. */
const POWERS = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

const SIZE: Property = { kind: 'attribute', key: ATTR_FEATURE_INPUT_SIZE };
const DURATION: Property = { kind: 'column', name: 'durationMs' };

const MEASURES: readonly Measure[] = POWERS.flatMap((_, index): Measure[] => {
  const of = [index];
  return [
    { agg: 'count', of },
    { agg: 'percentile', p: 0.5, on: DURATION, of },
    { agg: 'percentile', p: 0.95, on: DURATION, of },
    { agg: 'sum', on: DURATION, of },
    { agg: 'sum', on: SIZE, of },
  ];
});
const MEASURES_OF_ONE = MEASURES.length / POWERS.length;

/** Reads the classes of one feature; runs that say no input size are in none. */
export async function readSizes(
  reader: Reader,
  window: Window,
  feature: string,
  options: ReadOptions,
): Promise<SizeClasses> {
  const selectors = POWERS.map((from): EventSelector => ({
    source: 'run',
    names: [feature],
    minDurationNs: 0n,
    where: {
      kind: 'and',
      parts: [
        { kind: 'compare', property: SIZE, op: '>=', value: from },
        { kind: 'compare', property: SIZE, op: '<', value: from * 10 },
      ],
    },
  }));
  const request = { selectors, unit: 'user', measures: MEASURES, interval: 'whole' } as const;
  const { series, answer } = await readCount(reader, window, request, options);
  const values = series[0]?.points[0]?.values ?? [];
  const sizes = POWERS.flatMap((from, index): SizeClass[] => {
    const [runs, p50Ms = null, p95Ms = null, sumMs = null, items = null] = values.slice(
      index * MEASURES_OF_ONE,
      (index + 1) * MEASURES_OF_ONE,
    );
    if (runs === undefined || runs === null || runs === 0) return [];
    return [
      {
        from,
        to: from * 10,
        runs,
        p50Ms,
        p95Ms,
        meanMs: sumMs === null ? null : sumMs / runs,
        msPerItem: sumMs === null || items === null || items === 0 ? null : sumMs / items,
      },
    ];
  });
  return { sizes, bestSize: bestOf(sizes), answer };
}

function bestOf(sizes: readonly SizeClass[]): SizeClass | null {
  const known = sizes.filter(({ runs, msPerItem }) => runs >= MIN_SAMPLE && msPerItem !== null);
  if (known.length < 2) return null;
  return known.reduce((best, one) =>
    (one.msPerItem ?? Infinity) < (best.msPerItem ?? Infinity) ? one : best,
  );
}
