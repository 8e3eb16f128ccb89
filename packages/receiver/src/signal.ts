/** The signals that are received: path, number in the journal, and the words of their partial success. */

/** How a body is encoded; the numbers stand in the journal and never change their meaning. */
export const ENCODING = { PROTOBUF: 1, JSON: 2 } as const;
export type Encoding = (typeof ENCODING)[keyof typeof ENCODING];

/** How a body is compressed; the numbers stand in the journal and never change their meaning. */
export const COMPRESSION = { NONE: 0, GZIP: 1 } as const;
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

/** Signals by their path. */
export const SIGNALS: ReadonlyMap<string, Signal> = new Map([[TRACES.path, TRACES]]);

/** Paths of OTLP that this version answers with "not supported", so that exporters say what is wrong. */
export const UNSUPPORTED_PATHS: ReadonlyMap<string, string> = new Map([
  ['/v1/logs', 'logs'],
  ['/v1/metrics', 'metrics'],
  ['/v1development/profiles', 'profiles'],
]);
