/** Durations and number of runs under way, by feature: what becomes the metrics `feature.duration` and `feature.active`. */
import {
  ATTR_ERROR_TYPE,
  ATTR_FEATURE_CATEGORY,
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_STATUS,
  ERROR_TYPE_VALUE_OTHER,
  FeatureStatus,
  METRIC_FEATURE_ACTIVE,
  METRIC_FEATURE_DURATION,
} from '@heartwood/semconv';
import type { MetricName, MetricSource, MetricWriter } from '../delivery/ports.ts';
import { readMoment } from '../host/clock.ts';
import { warnOnce } from '../host/report.ts';
import { DurationHistogram } from './histogram.ts';

/** Counts the runs of one feature. */
export interface RunMeter {
  begin(): void;
  /** The run goes on elsewhere: it is no longer under way here, and its end is counted there. */
  leave(): void;
  /** `errorType` only for a run that failed or ran out of time. */
  end(durationS: number, status: FeatureStatus, errorType: string | undefined): void;
}

/** The meters of all features. Bounded: a feature more than `MOST_NAMES` is counted as `_OTHER`. */
export class MeterBook implements MetricSource {
  readonly #meters = new Map<string, FeatureMeter>();
  readonly #errorTypes = new Set<string>();

  /** The meter of a feature; the category that a name came with first stays with it. */
  of(name: string, category: string): RunMeter {
    const known = this.#meters.get(name);
    if (known !== undefined) return known;
    if (this.#meters.size < MOST_NAMES || name === OTHER) return this.#add(name, category);
    warnOnce(
      'meter:names',
      `more than ${MOST_NAMES} feature names; metrics count further ones as ${OTHER}. ` +
        'A name should not hold ids: give those as metadata',
    );
    return this.#meters.get(OTHER) ?? this.#add(OTHER, OTHER);
  }

  collect(writer: MetricWriter): void {
    for (const meter of this.#meters.values()) meter.collect(writer);
  }

  #add(name: string, category: string): RunMeter {
    const meter = new FeatureMeter(name, category, this.#errorTypes);
    this.#meters.set(name, meter);
    return meter;
  }
}

/** Names of features that are told apart in metrics. */
const MOST_NAMES = 200;
/** Classes of errors that are told apart in metrics. */
const MOST_ERROR_TYPES = 50;
const OTHER = ERROR_TYPE_VALUE_OTHER;

const DURATION: MetricName = {
  name: METRIC_FEATURE_DURATION,
  unit: 's',
  description: 'Duration of runs.',
};
const ACTIVE: MetricName = {
  name: METRIC_FEATURE_ACTIVE,
  unit: '{run}',
  description: 'Runs under way.',
};

type PointAttributes = Readonly<Record<string, string>>;

interface Series {
  readonly attributes: PointAttributes;
  readonly startNs: bigint;
  readonly histogram: DurationHistogram;
}

class FeatureMeter implements RunMeter {
  readonly #attributes: PointAttributes;
  readonly #errorTypes: Set<string>;
  readonly #startNs = nowNs();
  readonly #series = new Map<string, Series>();
  /** By far the most runs end so: found without a look-up. */
  #success: Series | undefined;
  #active = 0;

  constructor(name: string, category: string, errorTypes: Set<string>) {
    this.#attributes = {
      [ATTR_FEATURE_NAME]: name,
      ...(category !== OTHER && { [ATTR_FEATURE_CATEGORY]: category }),
    };
    this.#errorTypes = errorTypes;
  }

  begin(): void {
    this.#active += 1;
  }

  leave(): void {
    this.#active -= 1;
  }

  end(durationS: number, status: FeatureStatus, errorType: string | undefined): void {
    this.#active -= 1;
    const series =
      status === FeatureStatus.SUCCESS
        ? (this.#success ??= this.#of(status, undefined))
        : this.#of(status, errorType);
    series.histogram.record(durationS);
  }

  collect(writer: MetricWriter): void {
    for (const { attributes, startNs, histogram } of this.#series.values()) {
      writer.histogram(DURATION, { attributes, startNs, ...histogram.read() });
    }
    writer.sum(ACTIVE, {
      attributes: this.#attributes,
      startNs: this.#startNs,
      value: this.#active,
      monotonic: false,
    });
  }

  #of(status: FeatureStatus, errorType: string | undefined): Series {
    const type = errorType === undefined ? '' : this.#bounded(errorType);
    const key = `${status} ${type}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = {
        attributes: {
          ...this.#attributes,
          [ATTR_FEATURE_STATUS]: status,
          ...(type !== '' && { [ATTR_ERROR_TYPE]: type }),
        },
        startNs: nowNs(),
        histogram: new DurationHistogram(),
      };
      this.#series.set(key, series);
    }
    return series;
  }

  #bounded(errorType: string): string {
    if (this.#errorTypes.has(errorType)) return errorType;
    if (this.#errorTypes.size >= MOST_ERROR_TYPES) return OTHER;
    this.#errorTypes.add(errorType);
    return errorType;
  }
}

function nowNs(): bigint {
  const [seconds, nanoseconds] = readMoment().wall;
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
}
