/** Names the feature of a span by the mapping rules, from attributes noticed while it was decoded. */
import { type CompiledRule, compileRules, type MappingRule, type NamePart } from '../mapping.ts';
import { type FixedText, fixedText } from './interner.ts';
import { KeyTable } from './key-table.ts';
import { FIRST_RULE_KEY, KNOWN_NAMES, KnownAttributes } from './known-attributes.ts';
import type { TextSource } from './text/text-source.ts';

/** The rules made ready, the key table that notices what they look at, and the values noticed. */
export class Features {
  readonly keys: KeyTable;
  readonly known: KnownAttributes;
  /** Name that {@link map} found, a text of the source. */
  start = 0;
  length = 0;
  readonly #rules: readonly CompiledRule[];
  readonly #categories: readonly FixedText[];
  readonly #names: readonly FixedText[];
  /** True when no rule can fit a span without an attribute that is looked at for the rules alone. */
  readonly #needsNoticed: boolean;
  readonly #source: TextSource;

  constructor(rules: readonly MappingRule[], source: TextSource, nameBytes: number) {
    const compiled = compileRules(rules, KNOWN_NAMES);
    this.#rules = compiled.rules;
    this.#categories = compiled.rules.map((rule) => fixedText(rule.category));
    this.#names = [...KNOWN_NAMES, ...compiled.keys].map(fixedText);
    this.#needsNoticed = compiled.rules.every((rule) =>
      [...rule.parts.flatMap((part) => part.keys), ...rule.where.map(({ key }) => key)].some(
        (key) => key >= FIRST_RULE_KEY,
      ),
    );
    this.#source = source;
    this.keys = new KeyTable([...KNOWN_NAMES, ...compiled.keys], nameBytes);
    this.known = new KnownAttributes(source, KNOWN_NAMES.length + compiled.keys.length);
  }

  /** Entry of a known attribute in {@link keys}. */
  entry(key: number): number {
    const { view, length } = this.#names[key - 1] as FixedText;
    return this.keys.find(view, 0, length);
  }

  /** Category of the rule that fits the span at hand, whose name is then in `start` and `length`. */
  map(kind: number): FixedText | undefined {
    if (this.known.noticed === 0 && this.#needsNoticed) return undefined;
    const bit = kind >= 0 && kind < 31 ? 1 << kind : 0;
    for (let i = 0; i < this.#rules.length; i++) {
      const rule = this.#rules[i] as CompiledRule;
      if ((rule.kindBits & bit) !== 0 && this.#fits(rule)) {
        this.#compose(rule.parts);
        return this.#categories[i];
      }
    }
    return undefined;
  }

  #fits(rule: CompiledRule): boolean {
    for (const part of rule.parts)
      if (part.group === 0 && part.keys.length > 0 && this.#first(part) === 0) return false;
    for (const { key, value } of rule.where) {
      if (!this.known.has(key) || this.known.high[key] !== value.length) return false;
      const given = this.#source.slice(this.known.low[key] as number, value.length);
      if (Buffer.compare(given, value) !== 0) return false;
    }
    return true;
  }

  #compose(parts: readonly NamePart[]): void {
    const source = this.#source;
    const from = source.scratchEnd;
    for (const part of parts) {
      if (part.group !== 0 && !this.#isWhole(parts, part.group)) continue;
      if (part.keys.length === 0) {
        source.keep(part.literal);
      } else {
        const key = this.#first(part);
        source.append(this.known.low[key] as number, this.known.high[key] as number);
      }
    }
    this.start = ~from;
    this.length = source.scratchEnd - from;
  }

  #isWhole(parts: readonly NamePart[], group: number): boolean {
    return parts.every(
      (part) => part.group !== group || part.keys.length === 0 || this.#first(part) !== 0,
    );
  }

  #first(part: NamePart): number {
    for (const key of part.keys) if (this.known.has(key)) return key;
    return 0;
  }
}
