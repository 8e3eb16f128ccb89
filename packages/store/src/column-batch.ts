/** Rows of one table in columns: fixed-width values in one buffer, texts in an arena, both shared with the thread that lands them. */
import {
  COLUMN_WIDTH_BYTES,
  type ColumnKind,
  type ColumnOf,
  type TableDefinition,
} from './table-definition.ts';

/** Longest text that a string record holds inside itself, as DuckDB lays it out. */
export const INLINE_TEXT_BYTES = 12;

/**
 * The parts of a batch as the landing thread sees them. Its memory is shared: each transfer would count as new memory on
 * the other side, and the garbage collector ran for it with every batch.
 */
export interface ColumnBatchParts {
  readonly table: string;
  readonly rows: number;
  readonly capacity: number;
  readonly buffer: SharedArrayBuffer;
  readonly arena: SharedArrayBuffer;
  readonly arenaBytes: number;
}

/**
 * Values of column `c` for row `r` lie at `offset[c] + r * width(c)` bytes of `buffer`. A text is a 16-byte record:
 * u32 length, then up to 12 bytes inline (zero padded), or a 4-byte prefix and a u64 offset into the arena,
 * which the landing turns into an address. Writers address the views directly: `words[(offset >> 2) + r * 2]`.
 *
 * Capacity grows on {@link reserve}; growth keeps the rows and replaces the views, so hold no view across it.
 */
export class ColumnBatch<T extends TableDefinition = TableDefinition> {
  readonly table: T;
  capacity: number;
  rows = 0;
  buffer!: SharedArrayBuffer;
  /** Byte offset of each column in `buffer`; a multiple of 8. */
  offset!: Readonly<Record<ColumnOf<T>, number>>;
  bytes!: Uint8Array;
  words!: Int32Array;
  doubles!: Float64Array;
  arena: Uint8Array<SharedArrayBuffer>;
  arenaView: DataView<SharedArrayBuffer>;
  arenaBytes = 0;
  readonly #arenaCapacity: number;

  constructor(table: T, capacity: number, arenaCapacity = 0) {
    this.table = table;
    this.capacity = capacity;
    this.#arenaCapacity = arenaCapacity;
    this.#attach(new SharedArrayBuffer(bufferBytes(table, capacity)));
    this.arena = new Uint8Array(new SharedArrayBuffer(arenaCapacity));
    this.arenaView = new DataView(this.arena.buffer);
  }

  #attach(buffer: SharedArrayBuffer): void {
    this.buffer = buffer;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    const offset: Record<string, number> = {};
    let next = 0;
    for (const [name, kind] of Object.entries(this.table.columns)) {
      offset[name] = next;
      next += columnBytes(kind, this.capacity);
    }
    this.offset = offset as Record<ColumnOf<T>, number>;
  }

  /** Makes room for `more` further rows; views may be replaced. */
  reserve(more: number): void {
    const needed = this.rows + more;
    if (needed <= this.capacity) return;
    const { buffer: old, offset: oldOffset } = this;
    this.capacity = Math.max(needed, this.capacity * 2);
    this.#attach(new SharedArrayBuffer(bufferBytes(this.table, this.capacity)));
    for (const [name, kind] of Object.entries(this.table.columns) as [ColumnOf<T>, ColumnKind][]) {
      const used = new Uint8Array(old, oldOffset[name], this.rows * COLUMN_WIDTH_BYTES[kind]);
      this.bytes.set(used, this.offset[name]);
    }
  }

  /** Makes room for `more` further bytes of text; `arena` and `arenaView` may be replaced. */
  reserveArena(more: number): void {
    const needed = this.arenaBytes + more;
    if (needed <= this.arena.length) return;
    const grown = new Uint8Array(
      new SharedArrayBuffer(Math.max(needed, this.arena.length * 2, 4096)),
    );
    grown.set(this.arena.subarray(0, this.arenaBytes));
    this.arena = grown;
    this.arenaView = new DataView(grown.buffer);
  }

  /** What the landing needs; the batch must not be touched until {@link adopt}. */
  release(): ColumnBatchParts {
    return {
      table: this.table.name,
      rows: this.rows,
      capacity: this.capacity,
      buffer: this.buffer,
      arena: this.arena.buffer,
      arenaBytes: this.arenaBytes,
    };
  }

  /**
   * Begins again, empty, with buffers that the landing has done with; those grown far beyond the usual and beyond what was
   * in them are let go.
   */
  adopt(parts: ColumnBatchParts): void {
    const isLong = parts.capacity > KEPT_ROWS;
    this.capacity = isLong ? 0 : parts.capacity;
    this.rows = 0;
    this.arenaBytes = 0;
    this.#attach(isLong ? new SharedArrayBuffer(0) : parts.buffer);
    const usual = Math.max(this.#arenaCapacity, LEAST_ARENA, parts.arenaBytes);
    const isHuge = parts.arena.byteLength > usual * KEPT_GROWTH;
    this.arena = new Uint8Array(isHuge ? new SharedArrayBuffer(this.#arenaCapacity) : parts.arena);
    this.arenaView = new DataView(this.arena.buffer);
  }
}

/**
 * Texts beyond this many times the usual come from a few requests and shall not be paid for ever after. Where every batch
 * has as many, an arena let go each second would lie about until the next collection, and another be made for it.
 */
const KEPT_GROWTH = 4;
const LEAST_ARENA = 1024 * 1024;
/** Two full row groups: tables that fill a batch never have more. */
const KEPT_ROWS = 245_760;

const columnBytes = (kind: ColumnKind, capacity: number): number =>
  (COLUMN_WIDTH_BYTES[kind] * capacity + 7) & ~7;

const bufferBytes = (table: TableDefinition, capacity: number): number =>
  Object.values(table.columns).reduce((sum, kind) => sum + columnBytes(kind, capacity), 0);
