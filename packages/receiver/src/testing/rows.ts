/** Reads batches back into plain objects, column by column and by DataView alone, and decodes requests into them. */
import {
  Batch,
  COLUMN_WIDTH_BYTES,
  type ColumnBatch,
  type ColumnOf,
  INLINE_TEXT_BYTES,
  MARK,
  NO_ENTRIES,
  type TableDefinition,
} from '@heartwood/store/batch';
import { createDecoders } from '../decode/decoders.ts';
import { type DictionaryState, OpenRequest } from '../decode/open-request.ts';
import type { SignalDecoder } from '../decode/signal-decoder.ts';
import { BODY_SLACK_BYTES } from '../decode/text/text-source.ts';
import { DEFAULT_LIMITS, type ReceiverLimits } from '../limits.ts';
import { BUILT_IN_RULES, type MappingRule } from '../mapping.ts';
import { ENCODING, TRACES } from '../signal.ts';
import { RECEIVED_NS } from './model.ts';

export type Cell = bigint | number | string;
type Row<T extends TableDefinition> = Readonly<Record<ColumnOf<T>, Cell>>;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** All rows of a column batch. */
export function readRows<T extends TableDefinition>(batch: ColumnBatch<T>): Row<T>[] {
  const view = new DataView(batch.buffer);
  const columns = Object.entries(batch.table.columns);
  return Array.from({ length: batch.rows }, (_, row) => {
    const cells: Record<string, Cell> = {};
    for (const [name, kind] of columns) {
      const at = batch.offset[name as ColumnOf<T>] + row * COLUMN_WIDTH_BYTES[kind];
      cells[name] = readCell(batch, view, kind, at);
    }
    return cells as Row<T>;
  });
}

function readCell(batch: ColumnBatch, view: DataView, kind: string, at: number): Cell {
  switch (kind) {
    case 'uuid': {
      const high = view.getBigUint64(at + 8, true) ^ (1n << 63n);
      return ((high << 64n) | view.getBigUint64(at, true)).toString(16).padStart(32, '0');
    }
    case 'id':
      return view.getBigUint64(at, true);
    case 'time':
    case 'i64':
      return view.getBigInt64(at, true);
    case 'f64':
      return view.getFloat64(at, true);
    case 'u32':
      return view.getUint32(at, true);
    case 'i32':
      return view.getInt32(at, true);
    case 'u8':
      return view.getUint8(at);
    default: {
      const length = view.getUint32(at, true);
      if (length <= INLINE_TEXT_BYTES) {
        for (let i = length; i < INLINE_TEXT_BYTES; i++)
          if (view.getUint8(at + 4 + i) !== 0) throw new Error('an inline text is not zero padded');
        return Buffer.from(batch.buffer, at + 4, length).toString();
      }
      const from = view.getUint32(at + 8, true);
      const text = Buffer.from(batch.arena.buffer, from, length);
      if (from + length > batch.arenaBytes) throw new Error('a text lies outside of its arena');
      if (text.readInt32LE(0) !== view.getInt32(at + 4, true))
        throw new Error('the prefix of a text is not its beginning');
      return UTF8.decode(text);
    }
  }
}

/** A span with its ids resolved to texts and its side row beside it. */
export interface ReadSpan {
  readonly [column: string]: Cell | readonly string[];
  readonly markNames: readonly string[];
}

/** Spans of batches that land one after the other: later ones point to the dictionary rows of earlier ones. */
class SpanReader {
  readonly #words = new Map<Cell, Cell>([[0n, '']]);
  readonly #identities = new Map<Cell, Cell>([[0n, '']]);
  readonly #resources = new Map<Cell, Cell>();
  readonly #services = new Map<Cell, Cell>();
  readonly #scopes = new Map<Cell, Cell>();

  read(batch: Batch): ReadSpan[] {
    for (const row of readRows(batch.vocabulary)) this.#words.set(row.id, row.text);
    for (const row of readRows(batch.identities)) this.#identities.set(row.id, row.text);
    for (const row of readRows(batch.resources)) {
      this.#resources.set(row.id, row.content);
      this.#services.set(row.id, found(this.#words, row.service_id));
    }
    for (const row of readRows(batch.scopes)) this.#scopes.set(row.id, row.content);
    const extras = new Map(readRows(batch.spanExtras).map((row) => [row.seq, row]));
    return readRows(batch.spans).map((row) => {
      const extra = extras.get(row.seq);
      const hasExtras = (Number(row.marks) & MARK.HAS_EXTRAS) !== 0;
      if (hasExtras !== (extra !== undefined)) throw new Error('HAS_EXTRAS does not fit');
      if (extra && extra.start_time !== row.start_time) throw new Error('side row of another time');
      return {
        startTime: row.start_time,
        durationNs: row.duration_ns,
        receivedTime: row.received_time,
        traceId: row.trace_id,
        spanId: hex16(row.span_id),
        parentSpanId: row.parent_span_id === 0n ? '' : hex16(row.parent_span_id),
        resource: found(this.#resources, row.resource_id),
        service: found(this.#services, row.resource_id),
        scope: found(this.#scopes, row.scope_id),
        name: found(this.#words, row.name_id),
        feature: found(this.#words, row.feature_id),
        category: found(this.#words, row.category_id),
        component: found(this.#words, row.component_id),
        version: found(this.#words, row.version_id),
        errorType: found(this.#words, row.error_type_id),
        session: found(this.#identities, row.session_id),
        user: found(this.#identities, row.user_id),
        kind: row.kind,
        statusCode: row.status_code,
        flags: row.flags,
        featureStatus: row.feature_status,
        tier: row.tier,
        efficiency: row.efficiency,
        iterations: row.iterations,
        inputSize: row.input_size,
        outputSize: row.output_size,
        attributes: row.attributes,
        statusMessage: extra?.status_message ?? '',
        traceState: extra?.trace_state ?? '',
        events: extra?.events ?? '',
        links: extra?.links ?? '',
        original: extra?.original ?? '',
        droppedAttributes: extra?.dropped_attributes ?? 0,
        droppedEvents: extra?.dropped_events ?? 0,
        droppedLinks: extra?.dropped_links ?? 0,
        markNames: namesOfMarks(row.marks),
      };
    });
  }
}

const MARKS = Object.entries(MARK);

/** Names of the bits that are set. */
export const namesOfMarks = (marks: Cell): string[] =>
  MARKS.filter(([, bit]) => (Number(marks) & bit) !== 0).map(([name]) => name);

export function found(texts: ReadonlyMap<Cell, Cell>, id: Cell): Cell {
  const text = texts.get(id);
  if (text === undefined) throw new Error(`id ${id} points nowhere`);
  return text;
}

export const hex16 = (id: Cell): string => id.toString(16).padStart(16, '0');

/** Dictionaries of an empty database. */
export const EMPTY_STATE: DictionaryState = {
  hashSeed: 0x1234567,
  nextSeq: 1n,
  vocabulary: NO_ENTRIES,
  identities: NO_ENTRIES,
  resources: NO_ENTRIES,
  scopes: NO_ENTRIES,
  metrics: NO_ENTRIES,
  attributeSets: NO_ENTRIES,
};

export interface Decoded {
  readonly spans: readonly ReadSpan[];
  readonly records: number;
  readonly rejected: number;
  readonly problem: string;
}

/** Decodes bodies with a decoder that lives on from body to body. */
export class TestDecoder {
  readonly #request: OpenRequest;
  readonly #decoders: ReadonlyMap<number, SignalDecoder>;
  readonly #batchRows: number;
  readonly #reader = new SpanReader();

  constructor(
    limits: Partial<ReceiverLimits> = {},
    rules: readonly MappingRule[] = BUILT_IN_RULES,
    batchRows = 64,
  ) {
    this.#request = new OpenRequest(EMPTY_STATE, rules, { ...DEFAULT_LIMITS, ...limits });
    this.#decoders = createDecoders(this.#request);
    this.#batchRows = batchRows;
  }

  /** Rows of one body. */
  decode(encoding: 'protobuf' | 'json', body: Uint8Array, skip = 0): Decoded {
    const batches: Batch[] = [];
    const open = (): Batch => {
      const batch = new Batch(this.#batchRows);
      batches.push(batch);
      return batch;
    };
    const request = this.#request;
    request.begin(withSlack(body), RECEIVED_NS, { open: open(), roll: open }, skip);
    try {
      this.#decoders.get(TRACES.number)?.(encoding === 'json' ? ENCODING.JSON : ENCODING.PROTOBUF);
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
      spans: batches.flatMap((batch) => this.#reader.read(batch)),
      records: request.records,
      rejected: request.rejected,
      problem: request.problem,
    };
  }
}

/** Decodes one body with a fresh decoder. */
export const decodeOnce = (
  encoding: 'protobuf' | 'json',
  body: Uint8Array | string,
  limits: Partial<ReceiverLimits> = {},
): Decoded =>
  new TestDecoder(limits).decode(encoding, typeof body === 'string' ? Buffer.from(body) : body);

/** The bytes with what a decoder may look at behind them: rubbish, so that a look too far is noticed. */
export function withSlack(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + BODY_SLACK_BYTES).fill(0xa5);
  bytes.set(body);
  return bytes.subarray(0, body.length);
}
