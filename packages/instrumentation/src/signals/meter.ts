/** Finds the meter of a feature, and joins the meters with whoever sends metrics. */
import { ATTR_FEATURE_CATEGORY, ERROR_TYPE_VALUE_OTHER } from '@heartwood/semconv';
import type { MetricOutlet } from '../delivery/ports.ts';
import type { Feature } from '../facts/options.ts';
import { runtime } from '../runtime.ts';
import { currentConfig } from '../settings/config.ts';
import { MeterBook, type RunMeter } from './meter-book.ts';

/** The meter of a feature; undefined when nobody takes metrics. Never throws, and costs two look-ups. */
export function meterOf(feature: Feature): RunMeter | undefined {
  const outlet = runtime().metrics;
  if (outlet === undefined || !currentConfig().metricsEnabled) return undefined;
  const { book } = joined(outlet);
  let meter = meters.get(feature);
  if (meter === undefined) {
    const category = feature.startAttributes[ATTR_FEATURE_CATEGORY];
    meter = book.of(feature.name, typeof category === 'string' ? category : ERROR_TYPE_VALUE_OTHER);
    meters.set(feature, meter);
  }
  return meter;
}

const meters = new WeakMap<Feature, RunMeter>();

interface Joined {
  readonly book: MeterBook;
  outlet: MetricOutlet | undefined;
}

// Symbol.for: two copies of the package count into one book, else one process would send two points for one series.
const KEY = Symbol.for('heartwood meters 1');
const shared = globalThis as unknown as Record<typeof KEY, Joined | undefined>;

function joined(outlet: MetricOutlet): Joined {
  const found = (shared[KEY] ??= { book: new MeterBook(), outlet: undefined });
  if (found.outlet !== outlet) {
    found.outlet = outlet;
    outlet.addSource(found.book);
  }
  return found;
}
