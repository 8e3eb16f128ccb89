/** What a named question is: the kinds of its parameters and of its row, and the TypeScript types derived from them. */

/** Parameter kinds and what a caller passes for them. */
interface ParamTypes {
  /** Nanoseconds since 1970 or a length in nanoseconds; BIGINT in SQL. */
  ns: bigint;
  text: string;
  /** A safe integer; BIGINT in SQL. */
  int: number;
  /** DOUBLE in SQL; must be finite. */
  real: number;
  bool: boolean;
  /** VARCHAR[] in SQL: `list_contains($ids, id)`. */
  texts: readonly string[];
}

/** Row kinds and what a caller gets for them. */
interface RowTypes {
  text: string;
  /** Any integer type of SQL that is a safe integer in JavaScript. */
  int: number;
  /** A 64-bit integer or TIMESTAMP_NS as decimal digits: nanoseconds, or anything else that may exceed 2^53. */
  ns: string;
  /** A number; NaN and infinities come as null where the kind is `real?`, and are an error where it is `real`. */
  real: number;
  bool: boolean;
  /** JSON text, parsed. */
  json: unknown;
  /** A UUID or UBIGINT as lower-case hexadecimal text of 32 or 16 digits: trace ids, span ids. */
  hex: string;
}

export type ParamKind = keyof ParamTypes;
export type RowKind = keyof RowTypes;

/** A kind with `?` may be left out (SQL NULL). */
type ParamSpec = Readonly<Record<string, ParamKind | `${ParamKind}?`>>;
/** A kind with `?` may be null. */
type RowSpec = Readonly<Record<string, RowKind | `${RowKind}?`>>;

/** A named question: its parameters, by the `$name` in the SQL, and the columns of its rows in any order. */
export interface QueryDefinition {
  readonly params: ParamSpec;
  readonly row: RowSpec;
  /**
   * Which views it reads between two moments alone, both included, the parameters `from` and `last`: of the archive only the
   * files of those days are opened. Its SQL begins with a table of its own (WITH).
   */
  readonly files?: { readonly views: readonly string[] };
}

export type QueryDefinitions = Readonly<Record<string, QueryDefinition>>;

/** What a caller passes for parameters of these kinds. */
export type ParamsOf<Spec extends ParamSpec> = Readonly<
  { [Name in RequiredKeys<Spec>]: ParamValue<Spec[Name]> } & {
    [Name in Exclude<keyof Spec, RequiredKeys<Spec>>]?: ParamValue<Spec[Name]> | undefined;
  }
>;

/** What a row of these kinds looks like. */
export type RowOf<Spec extends RowSpec> = {
  readonly [Name in keyof Spec]: RowValue<Spec[Name]>;
};

/** Declares questions; the identity function, there for the types. */
export const defineQueries = <const Queries extends QueryDefinitions>(queries: Queries): Queries =>
  queries;

type RequiredKeys<Spec> = {
  [Name in keyof Spec]: Spec[Name] extends `${string}?` ? never : Name;
}[keyof Spec];

type ParamValue<Kind> = Kind extends `${infer Base extends ParamKind}?`
  ? ParamTypes[Base]
  : Kind extends ParamKind
    ? ParamTypes[Kind]
    : never;

type RowValue<Kind> = Kind extends `${infer Base extends RowKind}?`
  ? RowTypes[Base] | null
  : Kind extends RowKind
    ? RowTypes[Kind]
    : never;
