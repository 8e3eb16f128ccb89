/** A definition that came with a question and cannot be used. */
import { QuestionError } from '../errors.ts';
import type { Problem } from './problem.ts';

/** `DEFINITION_INVALID`: everything that is wrong with a definition in the body of a request, at once. */
export class DefinitionError extends QuestionError {
  /** At least one of them is an error. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    const more = errors.length < 2 ? '' : `, and ${String(errors.length - 1)} more`;
    // The message names the path itself; the sentence that it stands in ends with a stop of its own.
    const reason = `${first?.message.replace(/\.$/u, '') ?? ''}${more}`;
    super('DEFINITION_INVALID', first?.place.path ?? '', { reason });
    this.problems = problems;
  }
}
