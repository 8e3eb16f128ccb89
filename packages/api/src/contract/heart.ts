/** HEART: happiness, engagement, adoption, retention and task success of features. */
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant } from './answer.ts';
import { limit, range } from './parameter.ts';
import { count } from './run.ts';

const LETTERS = ['happiness', 'engagement', 'adoption', 'retention', 'taskSuccess'] as const;

const text = z.string().min(1).max(1024);

/** A letter with its number. */
const HeartLetter = z
  .object({
    state: z
      .enum(['defined', 'not_defined'])
      .describe('All else is null where the definition has no metric for it.'),
    goal: z.string().nullable().describe('What is wanted.'),
    signal: z.string().nullable().describe('By what it shows.'),
    metric: z.string().nullable().describe('The number that is made of that, in words.'),
    value: z
      .number()
      .nullable()
      .describe('Null where there is nothing to divide by, or too little to speak of.'),
    format: z.enum(['number', 'percent', 'duration']).nullable().describe('How to write it.'),
    sample: z.int().min(0).nullable().describe('How many of `unit` stand behind the value.'),
    unit: z.string().nullable().describe('What the sample counts.'),
    complete: z
      .boolean()
      .nullable()
      .describe('False while it may still change, or where raw data of the range is removed.'),
    parts: z
      .array(
        z.object({
          part: z.string(),
          value: z.number().nullable().describe('Counts have as many members.'),
        }),
      )
      .describe(
        'What the value is made of, and what belongs beside it: of task success how runs ended and `errorRate` (failed or timed out), of adoption `newActors` (used it for the first time of all that is stored), of happiness `responseRate` (of those who ran it, who answered), `previousAnswers`, and `change` against as long before; `responseRate` and `change` are null below 30 answers.',
      ),
    asOf: z.string().nullable().describe('Number of the last record that the letter saw.'),
  })
  .meta({ id: 'HeartLetter' });

/** A HEART with its numbers. */
export const HeartDetail = z
  .object({
    id: z.string(),
    title: z.string(),
    revision: z.int().min(1).describe('Goes up when the meaning of its numbers changes.'),
    features: z.array(z.string()),
    letters: z.object({
      happiness: HeartLetter,
      engagement: HeartLetter,
      adoption: HeartLetter,
      retention: HeartLetter,
      taskSuccess: HeartLetter,
    }),
  })
  .meta({ id: 'HeartDetail' });

const words = z.string().nullable().describe('Its metric in words; null where it has none.');

/** A HEART of the definitions. */
export const HeartRow = z
  .object({
    id: z.string(),
    title: z.string(),
    owner: z.string().nullable(),
    revision: z.int().min(1).describe('Goes up when the meaning of its numbers changes.'),
    features: z.array(z.string()),
    letters: z.object({
      happiness: words,
      engagement: words,
      adoption: words,
      retention: words,
      taskSuccess: words,
    }),
  })
  .meta({ id: 'HeartRow' });

/** Meta of all of them. */
export const HeartListMeta = z
  .object({ total: count('HEARTs of the definitions.') })
  .meta({ id: 'HeartListMeta' });

export const HeartParams = z.object({ id: z.string().describe('Id of the HEART.') });

const longRange = {
  ...range,
  since: range.since.describe(
    'Length of the range that ends at `to`: `28d`, `12w`. Instead of `from`; without both, 12 weeks.',
  ),
};

/** Query of one HEART. */
export const HeartQuery = z.strictObject({ ...longRange, ...explainFlag });

/** Query of the members of one number. */
export const HeartMemberQuery = z.strictObject({
  ...longRange,
  letter: z.enum(LETTERS).describe('Letter of the number.'),
  part: text.describe('Part of the letter, as the HEART names it.'),
  asOf: z
    .string()
    .regex(/^\d{1,18}$/u, 'must be asOf of an answer')
    .optional()
    .describe('`asOf` of the letter that holds the number.'),
  limit: limit(100, 1000),
  cursor: z.string().min(1).max(64).optional().describe('`meta.nextCursor` of the page before.'),
});

/** One of those whom a number counts. */
export const HeartMember = z
  .object({
    unit: z.enum(['user', 'session', 'trace', 'run', 'event']),
    key: z
      .string()
      .nullable()
      .describe('The user, session or trace; of a run or event its number in the store.'),
    firstTime: Instant.describe('Of its first run or event in the number.'),
    lastTime: Instant.describe('Of its last.'),
    records: count('Its runs and events in the number.'),
    traceId: z.string().nullable().describe('Trace of the last one.'),
  })
  .meta({ id: 'HeartMember' });
