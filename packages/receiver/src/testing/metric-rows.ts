/** Reads data points of batches back into plain objects, and decodes metrics requests into them. */
import { Batch } from '@heartwood/store/batch';
import { createDecoders } from '../decode/decoders.ts';
import { OpenRequest } from '../decode/open-request.ts';
import { DEFAULT_LIMITS, type ReceiverLimits } from '../limits.ts';
import { ENCODING, METRICS } from '../signal.ts';
import { RECEIVED_NS } from './model.ts';
import { type Cell, EMPTY_STATE, found, hex16, namesOfMarks, readRows, withSlack } from './rows.ts';

/** A data point with its ids resolved to texts and its side rows beside it. */
export interface ReadPoint {
  readonly [column: string]: unknown;
  readonly markNames: readonly string[];
}

/** Data points of batches that land one after the other: later ones point to the dictionary rows of earlier ones. */
class PointReader {
  readonly metrics = new Map<Cell, Record<string, Cell>>();
  readonly sets = new Map<Cell, Cell>([[0n, '{}']]);
  readonly #words = new Map<Cell, Cell>([[0n, '']]);
  readonly #resources = new Map<Cell, Cell>();
  readonly #services = new Map<Cell, Cell>();
  readonly #scopes = new Map<Cell, Cell>();

  read(batch: Batch): ReadPoint[] {
    for (const row of readRows(batch.vocabulary)) this.#words.set(row.id, row.text);
    for (const row of readRows(batch.resources)) {
      this.#resources.set(row.id, row.content);
      this.#services.set(row.id, found(this.#words, row.service_id));
    }
    for (const row of readRows(batch.scopes)) this.#scopes.set(row.id, row.content);
    for (const row of readRows(batch.metrics)) this.metrics.set(row.id, row);
    for (const row of readRows(batch.attributeSets)) this.sets.set(row.id, row.content);
    const distributions = bySeq(readRows(batch.metricDistributions));
    const exemplars = bySeq(readRows(batch.exemplars));
    const originals = bySeq(readRows(batch.replacedTimes));
    return readRows(batch.metricPoints).map((row) => {
      const metric = this.metrics.get(row.metric_id);
      if (metric === undefined) throw new Error(`metric ${row.metric_id} is missing`);
      const [distribution, ...others] = distributions.get(row.seq) ?? [];
      if (others.length > 0) throw new Error('two distributions of one point');
      if (distribution && distribution.time !== row.time) throw new Error('side row, other time');
      return {
        time: row.time,
        startTime: row.start_time,
        receivedTime: row.received_time,
        metric: metric['content'],
        name: found(this.#words, metric['name_id'] as Cell),
        type: metric['type'],
        temporality: metric['temporality'],
        monotonic: metric['monotonic'],
        resource: found(this.#resources, row.resource_id),
        service: found(this.#services, row.resource_id),
        scope: found(this.#scopes, row.scope_id),
        attributes: found(this.sets, row.attribute_set_id),
        flags: row.flags,
        valueKind: row.value_kind,
        intValue: row.int_value,
        value: row.value,
        distribution: distribution && without(distribution, 'seq', 'time'),
        exemplars: (exemplars.get(row.seq) ?? []).map((exemplar) => ({
          ...without(exemplar, 'seq'),
          span_id: hex16(exemplar.span_id),
        })),
        original: originals.get(row.seq)?.[0]?.original ?? '',
        markNames: namesOfMarks(row.marks),
      };
    });
  }
}

function bySeq<T extends { readonly seq: Cell }>(rows: readonly T[]): Map<Cell, T[]> {
  const groups = new Map<Cell, T[]>();
  for (const row of rows) groups.set(row.seq, [...(groups.get(row.seq) ?? []), row]);
  return groups;
}

const without = (row: object, ...names: readonly string[]): Record<string, Cell> =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

export interface DecodedMetrics {
  readonly points: readonly ReadPoint[];
  readonly records: number;
  readonly rejected: number;
  readonly problem: string;
  /** Descriptors that the dictionary holds by now, and attribute sets. */
  readonly metrics: readonly string[];
  readonly sets: readonly string[];
}

/** Decodes bodies with a decoder that lives on from body to body. */
export class MetricTestDecoder {
  readonly #request: OpenRequest;
  readonly #batchRows: number;
  readonly #reader = new PointReader();
  readonly #decode: (encoding: 'protobuf' | 'json') => void;

  constructor(limits: Partial<ReceiverLimits> = {}, batchRows = 64) {
    this.#request = new OpenRequest(EMPTY_STATE, [], { ...DEFAULT_LIMITS, ...limits });
    const decoder = createDecoders(this.#request).get(METRICS.number);
    this.#decode = (encoding) => decoder?.(encoding === 'json' ? ENCODING.JSON : ENCODING.PROTOBUF);
    this.#batchRows = batchRows;
  }

  /** Points of one body. */
  decode(encoding: 'protobuf' | 'json', body: Uint8Array, skip = 0): DecodedMetrics {
    const batches: Batch[] = [];
    const open = (): Batch => {
      const batch = new Batch(this.#batchRows);
      batches.push(batch);
      return batch;
    };
    const request = this.#request;
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
      points: batches.flatMap((batch) => this.#reader.read(batch)),
      records: request.records,
      rejected: request.rejected,
      problem: request.problem,
      metrics: [...this.#reader.metrics.values()].map(({ content }) => String(content)),
      sets: [...this.#reader.sets.values()].slice(1).map(String),
    };
  }
}

/** Decodes one body with a fresh decoder. */
export const decodeMetrics = (
  encoding: 'protobuf' | 'json',
  body: Uint8Array | string,
  limits: Partial<ReceiverLimits> = {},
): DecodedMetrics =>
  new MetricTestDecoder(limits).decode(
    encoding,
    typeof body === 'string' ? Buffer.from(body) : body,
  );
