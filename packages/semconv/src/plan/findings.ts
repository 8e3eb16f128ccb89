/** What a check has found in a value so far, and the steps that it took. */
import type { ViolationType } from './violation.ts';

/** A step from a value to one within it; null for a key that the schema does not name. */
export type Step = string | number | null;

/** One rule that a value does not keep. */
export interface SchemaIssue {
  readonly type: ViolationType;
  readonly path: readonly Step[];
  readonly expected: string;
  /** The value at the path; undefined where there is none. For its kind only, never to be shown. */
  readonly value: unknown;
}

/** Most issues of each type that are told of one value. */
const MAX_ISSUES = 50;
/** Looks of a pattern, and characters of a text, that are as much work as a step. */
export const LOOKS_OF_STEP = 8;

export class Findings {
  issues: SchemaIssue[] = [];
  /** True once something was not looked at. */
  isCutShort = false;
  steps = 0;
  /** Issues in `issues` by their type, in which null is told from other values: it may stand for one that is missing. */
  #told = new Map<string, number>();
  /** Where the check is. */
  protected readonly path: Step[] = [];

  /** Takes the steps of a text whose keys are put in order. */
  protected readonly takeCanonical = (length: number): void => {
    this.takeText(length * 4);
  };

  protected takeText(length: number): void {
    this.steps += Math.ceil(length / LOOKS_OF_STEP);
  }

  /** Issues of a look that does not decide by itself. */
  protected aside(look: () => void): readonly SchemaIssue[] {
    const { issues: outer } = this;
    const told = this.#told;
    this.issues = [];
    this.#told = new Map();
    look();
    const { issues: found } = this;
    this.issues = outer;
    this.#told = told;
    return found;
  }

  protected want(expected: string, value: unknown): false {
    return this.fail('enum_or_range', expected, value);
  }

  protected cutShort(expected: string, value: unknown): false {
    this.isCutShort = true;
    return this.fail('unknown', expected, value);
  }

  protected fail(type: ViolationType, expected: string, value: unknown): false {
    const kind = value === null ? `${type} null` : type;
    const told = this.#told.get(kind) ?? 0;
    // What is done to an event goes by types: enough of one must not hide another.
    if (told < MAX_ISSUES) {
      this.#told.set(kind, told + 1);
      this.issues.push({ type, path: [...this.path], expected, value });
    }
    return false;
  }

  protected isProperty(): boolean {
    return typeof this.path.at(-1) === 'string';
  }
}
