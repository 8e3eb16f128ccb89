/** Outlets that keep what they get in memory: what tests of events and metrics look at. */
import type {
  HistogramPoint,
  LogOutlet,
  MetricName,
  MetricOutlet,
  MetricSource,
  OutletStats,
  SumPoint,
  Urgency,
} from '../src/delivery/ports.ts';
import type { LogRecordLike } from '../src/otlp/log-record.ts';
import { install } from '../src/runtime.ts';

/** A record as it was handed over. */
export interface TakenRecord extends LogRecordLike {
  readonly urgency: Urgency;
}

/** A point of one collection, the name of its metric beside it. */
export type TakenPoint =
  | (HistogramPoint & { readonly kind: 'histogram'; readonly metric: MetricName })
  | (SumPoint & { readonly kind: 'sum'; readonly metric: MetricName });

/** What was handed over since the last call. */
export interface MemoryOutlets extends Disposable {
  takeEvents(): TakenRecord[];
  /** Asks every source once. */
  collect(): TakenPoint[];
}

const NOTHING: OutletStats = {
  received: 0,
  exported: 0,
  dropped: {},
  queued: 0,
  queuedBytes: 0,
  spooled: 0,
};

/** Puts the outlets in place until disposed. */
export function installOutlets(): MemoryOutlets {
  let records: TakenRecord[] = [];
  const sources = new Set<MetricSource>();
  const logs: LogOutlet = {
    add: (record, urgency) => records.push({ ...record, urgency }),
    stats: () => NOTHING,
  };
  const metrics: MetricOutlet = {
    addSource(source) {
      sources.add(source);
      return () => sources.delete(source);
    },
    stats: () => NOTHING,
  };
  const restore = install({ logs, metrics });
  return {
    takeEvents() {
      const taken = records;
      records = [];
      return taken;
    },
    collect() {
      const points: TakenPoint[] = [];
      for (const source of sources) {
        source.collect({
          histogram: (metric, point) => points.push({ kind: 'histogram', metric, ...point }),
          sum: (metric, point) => points.push({ kind: 'sum', metric, ...point }),
        });
      }
      return points;
    },
    [Symbol.dispose]: restore,
  };
}
