/** Readings of metrics at one moment, whoever is to be told of them. */
import type { MetricDefinition } from '@heartwood/semconv';

/** What is read: a number, or how many values fell between bounds. */
export type Reading =
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'spread';
      /** Upper bounds, rising, each inclusive. */
      readonly bounds: readonly number[];
      /** One more than bounds: the last is for values above all of them. */
      readonly counts: readonly number[];
      readonly sum: number;
    };

/** One series of a metric. */
export interface MetricPoint {
  readonly attributes: Readonly<Record<string, string>>;
  readonly reading: Reading;
}

/** A metric with its series. */
export interface MetricFamily {
  readonly definition: MetricDefinition;
  readonly points: readonly MetricPoint[];
}
