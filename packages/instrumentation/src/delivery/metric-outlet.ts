/** The metric outlet: asks its sources every metric interval and sends their points. */
import { LONGEST_TIMER_MS, type FeatureConfig } from '../settings/config.ts';
import { readMoment } from '../host/clock.ts';
import { BytesWriter } from '../otlp/bytes.ts';
import { writeHistogram, writeSum } from '../otlp/metric-request.ts';
import type { ResourceLike } from '../otlp/readable-span.ts';
import { SCOPE_NAME, SCOPE_VERSION } from '../version.ts';
import type { Endpoint } from './endpoint.ts';
import { Ledger, type DropReason } from './ledger.ts';
import { Outbox } from './outbox.ts';
import type {
  HistogramPoint,
  MetricName,
  MetricOutlet,
  MetricSource,
  MetricWriter,
  OutletStats,
  SumPoint,
} from './ports.ts';
import { RecordQueue } from './record-queue.ts';
import type { Spool } from './spool.ts';

/** Pulls metrics for as long as its outbox is open. No timer runs while there is no source. */
export class OutboxMetricOutlet implements MetricOutlet {
  readonly outbox: Outbox;
  readonly #queue: RecordQueue;
  readonly #intervalMs: number;
  readonly #sources = new Set<MetricSource>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    config: FeatureConfig,
    endpoint: Endpoint,
    resource: () => ResourceLike,
    spool: Spool | undefined,
  ) {
    // The next collection says all that a lost one said.
    const ledger = new Ledger(undefined);
    this.#intervalMs = Math.min(Math.max(1, config.metricIntervalMs), LONGEST_TIMER_MS);
    this.#queue = new RecordQueue(LIMITS, resource, (count) => ledger.drop('queue_full', count));
    this.outbox = new Outbox({
      signal: 'metrics',
      endpoint,
      queue: this.#queue,
      ledger,
      spool,
      // A collection is complete when it is queued: there is no company to wait for.
      delayMs: () => 0,
    });
  }

  addSource(source: MetricSource): () => void {
    this.#sources.add(source);
    this.#timer ??= setInterval(() => this.collect(), this.#intervalMs).unref();
    return () => {
      this.#sources.delete(source);
      if (this.#sources.size === 0) this.stop();
    };
  }

  /** Asks every source now and queues what they say. Never throws. */
  collect(): void {
    const collection = new Collection();
    for (const source of this.#sources) {
      try {
        source.collect(collection);
      } catch {
        // A source that throws has said what it said; the others are asked all the same.
      }
    }
    const timeNs = nowNs();
    for (const { count, write } of collection.metrics()) {
      this.outbox.take(count, () => {
        const bytes = new BytesWriter();
        write(bytes, timeNs);
        return this.#queue.add(SCOPE, bytes.view(), count);
      });
    }
  }

  /** Collects no more of its own accord. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  stats(): OutletStats<DropReason> {
    return this.outbox.stats();
  }
}

/** The time of day, nanoseconds since 1970. */
export function nowNs(): bigint {
  const { wall } = readMoment();
  return BigInt(wall[0]) * 1_000_000_000n + BigInt(wall[1]);
}

interface Encodable {
  readonly count: number;
  write(this: void, out: BytesWriter, timeNs: bigint): void;
}

/** Brings together the points of one metric, whoever they come from. */
class Collection implements MetricWriter {
  readonly #histograms = new Map<string, { metric: MetricName; points: HistogramPoint[] }>();
  readonly #sums = new Map<string, { metric: MetricName; points: SumPoint[] }>();

  histogram(metric: MetricName, point: HistogramPoint): void {
    const known = this.#histograms.get(metric.name);
    if (known === undefined) this.#histograms.set(metric.name, { metric, points: [point] });
    else known.points.push(point);
  }

  sum(metric: MetricName, point: SumPoint): void {
    const known = this.#sums.get(metric.name);
    if (known === undefined) this.#sums.set(metric.name, { metric, points: [point] });
    else known.points.push(point);
  }

  metrics(): Encodable[] {
    return [
      ...[...this.#histograms.values()].map(({ metric, points }) => ({
        count: points.length,
        write: (out: BytesWriter, timeNs: bigint) => writeHistogram(out, metric, points, timeNs),
      })),
      ...[...this.#sums.values()].map(({ metric, points }) => ({
        count: points.length,
        write: (out: BytesWriter, timeNs: bigint) => writeSum(out, metric, points, timeNs),
      })),
    ];
  }
}

const SCOPE = { name: SCOPE_NAME, version: SCOPE_VERSION };

// Two names of 200 series each fit many times over; a receiver that is away for long costs old points, not memory.
const LIMITS = {
  maxRecords: 16_384,
  maxBytes: 4 * 1024 * 1024,
  maxBatchRecords: 4096,
  maxBatchBytes: 1024 * 1024,
};
