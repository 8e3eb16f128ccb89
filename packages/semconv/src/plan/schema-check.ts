/** Holds a value beside a schema, as JSON Schema 2020-12 says, within bounds of time and depth. */
import { kindOf, ownValue, toCanonicalText } from './json-value.ts';
import { costOfMultiple, isMultiple } from './multiple.ts';
import { MAX_DEPTH } from './schema-keywords.ts';
import { Findings, LOOKS_OF_STEP, type SchemaIssue, type Step } from './findings.ts';
import { wordsOfCount, wordsOfTypes } from './schema-words.ts';
import type { SchemaNode, SchemaType } from './schema.ts';

/** Most steps, one a look at a schema or an item: far above what an event of the largest size needs, 10 ms of work. */
const MAX_STEPS = 100_000;
/** Longest text that is held beside a pattern: each character may cost a thousand looks. */
const MAX_PATTERN_TEXT = 10_000;

/** Steps that the values of a request may take together. */
export interface CheckWork {
  left: number;
}

/**
 * What is wrong with a value; empty when it fits. A value that goes beyond the bounds has an `unknown` issue. The steps it
 * takes are taken from `work`, which may end below 0: it is for the caller to stop there.
 */
export function checkValue(
  node: SchemaNode,
  value: unknown,
  work?: CheckWork,
): readonly SchemaIssue[] {
  const check = new Check();
  check.visit(node, value, 0);
  if (work !== undefined) work.left -= check.steps;
  const { issues, isCutShort } = check;
  // What was left off inside a `not` or an alternative would pass for an answer.
  if (!isCutShort || issues.some(({ type }) => type === 'unknown')) return issues;
  return [...issues, { type: 'unknown', path: [], expected: TOO_LARGE, value }];
}

/** What is expected of a value that nobody could look at. */
export const TOO_LARGE = 'a value that is not too large to check';

class Check extends Findings {
  /** True when the value fits. */
  visit(node: SchemaNode, value: unknown, depth: number): boolean {
    this.steps += 1;
    if (depth > MAX_DEPTH || this.steps > MAX_STEPS) return this.cutShort(TOO_LARGE, value);
    if (node.never)
      return this.fail(this.isProperty() ? 'additional_property' : 'unknown', 'nothing', value);
    if (node.types !== null && !isOfTypes(value, node.types)) {
      return this.fail('datatype_mismatch', wordsOfTypes(node), value);
    }
    const plain = this.#values(node, value);
    const own = this.#content(node, value, depth);
    return this.#combined(node, value, depth) && plain && own;
  }

  #values(node: SchemaNode, value: unknown): boolean {
    const wrong = node.valueSets.find((allowed) => !allowed.has(value, this.takeCanonical));
    return wrong === undefined || this.want(wrong.words, value);
  }

  #content(node: SchemaNode, value: unknown, depth: number): boolean {
    const kind = kindOf(value);
    switch (kind) {
      case 'number':
        return this.#number(node, value as number);
      case 'string':
        return this.#text(node, value as string);
      case 'array':
        return this.#items(node, value as readonly unknown[], depth);
      case 'object':
        return this.#object(node, value as Readonly<Record<string, unknown>>, depth);
      case 'boolean':
      case 'null':
      case 'other':
        return true;
      default:
        return kind satisfies never;
    }
  }

  #number(node: SchemaNode, value: number): boolean {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node;
    let fits = true;
    if (minimum !== null && value < minimum) fits = this.want(`at least ${minimum}`, value);
    if (maximum !== null && value > maximum) fits = this.want(`at most ${maximum}`, value);
    if (exclusiveMinimum !== null && value <= exclusiveMinimum) {
      fits = this.want(`more than ${exclusiveMinimum}`, value);
    }
    if (exclusiveMaximum !== null && value >= exclusiveMaximum) {
      fits = this.want(`less than ${exclusiveMaximum}`, value);
    }
    if (multipleOf === null) return fits;
    this.steps += costOfMultiple(value, multipleOf);
    if (this.steps > MAX_STEPS) return this.cutShort(TOO_LARGE, value);
    return isMultiple(value, multipleOf) ? fits : this.want(`a multiple of ${multipleOf}`, value);
  }

  #text(node: SchemaNode, value: string): boolean {
    const { minLength, maxLength, pattern } = node;
    let fits = true;
    // Characters, not units: a smile is one. There are at most as many as units, and at least half as many.
    if (minLength !== null && value.length < minLength * 2 && !this.#reaches(value, minLength)) {
      fits = this.want(wordsOfCount('at least', minLength, 'character'), value);
    }
    if (maxLength !== null && value.length > maxLength && this.#reaches(value, maxLength + 1)) {
      fits = this.want(wordsOfCount('at most', maxLength, 'character'), value);
    }
    if (pattern === null) return fits;
    if (value.length > MAX_PATTERN_TEXT) {
      return this.cutShort(`a text of at most ${MAX_PATTERN_TEXT} characters`, value);
    }
    const looks = (MAX_STEPS - this.steps) * LOOKS_OF_STEP;
    const work = { left: looks };
    const isLike = pattern.matcher.testWithin(value, work);
    this.steps += Math.ceil((looks - work.left) / LOOKS_OF_STEP);
    if (isLike === null) return this.cutShort(TOO_LARGE, value);
    return isLike ? fits : this.want(`a text like ${pattern.source}`, value);
  }

  /** True for a text with at least so many characters; not one more is counted. */
  #reaches(text: string, least: number): boolean {
    if (text.length < least) return false;
    if (text.length >= least * 2) return true;
    this.takeText(least);
    let count = 0;
    for (const character of text) {
      count += character === '' ? 0 : 1;
      if (count >= least) break;
    }
    return count >= least;
  }

  #items(node: SchemaNode, value: readonly unknown[], depth: number): boolean {
    const { minItems, maxItems, uniqueItems, prefixItems, items } = node;
    let fits = true;
    if (minItems !== null && value.length < minItems) {
      fits = this.want(wordsOfCount('at least', minItems, 'item'), value);
    }
    if (maxItems !== null && value.length > maxItems) {
      fits = this.want(wordsOfCount('at most', maxItems, 'item'), value);
    }
    if (uniqueItems) {
      this.steps += value.length;
      if (this.steps > MAX_STEPS) return this.cutShort(TOO_LARGE, value);
      const isUnique = this.#isUnique(value);
      if (isUnique === null) return this.cutShort(TOO_LARGE, value);
      if (!isUnique) fits = this.want('items that differ', value);
    }
    const checked = items === null ? Math.min(prefixItems.length, value.length) : value.length;
    for (let index = 0; index < checked; index++) {
      if (this.steps > MAX_STEPS) return this.cutShort(TOO_LARGE, value);
      const rule = prefixItems.at(index) ?? items;
      if (rule !== null) fits = this.#at(index, rule, value.at(index), depth) && fits;
    }
    return fits;
  }

  /** Null when there are no steps left to say so. */
  #isUnique(value: readonly unknown[]): boolean | null {
    const texts = new Set<string | null>();
    for (const item of value) {
      const text = toCanonicalText(item, MAX_DEPTH);
      if (typeof item === 'object') this.takeCanonical(text?.length ?? 0);
      else this.takeText(text?.length ?? 0);
      if (this.steps > MAX_STEPS) return null;
      if (texts.has(text)) return false;
      texts.add(text);
    }
    return true;
  }

  #object(node: SchemaNode, value: Readonly<Record<string, unknown>>, depth: number): boolean {
    let fits = true;
    this.steps += (node.required.length + node.properties.size) >> 3;
    if (this.steps > MAX_STEPS) return this.cutShort(TOO_LARGE, value);
    for (const name of node.required) {
      if (ownValue(value, name) === undefined) {
        this.path.push(name);
        fits = this.fail('required_missing', wordsOfRequired(node, name), undefined);
        this.path.pop();
      }
    }
    for (const [name, rule] of node.properties) {
      const item = ownValue(value, name);
      if (item !== undefined) fits = this.#at(name, rule, item, depth) && fits;
    }
    const { additionalProperties, propertyNames } = node;
    if (additionalProperties === null && propertyNames === null) return fits;
    const names = Object.keys(value);
    this.steps += names.length >> 3;
    for (const name of names) {
      if (this.steps > MAX_STEPS) return this.cutShort(TOO_LARGE, value);
      const item = value[name];
      if (item === undefined) continue;
      if (propertyNames !== null) fits = this.#name(propertyNames, name, depth) && fits;
      if (additionalProperties === null || node.properties.has(name)) continue;
      const step = additionalProperties.never ? name : null;
      fits = this.#at(step, additionalProperties, item, depth) && fits;
    }
    return fits;
  }

  #name(rule: SchemaNode, name: string, depth: number): boolean {
    const issues = this.aside(() => this.visit(rule, name, depth + 1));
    if (issues.length === 0) return true;
    this.path.push(name);
    this.fail('naming', issues[0]?.expected ?? '', name);
    this.path.pop();
    return false;
  }

  #combined(node: SchemaNode, value: unknown, depth: number): boolean {
    let fits = true;
    if (node.ref !== null) fits = this.visit(node.ref.node, value, depth);
    for (const part of node.allOf) fits = this.visit(part, value, depth) && fits;
    if (node.anyOf.length > 0) fits = this.#alternatives(node.anyOf, false, value, depth) && fits;
    if (node.oneOf.length > 0) fits = this.#alternatives(node.oneOf, true, value, depth) && fits;
    const { not } = node;
    if (not !== null && this.aside(() => this.visit(not, value, depth)).length === 0) {
      fits = this.fail('unknown', 'a value that the schema does not rule out', value);
    }
    return this.#conditional(node, value, depth) && fits;
  }

  #conditional(node: SchemaNode, value: unknown, depth: number): boolean {
    const { ifRule, thenRule, elseRule } = node;
    if (ifRule === null) return true;
    const holds = this.aside(() => this.visit(ifRule, value, depth)).length === 0;
    const rule = holds ? thenRule : elseRule;
    return rule === null || this.visit(rule, value, depth);
  }

  #alternatives(
    nodes: readonly SchemaNode[],
    isExact: boolean,
    value: unknown,
    depth: number,
  ): boolean {
    const found = nodes.map((node) => this.aside(() => this.visit(node, value, depth)));
    const fitting = found.filter((issues) => issues.length === 0).length;
    if (fitting === 1 || (fitting > 1 && !isExact)) return true;
    if (fitting > 1) {
      return this.fail('unknown', 'a value that fits one alternative of the schema alone', value);
    }
    const firsts = found.flatMap((issues) => issues.slice(0, 1));
    const areTypes = firsts.every(
      ({ type, path }) => type === 'datatype_mismatch' && path.length === this.path.length,
    );
    if (areTypes) {
      const words = [...new Set(firsts.map(({ expected }) => expected))].join(' or ');
      return this.fail('datatype_mismatch', words, value);
    }
    return this.fail('unknown', `one of ${nodes.length} alternatives of the schema`, value);
  }

  #at(step: Step, node: SchemaNode, value: unknown, depth: number): boolean {
    this.path.push(step);
    const fits = this.visit(node, value, depth + 1);
    this.path.pop();
    return fits;
  }
}

function isOfTypes(value: unknown, types: readonly SchemaType[]): boolean {
  for (const type of types) if (isOfType(value, type)) return true;
  return false;
}

function isOfType(value: unknown, type: SchemaType): boolean {
  const kind = kindOf(value);
  return type === 'integer' ? kind === 'number' && Number.isInteger(value) : kind === type;
}

function wordsOfRequired(node: SchemaNode, name: string): string {
  const rule = node.properties.get(name);
  return rule === undefined ? 'any value' : wordsOfTypes(rule);
}
