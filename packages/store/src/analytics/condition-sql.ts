/** Conditions as SQL that is true or false of every row, never NULL. */
import { storeError } from '../errors.ts';
import type { Condition, Property, Scalar } from './condition.ts';
import type { Writer } from './writer.ts';

/** Writes properties of rows as expressions. */
interface PropertyTexts {
  text(property: Property): string;
  number(property: Property): string;
  /**
   * What is true of every row that has the property, and with a text that equals this one where it is given: quick to see,
   * so that most rows need no closer look. Undefined where nothing is quicker.
   */
  mayHave?(property: Property, text?: string): string | undefined;
}

/** The SQL of a condition on the rows that `properties` writes. */
export function conditionSql(
  writer: Writer,
  properties: PropertyTexts,
  condition: Condition,
): string {
  const quick = (sql: string, property: Property, text?: string): string => {
    const may = properties.mayHave?.(property, text);
    return may === undefined ? sql : `(${may} AND ${sql})`;
  };
  const parts = (list: readonly Condition[], word: string, none: string): string =>
    list.length === 0
      ? none
      : `(${list.map((part) => conditionSql(writer, properties, part)).join(` ${word} `)})`;
  switch (condition.kind) {
    case 'and':
      return parts(condition.parts, 'AND', 'true');
    case 'or':
      return parts(condition.parts, 'OR', 'false');
    case 'not':
      return `(NOT ${conditionSql(writer, properties, condition.part)})`;
    case 'exists':
      return quick(`(${properties.text(condition.property)} IS NOT NULL)`, condition.property);
    case 'contains':
    case 'startsWith': {
      const found = condition.kind === 'contains' ? 'contains' : 'starts_with';
      const [text, part] = [
        properties.text(condition.property),
        writer.param('text', condition.value),
      ];
      return quick(`coalesce(${found}(${text}, ${part}), false)`, condition.property);
    }
    case 'in': {
      const equal = condition.values.map((value): Condition => ({
        kind: 'compare',
        property: condition.property,
        op: '=',
        value,
      }));
      return parts(equal, 'OR', 'false');
    }
    case 'compare': {
      const [left, right] = operands(writer, properties, condition);
      const { property, op, value } = condition;
      return quick(
        `coalesce(${left} ${OPERATORS[op]} ${right}, false)`,
        property,
        op === '=' && typeof value !== 'number' ? String(value) : undefined,
      );
    }
    default:
      throw storeError('STORE_QUESTION_INVALID', { reason: 'it has no known condition' });
  }
}

/** The properties that a condition names, each once. */
export function propertiesOf(condition: Condition): Property[] {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const found = condition.parts.flatMap(propertiesOf);
      const keys = found.map((property) => JSON.stringify(property));
      return found.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
    }
    case 'not':
      return propertiesOf(condition.part);
    case 'exists':
    case 'contains':
    case 'startsWith':
    case 'in':
    case 'compare':
      return [condition.property];
    default:
      throw storeError('STORE_QUESTION_INVALID', { reason: 'it has no known condition' });
  }
}

/** From the closed list, whatever a caller without types may pass. */
const OPERATORS: Readonly<Record<Extract<Condition, { kind: 'compare' }>['op'], string>> = {
  '=': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

function operands(
  writer: Writer,
  properties: PropertyTexts,
  { property, value }: { readonly property: Property; value: Scalar },
): [string, string] {
  return typeof value === 'number'
    ? [properties.number(property), writer.param('real', value)]
    : [properties.text(property), writer.param('text', String(value))];
}
