/** What the board is told of an operation: an event, as the receiver hands it on or as its row in the store says it. */
import type { OperationEventKind, OperationFacts } from '@heartwood/semconv';

/** An event of an operation with its record and its process; empty where a record names no feature or service. */
export interface OperationEventLike extends OperationFacts {
  readonly kind: OperationEventKind;
  readonly timeNs: bigint;
  readonly receivedNs: bigint;
  readonly seq: bigint;
  readonly feature: string;
  readonly service: string;
  readonly instance: string | undefined;
  readonly host: string | undefined;
  readonly pid: number | undefined;
  readonly component: string | undefined;
  readonly session: string | undefined;
  readonly user: string | undefined;
  readonly traceId: string | undefined;
  readonly errorType: string | undefined;
}
