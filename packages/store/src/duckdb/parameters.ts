/** Values of a caller to parameters of a prepared statement. */
import type { DuckDBPreparedStatement, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { storeError } from '../errors.ts';
import type { ParamKind } from '../query.ts';
import type { Statement } from '../statements.ts';
import { BIGINT, BOOLEAN, DOUBLE, LIST, listValue, VARCHAR } from './node-api.ts';

interface Binding {
  readonly type: DuckDBType;
  readonly expected: string;
  /** The value for DuckDB; undefined when the given one is not of the kind. */
  readonly convert: (given: unknown) => DuckDBValue | undefined;
}

const BINDINGS: Readonly<Record<ParamKind, Binding>> = {
  ns: {
    type: BIGINT,
    expected: 'a bigint within 64 bits',
    convert: (given) =>
      typeof given === 'bigint' && BigInt.asIntN(64, given) === given ? given : undefined,
  },
  int: {
    type: BIGINT,
    expected: 'a safe integer',
    convert: (given) => (Number.isSafeInteger(given) ? BigInt(given as number) : undefined),
  },
  real: {
    type: DOUBLE,
    expected: 'a finite number',
    convert: (given) => (Number.isFinite(given) ? (given as number) : undefined),
  },
  text: {
    type: VARCHAR,
    expected: 'a text',
    convert: (given) => (typeof given === 'string' ? given : undefined),
  },
  bool: {
    type: BOOLEAN,
    expected: 'true or false',
    convert: (given) => (typeof given === 'boolean' ? given : undefined),
  },
  texts: {
    type: LIST(VARCHAR),
    expected: 'a list of texts',
    convert: (given) =>
      Array.isArray(given) && given.every((text) => typeof text === 'string')
        ? listValue(given)
        : undefined,
  },
};

/** Binds every parameter by name; throws `STORE_PARAMETER_INVALID` for a missing, unknown or wrong one. */
export function bindParameters(
  prepared: DuckDBPreparedStatement,
  { name, params: spec }: Statement,
  given: Readonly<Record<string, unknown>>,
): void {
  for (const parameter of Object.keys(given))
    if (!Object.hasOwn(spec, parameter))
      throw storeError('STORE_PARAMETER_INVALID', { name, parameter, expected: 'left out' });
  for (const [parameter, kindSpec] of Object.entries(spec)) {
    const optional = kindSpec.endsWith('?');
    const kind = (optional ? kindSpec.slice(0, -1) : kindSpec) as ParamKind;
    const index = prepared.parameterIndex(parameter);
    const value = given[parameter];
    if (value === undefined && optional) {
      prepared.bindNull(index);
      continue;
    }
    const { convert, type, expected } = BINDINGS[kind];
    const converted = convert(value);
    if (converted === undefined)
      throw storeError('STORE_PARAMETER_INVALID', { name, parameter, expected });
    prepared.bindValue(index, converted, type);
  }
}
