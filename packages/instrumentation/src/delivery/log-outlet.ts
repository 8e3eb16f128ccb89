/** The log outlet: encodes records when they come, and sends urgent ones within 50 ms. */
import type { FeatureConfig } from '../settings/config.ts';
import { BytesWriter } from '../otlp/bytes.ts';
import { writeLogRecord } from '../otlp/log-request.ts';
import type { LogRecordLike } from '../otlp/log-record.ts';
import type { ResourceLike } from '../otlp/readable-span.ts';
import { writeResource, writeScope } from '../otlp/span.ts';
import type { Endpoint } from './endpoint.ts';
import { Ledger, type DropReason } from './ledger.ts';
import { NOUNS, Outbox } from './outbox.ts';
import type { EncodedRecord, LogOutlet, OutletStats, Urgency } from './ports.ts';
import { RecordQueue } from './record-queue.ts';
import type { Spool } from './spool.ts';

/** Takes log records for as long as its outbox is open. */
export class OutboxLogOutlet implements LogOutlet {
  readonly outbox: Outbox;
  readonly #queue: RecordQueue;
  readonly #endpoint: Endpoint;
  readonly #resource: () => ResourceLike;
  /** Which one, in the order they came, the last urgent record was. */
  #lastUrgent = 0;

  constructor(
    config: FeatureConfig,
    endpoint: Endpoint,
    resource: () => ResourceLike,
    spool: Spool | undefined,
  ) {
    this.#endpoint = endpoint;
    this.#resource = resource;
    const ledger = new Ledger(NOUNS.logs);
    this.#queue = new RecordQueue(LIMITS, resource, (count) => ledger.drop('queue_full', count));
    this.outbox = new Outbox({
      signal: 'logs',
      endpoint,
      queue: this.#queue,
      ledger,
      spool,
      delayMs: () => {
        if (this.#queue.fullBatches > 0) return 0;
        const gone = ledger.received - this.#queue.recordCount;
        return this.#lastUrgent > gone ? Math.min(COALESCE_MS, config.delayMs) : config.delayMs;
      },
    });
  }

  add(record: LogRecordLike, urgency: Urgency): void {
    if (urgency === 'now') this.#lastUrgent = this.outbox.ledger.received + 1;
    this.outbox.take(1, () => this.#queue.add(record.scope, encode(record), 1));
  }

  stats(): OutletStats<DropReason> {
    return this.outbox.stats();
  }

  encode(record: LogRecordLike): EncodedRecord {
    return {
      endpoint: this.#endpoint,
      resource: written((out) => writeResource(out, this.#resource())),
      scope: written((out) => writeScope(out, record.scope)),
      record: encode(record),
    };
  }
}

// Together with the request this stays below the promised 50 ms, and a burst of progress is one request.
const COALESCE_MS = 20;

/** Records that may wait. */
export const MOST_LOG_RECORDS = 8192;

const LIMITS = {
  maxRecords: MOST_LOG_RECORDS,
  maxBytes: 4 * 1024 * 1024,
  maxBatchRecords: 512,
  maxBatchBytes: 1024 * 1024,
};
const MOST_RECORD_BYTES = 64 * 1024;

const scratch = new BytesWriter(4096);

function encode(record: LogRecordLike): Uint8Array {
  const bytes = written((out) => writeLogRecord(out, record));
  return bytes.length > MOST_RECORD_BYTES
    ? written((out) => writeLogRecord(out, record, true))
    : bytes;
}

function written(write: (out: BytesWriter) => void): Uint8Array {
  scratch.truncate(0);
  write(scratch);
  return new Uint8Array(scratch.view());
}
