/** What the parts of the store contract share: questions for tests, rows for tests, and a store in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Batch, Position } from '../batch.ts';
import { TABLES } from '../columns.ts';
import { type ColumnKind } from '../table-definition.ts';
import type { QueryDefinition } from '../query.ts';
import type { Statement } from '../statements.ts';
import type { Store } from '../store.ts';
import { writeRow } from './write-row.ts';

/** Opens the engine on a folder with these questions instead of the registry's. */
export type OpenForTest = (
  dir: string,
  statements: ReadonlyMap<string, Statement>,
) => Promise<Store>;

const ROW_KIND: Readonly<Record<ColumnKind, QueryDefinition['row'][string]>> = {
  uuid: 'hex',
  id: 'ns',
  time: 'ns',
  i64: 'ns',
  f64: 'real?',
  u32: 'int',
  i32: 'int',
  u8: 'int',
  text: 'text',
  u64s: 'text',
  f64s: 'text',
};

/** Lists are read as text. */
const asText = ([column, kind]: [string, ColumnKind]): string =>
  kind === 'u64s' || kind === 'f64s' ? `"${column}"::VARCHAR AS "${column}"` : `"${column}"`;

const STATEMENTS: Statement[] = [
  ...TABLES.map(({ name, columns }) => ({
    name: `test/${name}`,
    params: {},
    row: Object.fromEntries(
      Object.entries(columns).map(([column, kind]) => [column, ROW_KIND[kind]] as const),
    ),
    sql: `SELECT ${Object.entries(columns).map(asText).join(', ')} FROM ${name}`,
  })),
  {
    name: 'test/count',
    params: {},
    row: { rows: 'int', seqs: 'int', bytes: 'int', record: 'int', landed: 'int' },
    sql: `SELECT (SELECT count(*) FROM spans) AS "rows", (SELECT count(DISTINCT seq) FROM spans) AS seqs,
          (SELECT coalesce(sum(length(attributes)), 0) FROM spans) AS bytes, record, rows AS landed FROM landed_position`,
  },
  {
    name: 'test/endless',
    params: {},
    row: { n: 'ns' },
    sql: 'SELECT sum(a.range * b.range) AS n FROM range(100000000) a, range(100000000) b',
  },
  {
    name: 'test/echo',
    params: { ns: 'ns', text: 'text?', int: 'int?', real: 'real?', bool: 'bool?', texts: 'texts?' },
    row: { ns: 'ns', text: 'text?', int: 'int?', real: 'real?', bool: 'bool?', joined: 'text?' },
    sql: `SELECT $ns AS ns, $text::VARCHAR AS text, $int::BIGINT AS "int", $real::DOUBLE AS "real",
          $bool::BOOLEAN AS bool, array_to_string($texts::VARCHAR[], '|') AS joined`,
  },
  {
    name: 'test/values',
    params: {},
    row: { json: 'json', hex: 'hex', nothing: 'real?', nan: 'real?', sum: 'int', huge: 'ns' },
    sql: `SELECT '{"a":[9223372036854775807,1.0,"12345678901234567890"]}' AS json, 255::UBIGINT AS hex,
          NULL AS nothing, 'NaN'::DOUBLE AS nan, sum(n)::HUGEINT AS "sum", 9223372036854775807 AS huge FROM range(4) t(n)`,
  },
  {
    name: 'test/nan',
    params: {},
    row: { value: 'real' },
    sql: `SELECT 'NaN'::DOUBLE AS value`,
  },
  {
    name: 'test/unsafe',
    params: {},
    row: { value: 'int' },
    sql: 'SELECT 9007199254740993 AS value',
  },
  { name: 'test/wrong-columns', params: {}, row: { a: 'int' }, sql: 'SELECT 1 AS b' },
  {
    name: 'test/file',
    params: {},
    row: { a: 'text' },
    sql: `SELECT content AS a FROM read_text('/etc/hostname')`,
  },
];

export const CONTRACT_STATEMENTS: ReadonlyMap<string, Statement> = new Map(
  STATEMENTS.map((statement) => [statement.name, statement]),
);

/** Reads a question of this suite. */
export const readTest = (
  store: Store,
  name: string,
  params: Readonly<Record<string, unknown>> = {},
  options: Parameters<Store['read']>[2] = {},
): Promise<Record<string, unknown>[]> =>
  store.read(`test/${name}` as never, params as never, options) as Promise<
    Record<string, unknown>[]
  >;

export const at = (record: bigint, rows = 0): Position => ({ record, rows });

/** Adds spans with consecutive `seq`; every one has its own long attributes. */
export function addSpans(batch: Batch, firstSeq: number, count: number): void {
  for (let i = 0; i < count; i++)
    writeRow(batch.spans, {
      seq: BigInt(firstSeq + i),
      start_time: 1_790_000_000_000_000_000n + BigInt(firstSeq + i),
      name_id: 1n,
      attributes: `{"number":"${firstSeq + i}"}`,
    });
}

/** The present as nanoseconds since 1970. */
export const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;

/** A store in a folder of its own, which {@link open} makes and {@link remove} takes away. */
export class StoreFixture {
  readonly #open: OpenForTest;
  #dir = '';
  #store: Store | undefined;

  constructor(open: OpenForTest) {
    this.#open = open;
  }

  get store(): Store {
    if (!this.#store) throw new Error('open the fixture first');
    return this.#store;
  }

  readonly open = async (): Promise<void> => {
    this.#dir = mkdtempSync(path.join(tmpdir(), 'heartwood-store-'));
    this.#store = await this.openAgain();
  };

  /** A further opening of the same data. */
  openAgain(): Promise<Store> {
    return this.#open(this.#dir, CONTRACT_STATEMENTS);
  }

  async reopen(): Promise<void> {
    await this.store.close();
    this.#store = await this.openAgain();
  }

  readonly remove = async (): Promise<void> => {
    await this.store.close();
    rmSync(this.#dir, { recursive: true, force: true });
  };
}
