/** What the rest of the package sees of delivery: an outlet for each signal. */
import type { LogRecordLike } from '../otlp/log-record.ts';
import type { Endpoint } from './endpoint.ts';

/** What became of records of one signal: `received` = `exported` + all of `dropped` + `queued` + `spooled`, at any time. */
export interface OutletStats<Reason extends string = string> {
  readonly received: number;
  readonly exported: number;
  readonly dropped: Readonly<Record<Reason, number>>;
  readonly queued: number;
  readonly queuedBytes: number;
  /** Handed to whoever sends after this process: the spool on disk, or a child process at the end. */
  readonly spooled: number;
}

/** `now` leaves within 50 ms, together with whatever else comes in that time; `batch` waits for company. */
export type Urgency = 'batch' | 'now';

/** Takes log records and sends them to `/v1/logs`. */
export interface LogOutlet {
  /** Never throws; what cannot be kept is counted. */
  add(record: LogRecordLike, urgency: Urgency): void;
  stats(): OutletStats;
  /** What another thread needs to send the record by itself. Absent in outlets of older copies of this package. */
  encode?(record: LogRecordLike): EncodedRecord;
}

/** The parts of a request with one record, each as its message has it, tag and length included. */
export interface EncodedRecord {
  readonly endpoint: Endpoint;
  readonly resource: Uint8Array;
  readonly scope: Uint8Array;
  readonly record: Uint8Array;
}

/** Writes the points of one collection. Attributes of a point are final. */
export interface MetricWriter {
  histogram(metric: MetricName, point: HistogramPoint): void;
  sum(metric: MetricName, point: SumPoint): void;
}

/** Identity of a metric. `unit` is UCUM, such as `s` or `{run}`. */
export interface MetricName {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

interface Point {
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Begin of the cumulative series, nanoseconds since 1970. */
  readonly startNs: bigint;
}

/** A cumulative histogram point. */
export interface HistogramPoint extends Point {
  /** Upper bounds, ascending; there is one count more than bounds. */
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** A cumulative sum point. */
export interface SumPoint extends Point {
  readonly value: number;
  readonly monotonic: boolean;
}

/** Gives its points when asked; must not throw. */
export interface MetricSource {
  collect(writer: MetricWriter): void;
}

/** Asks its sources every metric interval and sends what they say to `/v1/metrics`. */
export interface MetricOutlet {
  /** The answer takes the source out again. */
  addSource(source: MetricSource): () => void;
  stats(): OutletStats;
}
