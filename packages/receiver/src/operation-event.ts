/** What an event says of an operation that is under way, with its record and its process. */
import type { OperationEventKind, OperationFacts } from '@heartwood/semconv';
import type { ResourceFacts } from './decode/process-facts.ts';

/** An event of an operation; empty where a record names no feature or service, undefined where nothing is said. */
export interface OperationEvent extends OperationFacts, ResourceFacts {
  readonly kind: OperationEventKind;
  /** Time, receipt and number of the record, as its row has them; a record of the journal that is read again may get another number. */
  readonly timeNs: bigint;
  readonly receivedNs: bigint;
  readonly seq: bigint;
  readonly feature: string;
  readonly component: string | undefined;
  readonly session: string | undefined;
  /** The hash, or the id where there is none. */
  readonly user: string | undefined;
  /** 32 hexadecimal digits. */
  readonly traceId: string | undefined;
  readonly errorType: string | undefined;
}
