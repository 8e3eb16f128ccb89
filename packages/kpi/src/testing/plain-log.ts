/** A log record as tests have it. */

/** A log record as a test sees it; null texts are "none". */
export interface PlainLog {
  readonly seq: bigint;
  readonly timeNs: bigint;
  /** Null: a plain log record, no event. */
  readonly event: string | null;
  readonly traceId: string | null;
  readonly service: string | null;
  readonly feature: string | null;
  readonly component: string | null;
  readonly errorType: string | null;
  readonly session: string | null;
  readonly user: string | null;
  readonly attributes: string;
  /** When it happened unless it is said. */
  readonly receivedNs?: bigint;
  /** Bits of `marks`. */
  readonly marks?: number;
  /** Information unless it is said. */
  readonly severity?: number;
  readonly body?: string;
  readonly spanId?: bigint;
}
