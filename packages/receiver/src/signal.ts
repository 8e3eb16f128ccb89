/** The signals that are received: path, number in the journal, and the words of their partial success. */

/** How a body is encoded; the numbers stand in the journal and never change their meaning. */
export const ENCODING = { PROTOBUF: 1, JSON: 2 } as const;
export type Encoding = (typeof ENCODING)[keyof typeof ENCODING];

/** How a body is compressed; the numbers stand in the journal and never change their meaning. */
export const COMPRESSION = { NONE: 0, GZIP: 1, ZSTD: 2 } as const;
export type Compression = (typeof COMPRESSION)[keyof typeof COMPRESSION];

/** One signal of OTLP. */
export interface Signal {
  /** Stands in the journal and in `requests.signal`; never changes its meaning. */
  readonly number: number;
  readonly name: string;
  /** Path of OTLP/HTTP. */
  readonly path: string;
  /** Path of the method that takes it over gRPC. */
  readonly grpcPath: string;
  /** JSON name of the count in the partial success of this signal. */
  readonly rejectedField: string;
}

export const TRACES: Signal = {
  number: 1,
  name: 'traces',
  path: '/v1/traces',
  grpcPath: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  rejectedField: 'rejectedSpans',
};

export const LOGS: Signal = {
  number: 2,
  name: 'logs',
  path: '/v1/logs',
  grpcPath: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  rejectedField: 'rejectedLogRecords',
};

export const METRICS: Signal = {
  number: 3,
  name: 'metrics',
  path: '/v1/metrics',
  grpcPath: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  rejectedField: 'rejectedDataPoints',
};

/** Signals by their path. */
export const SIGNALS: ReadonlyMap<string, Signal> = new Map(
  [TRACES, LOGS, METRICS].map((signal) => [signal.path, signal]),
);

/** A signal of OTLP that is answered with "not supported", so that exporters say what is wrong. */
export type UnsupportedSignal = Pick<Signal, 'name' | 'path' | 'grpcPath'>;

/** Signals that are not received as long as they have no line in {@link SIGNALS}. */
export const UNSUPPORTED_SIGNALS: readonly UnsupportedSignal[] = [
  {
    name: 'profiles',
    path: '/v1development/profiles',
    grpcPath: '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export',
  },
];
