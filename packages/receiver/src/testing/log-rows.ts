/** Reads log records of batches back into plain objects, and decodes logs requests into them. */
import type { TrackingPlan } from '@heartwood/semconv';
import { Batch, MARK } from '@heartwood/store/batch';
import { createDecoders } from '../decode/decoders.ts';
import { OpenRequest } from '../decode/open-request.ts';
import { DEFAULT_LIMITS, type ReceiverLimits } from '../limits.ts';
import type { OperationEvent } from '../operation-event.ts';
import { ENCODING, LOGS } from '../signal.ts';
import { RECEIVED_NS } from './model.ts';
import { type Cell, EMPTY_STATE, found, hex16, readRows, withSlack } from './rows.ts';

/** A log record with its ids resolved to texts and its side row beside it. */
export interface ReadLog {
  readonly [column: string]: Cell | readonly string[];
  readonly markNames: readonly string[];
}

/** Log records of batches that landed in this order, those of the first `known` batches left out. */
function readLogs(batches: readonly Batch[], known: number): ReadLog[] {
  const words = new Map<Cell, Cell>([[0n, '']]);
  const identities = new Map<Cell, Cell>([[0n, '']]);
  const resources = new Map<Cell, Cell>();
  const services = new Map<Cell, Cell>();
  const scopes = new Map<Cell, Cell>();
  const logs: ReadLog[] = [];
  for (const [index, batch] of batches.entries()) {
    for (const row of readRows(batch.vocabulary)) words.set(row.id, row.text);
    for (const row of readRows(batch.identities)) identities.set(row.id, row.text);
    for (const row of readRows(batch.resources)) {
      resources.set(row.id, row.content);
      services.set(row.id, found(words, row.service_id));
    }
    for (const row of readRows(batch.scopes)) scopes.set(row.id, row.content);
    if (index < known) continue;
    const originals = new Map(readRows(batch.replacedTimes).map((row) => [row.seq, row]));
    for (const row of readRows(batch.logs)) {
      const original = originals.get(row.seq);
      if (original && original.time !== row.time) throw new Error('side row of another time');
      logs.push({
        time: row.time,
        observedTime: row.observed_time,
        receivedTime: row.received_time,
        traceId: row.trace_id,
        spanId: hex16(row.span_id),
        resource: found(resources, row.resource_id),
        service: found(services, row.resource_id),
        scope: found(scopes, row.scope_id),
        severityNumber: row.severity_number,
        severityText: found(words, row.severity_text_id),
        eventName: found(words, row.event_name_id),
        feature: found(words, row.feature_id),
        component: found(words, row.component_id),
        errorType: found(words, row.error_type_id),
        session: found(identities, row.session_id),
        user: found(identities, row.user_id),
        flags: row.flags,
        droppedAttributes: row.dropped_attributes,
        body: row.body,
        attributes: row.attributes,
        original: original?.original ?? '',
        markNames: Object.entries(MARK)
          .filter(([, bit]) => (Number(row.marks) & bit) !== 0)
          .map(([name]) => name),
      });
    }
  }
  return logs;
}

/** Rows of what the plan does not say, those of the first `known` batches left out. */
function readViolations(
  batches: readonly Batch[],
  known: number,
): Readonly<Record<string, Cell>>[] {
  const words = new Map<Cell, Cell>();
  return batches.flatMap((batch, index) => {
    for (const row of readRows(batch.vocabulary)) words.set(row.id, row.text);
    if (index < known) return [];
    return readRows(batch.planViolations).map(({ event_name_id: id, ...row }) => ({
      ...row,
      event: found(words, id),
    }));
  });
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
  /** Batches of earlier bodies, whose dictionary rows later ones point to. */
  readonly #batches: Batch[] = [];
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
    const batches = this.#batches;
    const batchesBefore = batches.length;
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
      for (const { recordTables } of batches.slice(batchesBefore))
        for (const table of recordTables) table.rows = 0;
      throw error;
    } finally {
      request.end();
    }
    return {
      logs: readLogs(batches, batchesBefore),
      records: request.records,
      rejected: request.rejected,
      problem: request.problem,
      rejections: Object.fromEntries(request.rejections),
      violations: readViolations(batches, batchesBefore),
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
