/** Feedback: what people answered about features. */
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Ratio } from './answer.ts';
import { featureFilter, limit, range } from './parameter.ts';
import { count } from './run.ts';

/** Answers about one feature. */
export const FeedbackRow = z
  .object({
    feature: z.string().nullable().describe('Null for answers about no feature.'),
    answers: count('Answers, with a score or without.'),
    respondents: count('Distinct users that answered, and sessions where the user is unknown.'),
    actors: count('Distinct users of the feature in the range, likewise.'),
    responseRate: Ratio.describe('Share of its users that answered; null below 30 answers.'),
    scales: z
      .array(
        z.object({
          scale: z.number().describe('The best score that could be given.'),
          answers: count('Answers with a score from 0 to it.'),
          mean: z.number().nullable().describe('Null below 30 answers.'),
          nps: z
            .number()
            .min(-100)
            .max(100)
            .nullable()
            .describe(
              'Percent that gave 9 or 10 less percent that gave 6 or less; null below 30 answers, and where the scale is not 10.',
            ),
          previousAnswers: z
            .int()
            .nullable()
            .describe('In as long a time before; null where that is not stored whole.'),
          change: z
            .number()
            .nullable()
            .describe('Of the mean since then; null where either has fewer than 30 answers.'),
          trend: z.enum(['up', 'same', 'down']).nullable().describe('What `change` says.'),
          distribution: z
            .array(
              z.object({
                point: z
                  .number()
                  .describe(
                    'Score, rounded: to whole ones up to 20, to a tenth of the scale beyond.',
                  ),
                answers: count('Answers at this point.'),
              }),
            )
            .nullable()
            .describe('Points that were given, lowest first; null below 30 answers.'),
        }),
      )
      .describe('By scale, most answers first; scores of different scales are never mixed.'),
  })
  .meta({ id: 'FeedbackRow' });
export type FeedbackRow = z.infer<typeof FeedbackRow>;

/** Query of feedback. */
export const FeedbackQuery = z.strictObject({
  ...range,
  ...featureFilter,
  limit: limit(50, 100),
  ...explainFlag,
});
