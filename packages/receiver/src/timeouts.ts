/** How long senders may take, and how their connections are kept. */

/** Milliseconds. */
export interface Timeouts {
  /** For the handshake of TLS or HTTP/2, and for the head of a request. */
  readonly headersMs: number;
  /** For a whole request, from its first byte to its last. Exporters give up after 10 s themselves. */
  readonly requestMs: number;
  /** How often both are checked over HTTP/1.1. */
  readonly checkMs: number;
  /** For the next request on an idle connection of HTTP/1.1. */
  readonly keepAliveMs: number;
  /** For what is left of a body that was answered before its end. */
  readonly lingerMs: number;
  /** For requests under way when a listener closes. */
  readonly closeMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  // Node's own defaults (60 s, 300 s, checked every 30 s) let a slow sender hold a connection for minutes.
  headersMs: 10_000,
  // A body of 64 MiB must come at 2.2 MB/s, one of 1 MiB at 35 KB/s.
  requestMs: 30_000,
  checkMs: 5000,
  // Longer than the 60 s after which most load balancers give up an idle connection, so that they close first.
  keepAliveMs: 65_000,
  lingerMs: 5000,
  closeMs: 3000,
};

/** Connections of gRPC, in the words of the Collector's `keepalive`; 0 turns a time off. */
export interface KeepAlive {
  /** Without a sign of life for so long, the peer is asked for one. */
  readonly timeMs: number;
  /** Without an answer for so long, the connection is ended. */
  readonly timeoutMs: number;
  /** Peers that ask us for signs of life more often are sent away. */
  readonly minTimeMs: number;
  /** Whether peers may ask while they have no call under way. */
  readonly permitWithoutStream: boolean;
  /** Age at which a connection takes no new calls, so that load balancers can spread them anew; give or take a tenth. */
  readonly maxAgeMs: number;
  /** Time for its calls under way. */
  readonly maxAgeGraceMs: number;
}

export const DEFAULT_KEEP_ALIVE: KeepAlive = {
  // A peer that is gone without a word is noticed after 80 to 140 s instead of hours.
  timeMs: 60_000,
  timeoutMs: 20_000,
  // The Collector's five minutes send away clients whose ping interval is the usual 10 to 60 s.
  minTimeMs: 10_000,
  permitWithoutStream: true,
  maxAgeMs: 0,
  maxAgeGraceMs: 0,
};
