/** Puts a statement together: text from code alone, values as parameters alone. */
import type { ParamKind } from '../query.ts';

const SQL_TYPE: Readonly<Record<ParamKind, string>> = {
  ns: 'BIGINT',
  text: 'VARCHAR',
  int: 'BIGINT',
  real: 'DOUBLE',
  bool: 'BOOLEAN',
  texts: 'VARCHAR[]',
};

/** Collects parameters and common table expressions; the one way for a value into a composed statement is {@link param}. */
export class Writer {
  readonly #kinds: Record<string, ParamKind> = {};
  readonly #values: Record<string, unknown> = {};
  readonly #tables: string[] = [];

  /** Kinds of the parameters by name. */
  get kinds(): Readonly<Record<string, ParamKind>> {
    return this.#kinds;
  }

  /** Values of the parameters by name. */
  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  /** Takes a value and gives the text that stands for it. */
  param(kind: ParamKind, value: unknown): string {
    const name = `p${String(Object.keys(this.#values).length + 1)}`;
    this.#kinds[name] = kind;
    this.#values[name] = value;
    return `$${name}::${SQL_TYPE[kind]}`;
  }

  /** Adds a common table expression that later ones and the statement may name; kept in memory where several do, unless said. */
  table(name: string, sql: string, kept: '' | 'NOT MATERIALIZED' = ''): void {
    this.#tables.push(`${name} AS ${kept} (\n${sql}\n)`);
  }

  /** The statement that ends in this SELECT. */
  toSql(select: string): string {
    return `WITH ${this.#tables.join(',\n')}\n${select}`;
  }
}
