/** A value of a plan as it is written: where it stands, and the problems that are found with it. */
import type { PlanProblem } from './tracking-plan.ts';

/** A place that problems can be reported at. */
export class PlanPlace {
  readonly path: readonly (string | number)[];
  readonly problems: PlanProblem[];

  constructor(problems: PlanProblem[], path: readonly (string | number)[] = []) {
    this.problems = problems;
    this.path = path;
  }

  /** The place of a value within this one. */
  at(...keys: readonly (string | number)[]): PlanPlace {
    return new PlanPlace(this.problems, [...this.path, ...keys]);
  }

  /** Reports an error; the message goes on behind the path: `must be a text`. */
  error(message: string, known: readonly string[] = []): void {
    this.problems.push({ severity: 'error', path: this.path, message, known });
  }

  /** Reports what does no harm. */
  warn(message: string, known: readonly string[] = []): void {
    this.problems.push({ severity: 'warning', path: this.path, message, known });
  }
}
