/** What lands in one transaction: rows of every table and the journal position behind them. */
import { ColumnBatch } from './column-batch.ts';
import {
  IDENTITIES,
  LOGS,
  PLAN_VIOLATION_HOUR,
  REPLACED_TIMES,
  REQUESTS,
  RESOURCES,
  SCOPES,
  SPAN_EXTRAS,
  SPANS,
  VOCABULARY,
} from './columns.ts';
import {
  ATTRIBUTE_SETS,
  EXEMPLARS,
  METRIC_DISTRIBUTIONS,
  METRIC_POINTS,
  METRICS,
} from './metric-columns.ts';

/** Rows of one DuckDB row group; a commit of exactly that many goes straight to the data file, without the WAL. */
export const ROW_GROUP_ROWS = 122_880;

/**
 * How far the journal has landed: every record before `record` whole, and the first `rows` wire records
 * (accepted or not) of `record` itself.
 */
export interface Position {
  readonly record: bigint;
  readonly rows: number;
  /** Where `rows` is not 0: what these rows are, should they have to be taken back. */
  readonly part?: LandedPart | undefined;
}

/** Rows of a request of which not all have landed. */
export interface LandedPart {
  /** Version of the decoder that made them. */
  readonly decoder: number;
  /** `seq` of the first of them. */
  readonly firstSeq: bigint;
}

export const START_POSITION: Position = { record: 0n, rows: 0 };

/** Column batches of all tables, filled together and landed together. */
export class Batch {
  /** Rows of spans, of logs and of data points that make the batch full. */
  readonly fullRows: number;
  readonly spans: ColumnBatch<typeof SPANS>;
  readonly spanExtras: ColumnBatch<typeof SPAN_EXTRAS>;
  readonly logs: ColumnBatch<typeof LOGS> = new ColumnBatch(LOGS, 0);
  readonly metricPoints: ColumnBatch<typeof METRIC_POINTS> = new ColumnBatch(METRIC_POINTS, 0);
  readonly metricDistributions: ColumnBatch<typeof METRIC_DISTRIBUTIONS> = new ColumnBatch(
    METRIC_DISTRIBUTIONS,
    0,
  );
  readonly exemplars: ColumnBatch<typeof EXEMPLARS> = new ColumnBatch(EXEMPLARS, 0);
  readonly replacedTimes: ColumnBatch<typeof REPLACED_TIMES> = new ColumnBatch(REPLACED_TIMES, 0);
  readonly planViolations: ColumnBatch<typeof PLAN_VIOLATION_HOUR> = new ColumnBatch(
    PLAN_VIOLATION_HOUR,
    0,
  );
  readonly vocabulary: ColumnBatch<typeof VOCABULARY> = new ColumnBatch(VOCABULARY, 256);
  readonly identities: ColumnBatch<typeof IDENTITIES> = new ColumnBatch(IDENTITIES, 1024);
  readonly resources: ColumnBatch<typeof RESOURCES> = new ColumnBatch(RESOURCES, 16);
  readonly scopes: ColumnBatch<typeof SCOPES> = new ColumnBatch(SCOPES, 16);
  readonly metrics: ColumnBatch<typeof METRICS> = new ColumnBatch(METRICS, 0);
  readonly attributeSets: ColumnBatch<typeof ATTRIBUTE_SETS> = new ColumnBatch(ATTRIBUTE_SETS, 0);
  readonly requests: ColumnBatch<typeof REQUESTS> = new ColumnBatch(REQUESTS, 256);

  /** @param fullRows {@link ROW_GROUP_ROWS} in the server, less in tests */
  constructor(fullRows: number = ROW_GROUP_ROWS) {
    this.fullRows = fullRows;
    this.spans = new ColumnBatch(SPANS, fullRows, fullRows * 128);
    this.spanExtras = new ColumnBatch(SPAN_EXTRAS, Math.ceil(fullRows / 4), fullRows * 32);
  }

  /** What records of a request become: taken back when the request turns out to be malformed. */
  get recordTables(): readonly ColumnBatch[] {
    return [
      this.spanExtras,
      this.spans,
      this.logs,
      this.metricDistributions,
      this.exemplars,
      this.metricPoints,
      this.replacedTimes,
      this.planViolations,
    ];
  }

  /** Column batches in landing order: what is pointed to before what points. */
  get tables(): readonly ColumnBatch[] {
    return [
      this.vocabulary,
      this.identities,
      this.resources,
      this.scopes,
      this.metrics,
      this.attributeSets,
      ...this.recordTables,
      this.requests,
    ];
  }

  /** Records of all signals in it. */
  get records(): number {
    return this.spans.rows + this.logs.rows + this.metricPoints.rows;
  }

  /** True when nothing has been written. */
  get isEmpty(): boolean {
    return this.tables.every((table) => table.rows === 0);
  }
}
