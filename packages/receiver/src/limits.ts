/** Bounds on everything that comes from outside, with their defaults. */

export interface ReceiverLimits {
  /** Body as received and after decompression, bytes; 64 MiB is what the OTLP specification recommends. */
  readonly bodyBytes: number;
  /** Records (spans, log records, data points) in one request; 64 MiB of ordinary spans are about 160,000. */
  readonly records: number;
  /** Resources and scopes in one request. */
  readonly envelopes: number;
  /**
   * Attributes in one request, all levels of records and envelopes together; where the body is large enough to hold so many,
   * events, links, exemplars, buckets and list elements count with them.
   */
  readonly requestAttributes: number;
  /** Attributes, events, links and exemplars of one record; what is beyond is dropped and counted. */
  readonly recordItems: number;
  /** Attributes of one record as JSON text, and so its events with its links, bytes; what comes behind is dropped and counted. */
  readonly recordTextBytes: number;
  /** One attribute value, bytes; longer ones are cut. */
  readonly valueBytes: number;
  /** Names and other texts that go into a dictionary, bytes; longer ones are cut. */
  readonly nameBytes: number;
  /** Levels of arrays and maps in a value; deeper ones become "…". */
  readonly depth: number;
  /** Numbers in one list of a data point, such as its buckets; a point with more is rejected. */
  readonly buckets: number;
  /** Bodies being read or waiting to be decoded, and 8 KiB for each request, bytes. */
  readonly inFlightBytes: number;
  /** Connections of each listener; further ones are closed at once. */
  readonly connections: number;
  /** Free bytes that must be left on the journal's disk. */
  readonly freeDiskBytes: number;
  /** Requests that cannot be stored, kept for people to look at, bytes; when there are more the oldest go. */
  readonly deadLetterBytes: number;
  /** How long a request waits for room before it is refused. */
  readonly waitMs: number;
}

export const DEFAULT_LIMITS: ReceiverLimits = {
  bodyBytes: 64 * 1024 * 1024,
  records: 200_000,
  envelopes: 100_000,
  requestAttributes: 4_000_000,
  recordItems: 1024,
  recordTextBytes: 1024 * 1024,
  valueBytes: 64 * 1024,
  nameBytes: 4096,
  depth: 64,
  buckets: 16_384,
  inFlightBytes: 256 * 1024 * 1024,
  connections: 2000,
  freeDiskBytes: 256 * 1024 * 1024,
  deadLetterBytes: 1024 * 1024 * 1024,
  waitMs: 5000,
};
