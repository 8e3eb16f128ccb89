/** Reads log records of batches back into plain objects, and decodes logs requests into them. */
import type { TrackingPlan } from '@heartwood/semconv';
import { Batch } from '@heartwood/store/batch';
import { createDecoders } from '../decode/decoders.ts';
import { OpenRequest } from '../decode/open-request.ts';
import { DEFAULT_LIMITS, type ReceiverLimits } from '../limits.ts';
import type { OperationEvent } from '../operation-event.ts';
import { ENCODING, LOGS } from '../signal.ts';
import { RECEIVED_NS } from './model.ts';
import { type Cell, EMPTY_STATE, found, hex16, namesOfMarks, readRows, withSlack } from './rows.ts';

/** A log record with its ids resolved to texts and its side row beside it. */
export interface ReadLog {
  readonly [column: string]: Cell | readonly string[];
  readonly markNames: readonly string[];
}

/** What batches hold that land one after the other: later ones point to the dictionary rows of earlier ones. */
class LogReader {
  readonly #words = new Map<Cell, Cell>([[0n, '']]);
  readonly #identities = new Map<Cell, Cell>([[0n, '']]);
  readonly #resources = new Map<Cell, Cell>();
  readonly #services = new Map<Cell, Cell>();
  readonly #scopes = new Map<Cell, Cell>();

  /** Log records of a batch, the next one. */
  read(batch: Batch): ReadLog[] {
    for (const row of readRows(batch.vocabulary)) this.#words.set(row.id, row.text);
    for (const row of readRows(batch.identities)) this.#identities.set(row.id, row.text);
    for (const row of readRows(batch.resources)) {
      this.#resources.set(row.id, row.content);
      this.#services.set(row.id, found(this.#words, row.service_id));
    }
    for (const row of readRows(batch.scopes)) this.#scopes.set(row.id, row.content);
    const originals = new Map(readRows(batch.replacedTimes).map((row) => [row.seq, row]));
    return readRows(batch.logs).map((row) => {
      const original = originals.get(row.seq);
      if (original && original.time !== row.time) throw new Error('side row of another time');
      return {
        time: row.time,
        observedTime: row.observed_time,
        receivedTime: row.received_time,
        traceId: row.trace_id,
        spanId: hex16(row.span_id),
        resource: found(this.#resources, row.resource_id),
        service: found(this.#services, row.resource_id),
        scope: found(this.#scopes, row.scope_id),
        severityNumber: row.severity_number,
        severityText: found(this.#words, row.severity_text_id),
        eventName: found(this.#words, row.event_name_id),
        feature: found(this.#words, row.feature_id),
        component: found(this.#words, row.component_id),
        errorType: found(this.#words, row.error_type_id),
        session: found(this.#identities, row.session_id),
        user: found(this.#identities, row.user_id),
        flags: row.flags,
        droppedAttributes: row.dropped_attributes,
        body: row.body,
        attributes: row.attributes,
        original: original?.original ?? '',
        markNames: namesOfMarks(row.marks),
      };
    });
  }

  /** Rows of what the plan does not say, of a batch that was read. */
  readViolations(batch: Batch): Readonly<Record<string, Cell>>[] {
    return readRows(batch.planViolations).map(({ event_name_id: id, ...row }) => ({
      ...row,
      event: found(this.#words, id),
    }));
  }
}

export interface DecodedLogs {
  readonly logs: readonly ReadLog[];
  readonly records: number;
  readonly rejected: number;
  readonly problem: string;
  /** Rejected records by reason. */
  readonly rejections: Readonly<Record<string, number>>;
  /** What events did that the plan does not say, with the name of the event. */
  readonly violations: readonly Readonly<Record<string, Cell>>[];
  /** What its rows tell of operations. */
  readonly operations: readonly OperationEvent[];
}

/** Decodes bodies with a decoder that lives on from body to body. */
export class LogTestDecoder {
  readonly #request: OpenRequest;
  readonly #batchRows: number;
  readonly #reader = new LogReader();
  readonly #decode: (encoding: 'protobuf' | 'json') => void;

  constructor(
    limits: Partial<ReceiverLimits> = {},
    batchRows = 64,
    plan: TrackingPlan | null = null,
  ) {
    this.#request = new OpenRequest(EMPTY_STATE, [], { ...DEFAULT_LIMITS, ...limits });
    this.#request.plan = plan;
    const decoder = createDecoders(this.#request).get(LOGS.number);
    this.#decode = (encoding) => decoder?.(encoding === 'json' ? ENCODING.JSON : ENCODING.PROTOBUF);
    this.#batchRows = batchRows;
  }

  /** Records of one body. */
  decode(encoding: 'protobuf' | 'json', body: Uint8Array, skip = 0): DecodedLogs {
    const batches: Batch[] = [];
    const open = (): Batch => {
      const batch = new Batch(this.#batchRows);
      batches.push(batch);
      return batch;
    };
    const request = this.#request;
    const operations: OperationEvent[] = [];
    request.operations = operations;
    request.begin(withSlack(body), RECEIVED_NS, { open: open(), roll: open }, skip);
    try {
      this.#decode(encoding);
    } catch (error) {
      // As the collector does it: rows go, what is new to the dictionaries stays.
      for (const batch of batches) {
        for (const table of batch.recordTables) table.rows = 0;
        this.#reader.read(batch);
      }
      throw error;
    } finally {
      request.end();
    }
    return {
      logs: batches.flatMap((batch) => this.#reader.read(batch)),
      records: request.records,
      rejected: request.rejected,
      problem: request.problem,
      rejections: Object.fromEntries(request.rejections),
      violations: batches.flatMap((batch) => this.#reader.readViolations(batch)),
      operations,
    };
  }
}

/** Decodes one body with a fresh decoder. */
export const decodeLogs = (
  encoding: 'protobuf' | 'json',
  body: Uint8Array | string,
  limits: Partial<ReceiverLimits> = {},
): DecodedLogs =>
  new LogTestDecoder(limits).decode(encoding, typeof body === 'string' ? Buffer.from(body) : body);
