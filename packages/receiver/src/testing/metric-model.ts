/** A metrics request as plain objects: what tests say. */
import { type KeyValue, START_NS } from './model.ts';

/** A number that a point or an exemplar has. */
export type PlainValue = { readonly int: bigint } | { readonly double: number } | null;

export interface PlainExemplar {
  readonly timeNs: bigint;
  readonly value: PlainValue;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly KeyValue[];
}

export interface PlainPoint {
  readonly attributes: readonly KeyValue[];
  readonly startNs: bigint;
  readonly timeNs: bigint;
  readonly flags: number;
  readonly exemplars: readonly PlainExemplar[];
}

export interface PlainNumber extends PlainPoint {
  readonly value: PlainValue;
}

export interface PlainSpread extends PlainPoint {
  readonly count: bigint;
  readonly sum: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export interface PlainHistogram extends PlainSpread {
  readonly bounds: readonly number[];
  readonly bucketCounts: readonly bigint[];
}

export interface PlainBuckets {
  readonly offset: number;
  readonly counts: readonly bigint[];
}

export interface PlainExponential extends PlainSpread {
  readonly scale: number;
  readonly zeroCount: bigint;
  readonly zeroThreshold: number;
  readonly positive: PlainBuckets;
  readonly negative: PlainBuckets;
}

export interface PlainSummary extends PlainPoint {
  readonly count: bigint;
  readonly sum: number;
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
}

interface Described {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly metadata: readonly KeyValue[];
}

export type PlainMetric = Described &
  (
    | { readonly kind: 'none' }
    | { readonly kind: 'gauge'; readonly points: readonly PlainNumber[] }
    | {
        readonly kind: 'sum';
        readonly points: readonly PlainNumber[];
        readonly temporality: number;
        readonly monotonic: boolean;
      }
    | {
        readonly kind: 'histogram';
        readonly points: readonly PlainHistogram[];
        readonly temporality: number;
      }
    | {
        readonly kind: 'exponentialHistogram';
        readonly points: readonly PlainExponential[];
        readonly temporality: number;
      }
    | { readonly kind: 'summary'; readonly points: readonly PlainSummary[] }
  );

export interface PlainMetricScope {
  readonly name: string;
  readonly metrics: readonly PlainMetric[];
}

export interface PlainMetricResource {
  readonly attributes: readonly KeyValue[];
  readonly scopes: readonly PlainMetricScope[];
}

export type PlainMetricRequest = readonly PlainMetricResource[];

const NO_POINT: PlainPoint = {
  attributes: [],
  startNs: START_NS,
  timeNs: START_NS + 5_000_000n,
  flags: 0,
  exemplars: [],
};

const NUMBER_POINT: PlainNumber = { ...NO_POINT, value: { int: 7n } };

const HISTOGRAM_POINT: PlainHistogram = {
  ...NO_POINT,
  count: 3n,
  sum: 4.5,
  min: 0.5,
  max: 3,
  bounds: [1, 2.5],
  bucketCounts: [1n, 1n, 1n],
};

const EXPONENTIAL_POINT: PlainExponential = {
  ...NO_POINT,
  count: 6n,
  sum: 12,
  min: -4,
  max: 9,
  scale: 3,
  zeroCount: 1n,
  zeroThreshold: 0.001,
  positive: { offset: -2, counts: [1n, 0n, 2n] },
  negative: { offset: 5, counts: [2n] },
};

const SUMMARY_POINT: PlainSummary = {
  ...NO_POINT,
  count: 10n,
  sum: 55,
  quantiles: [
    [0.5, 5],
    [0.99, 9.9],
  ],
};

export const EXEMPLAR: PlainExemplar = {
  timeNs: START_NS + 1n,
  value: { double: 2.5 },
  traceId: '0102030405060708090a0b0c0d0e0f10',
  spanId: 'a1a2a3a4a5a6a7a8',
  attributes: [],
};

const DESCRIBED: Described = { name: 'm', description: '', unit: '', metadata: [] };

/** A gauge of these points. */
export const gaugeOf = (...points: readonly Partial<PlainNumber>[]): PlainMetric => ({
  ...DESCRIBED,
  kind: 'gauge',
  points: points.map((point) => ({ ...NUMBER_POINT, ...point })),
});

/** A histogram of these points. */
export const histogramOf = (...points: readonly Partial<PlainHistogram>[]): PlainMetric => ({
  ...DESCRIBED,
  kind: 'histogram',
  temporality: 2,
  points: points.map((point) => ({ ...HISTOGRAM_POINT, ...point })),
});

/** An exponential histogram of these points. */
export const exponentialOf = (...points: readonly Partial<PlainExponential>[]): PlainMetric => ({
  ...DESCRIBED,
  kind: 'exponentialHistogram',
  temporality: 1,
  points: points.map((point) => ({ ...EXPONENTIAL_POINT, ...point })),
});

/** A summary of these points. */
export const summaryOf = (...points: readonly Partial<PlainSummary>[]): PlainMetric => ({
  ...DESCRIBED,
  kind: 'summary',
  points: points.map((point) => ({ ...SUMMARY_POINT, ...point })),
});

/** Metrics of one service and one scope. */
export const metricRequestOf = (...metrics: readonly PlainMetric[]): PlainMetricRequest => [
  {
    attributes: [['service.name', { string: 'shop' }]],
    scopes: [{ name: 'lib', metrics }],
  },
];
