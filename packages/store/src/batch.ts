/** What lands in one transaction: rows of every table and the journal position behind them. */
import { ColumnBatch } from './column-batch.ts';
import {
  IDENTITIES,
  REQUESTS,
  RESOURCES,
  SCOPES,
  SPAN_EXTRAS,
  SPANS,
  VOCABULARY,
} from './columns.ts';

/** Rows of one DuckDB row group; a commit of exactly that many goes straight to the data file, without the WAL. */
export const ROW_GROUP_ROWS = 122_880;

/**
 * How far the journal has landed: every record before `record` whole, and the first `rows` wire records
 * (accepted or not) of `record` itself.
 */
export interface Position {
  readonly record: bigint;
  readonly rows: number;
}

export const START_POSITION: Position = { record: 0n, rows: 0 };

/** Column batches of all tables, filled together and landed together. */
export class Batch {
  readonly spans: ColumnBatch<typeof SPANS>;
  readonly spanExtras: ColumnBatch<typeof SPAN_EXTRAS>;
  readonly vocabulary: ColumnBatch<typeof VOCABULARY>;
  readonly identities: ColumnBatch<typeof IDENTITIES>;
  readonly resources: ColumnBatch<typeof RESOURCES>;
  readonly scopes: ColumnBatch<typeof SCOPES>;
  readonly requests: ColumnBatch<typeof REQUESTS>;

  /** @param spanRows room for spans; {@link ROW_GROUP_ROWS} in the server, less in tests */
  constructor(spanRows: number = ROW_GROUP_ROWS) {
    this.spans = new ColumnBatch(SPANS, spanRows, spanRows * 128);
    this.spanExtras = new ColumnBatch(SPAN_EXTRAS, Math.ceil(spanRows / 4), spanRows * 32);
    this.vocabulary = new ColumnBatch(VOCABULARY, 256);
    this.identities = new ColumnBatch(IDENTITIES, 1024);
    this.resources = new ColumnBatch(RESOURCES, 16);
    this.scopes = new ColumnBatch(SCOPES, 16);
    this.requests = new ColumnBatch(REQUESTS, 256);
  }

  /** Column batches in landing order: what is pointed to before what points. */
  get tables(): readonly ColumnBatch[] {
    return [
      this.vocabulary,
      this.identities,
      this.resources,
      this.scopes,
      this.spanExtras,
      this.spans,
      this.requests,
    ];
  }

  /** True when nothing has been written. */
  get isEmpty(): boolean {
    return this.tables.every((table) => table.rows === 0);
  }
}
