/** Questions to statements, by their kind. */
import { storeError } from '../errors.ts';
import { compileActivity } from './activity.ts';
import { compileAdoption } from './adoption.ts';
import type { Compiled } from './answer.ts';
import { compileCount } from './count.ts';
import type { Sums } from './count-hours.ts';
import { compileFeedback } from './feedback.ts';
import { compileFunnel } from './funnel.ts';
import { compilePaths } from './paths.ts';
import { compileProfile } from './profile.ts';
import { compileRegression } from './regression.ts';
import { compileSilence } from './quality-silence.ts';
import { compileTrouble } from './quality-trouble.ts';
import { compileVolume } from './quality-volume.ts';
import { compileRetention } from './retention.ts';
import { compileSlowness } from './slowness.ts';
import type { MemberRow, NumberRows, Question, RowOfQuestion } from './question.ts';

/**
 * The statement of a question and how its answer is read; of a count from roll-ups where they can answer it.
 * Throws `STORE_QUESTION_INVALID`.
 */
export function compile<Q extends Question>(question: Q, sums?: Sums): Compiled<RowOfQuestion<Q>> {
  if (!Object.hasOwn(COMPILERS, question.kind))
    throw storeError('STORE_QUESTION_INVALID', { reason: 'it is of no known kind' });
  // The kind and the output of a question decide its rows, which TypeScript does not follow.
  const compiler = COMPILERS[question.kind] as (question: Q, sums?: Sums) => unknown;
  return compiler(question, sums) as Compiled<RowOfQuestion<Q>>;
}

/** One line a kind. */
const COMPILERS: {
  readonly [Kind in Question['kind']]: (
    question: Extract<Question, { readonly kind: Kind }>,
  ) => Compiled<NumberRows[Kind]> | Compiled<MemberRow>;
} = {
  count: compileCount,
  activity: compileActivity,
  adoption: compileAdoption,
  feedback: compileFeedback,
  funnel: compileFunnel,
  profile: compileProfile,
  path: compilePaths,
  retention: compileRetention,
  silence: compileSilence,
  trouble: compileTrouble,
  volume: compileVolume,
  regression: compileRegression,
  slowness: compileSlowness,
};
