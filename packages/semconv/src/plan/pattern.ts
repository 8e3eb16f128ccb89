/** Matches a regular expression of the settings or of a plan in time linear in the text, whatever the expression and the text are. */
import {
  parsePattern,
  type Assertion,
  type CharacterSet,
  type Expression,
} from './pattern-syntax.ts';

/** A regular expression ready to be run. */
export interface Pattern {
  /** True when it matches somewhere in the text. */
  test(text: string): boolean;
  /** As `test`, taking what it looks at from `work`; null once that is used up, which leaves the answer open. */
  testWithin(text: string, work: { left: number }): boolean | null;
  /** The parts of the text that belong to any match, as [begin, end), ascending and apart. */
  matches(text: string): readonly (readonly [number, number])[];
}

/**
 * Makes the pattern of `/source/flags`. Throws an `Error` that says what is wrong with it.
 *
 * JavaScript's own engine goes back and tries again, which takes hours for `(a+)+$` and 40 letters; a setting or a plan
 * must not be able to stop the app. This one goes over the text once with all states the expression can be in (K. Thompson,
 * "Regular expression search algorithm", 1968): each state remembers the earliest begin that led to it.
 */
export function createPattern(source: string, flags: string): Pattern {
  const program = new Program(parsePattern(source, flags), flags);
  return {
    test: (text) => program.run(text, true).length > 0,
    testWithin: (text, work) => {
      const found = program.run(text, true, work);
      return work.left < 0 ? null : found.length > 0;
    },
    matches: (text) => program.run(text, false),
  };
}

type Step =
  | { readonly kind: 'take'; readonly takes: (unit: number) => boolean }
  | { readonly kind: 'fork'; readonly to: number[] }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'match' };

// About a screen of pattern; each character of a text costs at most so many looks.
const MOST_STEPS = 1000;

/** Steps that wait for the next character, each with the earliest begin that led there. */
interface Threads {
  readonly states: number[];
  readonly begins: number[];
}

/** Steps go on to the one after them, forks to those they name. */
class Program {
  readonly #steps: Step[] = [];
  readonly #ignoreCase: boolean;
  readonly #unicode: boolean;
  readonly #begins: Uint8Array;
  readonly #waiting: number[] = [];
  #looks = 0;

  constructor(expression: Expression, flags: string) {
    this.#ignoreCase = flags.includes('i');
    this.#unicode = flags.includes('u');
    this.#write(expression);
    this.#add({ kind: 'match' });
    this.#begins = this.#beginners();
  }

  /** Stops, with nothing found, when there is no `work` left. */
  run(text: string, anyWillDo: boolean, work?: { left: number }): [number, number][] {
    const found: [number, number][] = [];
    const last = this.#steps.length - 1;
    const seen = new Int32Array(last + 1).fill(-1);
    let now: Threads = { states: [], begins: [] };
    let next: Threads = { states: [], begins: [] };
    let taken = -1;
    for (let at = 0; at <= text.length;) {
      if (work !== undefined) {
        work.left -= this.#looks + now.states.length + 1;
        if (work.left < 0) return [];
      }
      this.#looks = 0;
      // Threads that came far go first: what they reach keeps their begin, which is the earlier one.
      for (let i = 0; i < now.states.length; i++) {
        const state = now.states[i] ?? last;
        const step = this.#steps[state];
        if (step?.kind === 'take' && step.takes(taken)) {
          this.#follow(state + 1, now.begins[i] ?? at, at, text, seen, next, found);
        }
      }
      if (this.#mayBegin(text.charCodeAt(at))) this.#follow(0, at, at, text, seen, next, found);
      if (anyWillDo && seen[last] === at) return [[at, at]];
      const emptied = now;
      now = next;
      next = emptied;
      next.states.length = 0;
      next.begins.length = 0;
      taken = this.#unicode ? (text.codePointAt(at) ?? -1) : text.charCodeAt(at);
      at += taken > 0xffff ? 2 : 1;
    }
    return found;
  }

  /** Goes from a step to all that take the next character, over forks and assertions that hold. */
  #follow(
    first: number,
    begin: number,
    at: number,
    text: string,
    seen: Int32Array,
    threads: Threads,
    found: [number, number][],
  ): void {
    const waiting = this.#waiting;
    waiting.push(first);
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      this.#looks++;
      if (seen[state] === at) continue;
      seen[state] = at;
      const step = this.#steps[state];
      if (step?.kind === 'take') {
        threads.states.push(state);
        threads.begins.push(begin);
      } else if (step?.kind === 'fork') waiting.push(...step.to);
      else if (step?.kind === 'match') join(found, begin, at);
      else if (step !== undefined && holds(step.what, text, at)) waiting.push(state + 1);
    }
  }

  /** False for a character that no match begins with: most of a text is passed by with this look alone. */
  #mayBegin(unit: number): boolean {
    return !(unit < 128) || this.#begins[unit] === 1;
  }

  #beginners(): Uint8Array {
    const seen = new Set<number>();
    const waiting = [0];
    const takers: ((unit: number) => boolean)[] = [];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (seen.has(state)) continue;
      seen.add(state);
      const step = this.#steps[state];
      if (step?.kind === 'take') takers.push(step.takes);
      else if (step?.kind === 'fork') waiting.push(...step.to);
      else if (step?.kind === 'assert') waiting.push(state + 1);
      else takers.push(() => true);
    }
    return Uint8Array.from({ length: 128 }, (_, unit) =>
      takers.some((take) => take(unit)) ? 1 : 0,
    );
  }

  #write(expression: Expression): void {
    switch (expression.kind) {
      case 'set':
        this.#add({ kind: 'take', takes: takesOf(expression.set, this.#ignoreCase) });
        break;
      case 'assert':
        this.#add({ kind: 'assert', what: expression.what });
        break;
      case 'sequence':
        for (const part of expression.parts) this.#write(part);
        break;
      case 'choice':
        this.#writeChoice(expression.parts);
        break;
      case 'repeat':
        this.#writeRepeat(expression.part, expression.min, expression.max);
        break;
      default:
        expression satisfies never;
    }
  }

  #writeChoice(parts: readonly Expression[]): void {
    const entry = this.#fork();
    const exits: number[][] = [];
    for (const part of parts) {
      entry.push(this.#steps.length);
      this.#write(part);
      exits.push(this.#fork());
    }
    for (const exit of exits) exit.push(this.#steps.length);
  }

  #writeRepeat(part: Expression, min: number, max: number): void {
    for (let i = 0; i < min; i++) this.#write(part);
    if (max === Infinity) {
      const start = this.#steps.length;
      const loop = this.#fork();
      loop.push(this.#steps.length);
      this.#write(part);
      this.#fork().push(start);
      loop.push(this.#steps.length);
      return;
    }
    const skips: number[][] = [];
    for (let i = min; i < max; i++) {
      const skip = this.#fork();
      skip.push(this.#steps.length);
      skips.push(skip);
      this.#write(part);
    }
    for (const skip of skips) skip.push(this.#steps.length);
  }

  #fork(): number[] {
    const to: number[] = [];
    this.#add({ kind: 'fork', to });
    return to;
  }

  #add(step: Step): void {
    if (this.#steps.length >= MOST_STEPS)
      throw new Error('is too long once its repeats are written out');
    this.#steps.push(step);
  }
}

/** Adds [begin, end) to intervals that ascend by their ends, and joins those that it touches. */
function join(found: [number, number][], begin: number, end: number): void {
  if (begin === end) return;
  let from = begin;
  for (let last = found.at(-1); last !== undefined && last[1] >= from; last = found.at(-1)) {
    from = Math.min(from, last[0]);
    found.pop();
  }
  found.push([from, end]);
}

function holds(what: Assertion, text: string, at: number): boolean {
  switch (what) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'lineStart':
      return at === 0 || isLineEnd(text.charCodeAt(at - 1));
    case 'lineEnd':
      return at === text.length || isLineEnd(text.charCodeAt(at));
    case 'boundary':
      return isWord(text, at - 1) !== isWord(text, at);
    case 'noBoundary':
      return isWord(text, at - 1) === isWord(text, at);
    default:
      return what satisfies never;
  }
}

function isLineEnd(unit: number): boolean {
  return unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029;
}

function isWord(text: string, at: number): boolean {
  return /^\w$/.test(text.charAt(at));
}

function takesOf(
  { ranges, negated }: CharacterSet,
  ignoreCase: boolean,
): (unit: number) => boolean {
  const within = (unit: number): boolean =>
    ranges.some(([low, high]) => unit >= low && unit <= high);
  const covers = (unit: number): boolean =>
    within(unit) || (ignoreCase && otherCases(unit).some((other) => within(other)));
  const ascii = Uint8Array.from({ length: 128 }, (_, unit) => (covers(unit) !== negated ? 1 : 0));
  return (unit) => (unit < 128 ? ascii[unit] === 1 : covers(unit) !== negated);
}

function otherCases(unit: number): number[] {
  const character = String.fromCodePoint(unit);
  return [character.toLowerCase(), character.toUpperCase()]
    .filter((other) => other.length === character.length)
    .map((other) => other.codePointAt(0) ?? unit);
}
