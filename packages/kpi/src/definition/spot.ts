/** A value in a definition file: where it stands, and the problems that are found with it. */
import type { DefinitionFile, Path } from './file.ts';
import type { Place, Problem, ProblemCode } from './problem.ts';

/** A place that problems can be reported at. */
export class Spot {
  readonly #file: DefinitionFile;
  readonly #path: Path;
  readonly #problems: Problem[];

  constructor(file: DefinitionFile, path: Path, problems: Problem[]) {
    this.#file = file;
    this.#path = path;
    this.#problems = problems;
  }

  /** The spot of a value within this one. */
  at(...keys: Path): Spot {
    return new Spot(this.#file, [...this.#path, ...keys], this.#problems);
  }

  get place(): Place {
    const { name, lineOf } = this.#file;
    return { file: name, line: lineOf(this.#path), path: toText(this.#path) };
  }

  /** Reports an error; the message goes on behind the path of the value: `must be a number`. */
  error(code: ProblemCode, message: string, suggestions: readonly string[] = []): void {
    this.#report('error', code, message, suggestions);
  }

  /** Reports what is to be looked at but does no harm. */
  warn(code: ProblemCode, message: string, suggestions: readonly string[] = []): void {
    this.#report('warning', code, message, suggestions);
  }

  #report(
    severity: Problem['severity'],
    code: ProblemCode,
    message: string,
    suggestions: readonly string[],
  ): void {
    const { place } = this;
    const whole = place.line === 0 ? 'the definition' : 'the file';
    const subject = place.path === '' ? whole : place.path;
    this.#problems.push({ place, severity, code, message: `${subject} ${message}`, suggestions });
  }
}

function toText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const shown = key.length > 100 ? `${key.slice(0, 100)}…` : key;
    return text === '' ? shown : `${text}.${shown}`;
  }, '');
}
