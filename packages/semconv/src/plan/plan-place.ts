/** A value of a plan as it is written: where it stands, and the problems that are found with it. */
import type { PlanProblem } from './tracking-plan.ts';

/** Most problems of one plan that are told: more than anybody reads, and a bound to what telling them costs. */
const MOST_PROBLEMS = 200;

/** How many problems there are, told or not. */
interface Tally {
  errors: number;
  all: number;
}

/** A place that problems can be reported at. */
export class PlanPlace {
  readonly path: readonly (string | number)[];
  readonly problems: PlanProblem[];
  readonly #tally: Tally;

  constructor(
    problems: PlanProblem[],
    path: readonly (string | number)[] = [],
    tally: Tally = { errors: 0, all: 0 },
  ) {
    this.problems = problems;
    this.path = path;
    this.#tally = tally;
  }

  /** Errors of the whole plan so far, those that are not told included. */
  get errors(): number {
    return this.#tally.errors;
  }

  /** Problems of the whole plan that are not told. */
  get untold(): number {
    return this.#tally.all - this.problems.length;
  }

  /** The place of a value within this one. */
  at(...keys: readonly (string | number)[]): PlanPlace {
    return new PlanPlace(this.problems, [...this.path, ...keys], this.#tally);
  }

  /** Reports an error; the message goes on behind the path: `must be a text`. */
  error(message: string, known: readonly string[] = []): void {
    this.#tally.errors++;
    this.#report({ severity: 'error', path: this.path, message, known });
  }

  /** Reports what does no harm. */
  warn(message: string, known: readonly string[] = []): void {
    this.#report({ severity: 'warning', path: this.path, message, known });
  }

  /** The first error is told in any case: it is why the plan is not taken. */
  #report(problem: PlanProblem): void {
    this.#tally.all++;
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
    else if (problem.severity === 'error' && this.#tally.errors === 1)
      this.problems.splice(-1, 1, problem);
  }
}
