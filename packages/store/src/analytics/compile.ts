/** Questions to statements, by their kind. */
import type { Compiled } from './answer.ts';
import { compileCount } from './count.ts';
import type { Question, RowOfQuestion } from './question.ts';

/** The statement of a question and how its answer is read. Throws `STORE_QUESTION_INVALID`. */
export const compile = <Q extends Question>(question: Q): Compiled<RowOfQuestion<Q>> =>
  // The kind and the output of a question decide its rows, which TypeScript does not follow.
  compileCount(question) as unknown as Compiled<RowOfQuestion<Q>>;
