/** A column of a retention table that something else names. */
import type { RetentionBasis } from '../basis/basis.ts';
import { toColumns } from '../retention.ts';
import { follow, type Links } from './kind.ts';
import type { RetentionDefinition } from './rule-definition.ts';
import type { Spot } from './spot.ts';

/** Finds the table and its column, the last period unless given; undefined with problems, which are reported. */
export function toRetentionBasis(
  { id, period }: { readonly id: string; readonly period: number | undefined },
  links: Links,
  spot: Spot,
  key: string,
): RetentionBasis | undefined {
  const found = follow(links, { kind: 'retention', id }, spot.at(key));
  const definition = found as RetentionDefinition | undefined;
  if (definition === undefined) return undefined;
  const last = toColumns(definition.rule).at(-1)?.last ?? 0;
  if (period !== undefined && period > last) {
    spot
      .at('period')
      .error('DEFINITION_VALUE', `is ${String(period)}; the table ${id} ends with ${String(last)}`);
    return undefined;
  }
  return { kind: 'retention', definition, period: period ?? last };
}
