/** Enums of OTLP/JSON: a number, or the name that the proto file gives it. */
import type { JsonScanner } from './scanner.ts';

/** Reads an enum; OTLP wants numbers, known names are accepted as the Collector does. */
export function readEnum(s: JsonScanner, names: ReadonlyMap<string, number>): number {
  if (s.peek() !== 0x22) {
    s.integer(true);
    return s.low;
  }
  const { pos } = s;
  s.string();
  const name = Buffer.from(s.source.slice(s.start, s.length)).toString('latin1');
  const number = names.get(name);
  if (number !== undefined) return number;
  s.pos = pos;
  if (!/^-?\d+$/.test(name)) s.fail('an unknown enum name');
  s.integer(true);
  return s.low;
}

/** Names of an enum by the words for its numbers, as the proto file has them. */
export function enumNames(
  prefix: string,
  values: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  return new Map(Object.entries(values).map(([name, number]) => [prefix + name, number]));
}
