/** What is wrong with definitions, and where it stands. */

/** Where something stands; line 0 where there are no lines, as in the body of a request. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** Keys from the top of the file, such as `kpis[0].target`; empty for the file itself. */
  readonly path: string;
}

/** What kind of problem it is. */
export type ProblemCode =
  | 'DEFINITION_FILE'
  | 'DEFINITION_SYNTAX'
  | 'DEFINITION_KEY_UNKNOWN'
  | 'DEFINITION_VALUE'
  | 'DEFINITION_DUPLICATE'
  | 'DEFINITION_REFERENCE'
  | 'DEFINITION_REVISION'
  | 'PLAN_INVALID'
  | 'PLAN_LINT'
  | 'FUNNEL_STEPS'
  | 'FUNNEL_STEPS_OVERLAP'
  | 'FUNNEL_OPTIONAL'
  | 'FUNNEL_EXCLUSION';

/** One thing that is wrong with definitions. */
export interface Problem {
  readonly place: Place;
  /** A set with errors is not taken; one with warnings is. */
  readonly severity: 'error' | 'warning';
  readonly code: ProblemCode;
  /** Names the value by its path, says what is wrong and what would be right. */
  readonly message: string;
  /** Known words that are close to a wrong one, nearest first. */
  readonly suggestions: readonly string[];
}
