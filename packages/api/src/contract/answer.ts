/** The envelope of every answer, and the words that all answers share. */
import { z } from 'zod';
import { DefinitionProblem } from './definition-problem.ts';

/** A moment: ISO 8601 in UTC with as many digits as are known, nanoseconds for what was measured. */
export const Instant = z.string().meta({
  id: 'Instant',
  format: 'date-time',
  description:
    'A moment as ISO 8601 in UTC. Measured moments carry nine digits (nanoseconds), bounds of ranges three.',
  examples: ['2026-11-21T09:30:00.000Z', '2026-11-21T09:30:00.123456789Z'],
});

/** Milliseconds as a double, made from integer nanoseconds; null when there is nothing to measure. */
export const Milliseconds = z
  .number()
  .nullable()
  .describe('Milliseconds; null when no run has a duration.');

/** A share between 0 and 1; null when the denominator is zero. */
export const Ratio = z.number().min(0).max(1).nullable();

/** What a list of numbers is about: range, zone, unit, and how far it can be trusted. */
export const Meta = z
  .object({
    from: Instant.describe('Start of the range, inclusive.'),
    to: Instant.describe('End of the range, exclusive.'),
    timeZone: z.string().describe('IANA time zone in which buckets and labels are made.'),
    weekStart: z
      .literal('sunday')
      .optional()
      .describe('First day of weeks, where the server sets another than Monday.'),
    unit: z
      .string()
      .describe('What the rows count: runs, spans, logs, traces, features, services.'),
    complete: z
      .boolean()
      .describe(
        'False while runs of this range may still arrive: until ten minutes after its end, and while requests that were received before its end wait to land.',
      ),
    truncated: z.boolean().describe('True when more rows exist than were asked for.'),
    warnings: z.array(z.string()).describe('What a reader must know before trusting the numbers.'),
  })
  .meta({ id: 'Meta' });
export type Meta = z.infer<typeof Meta>;

/** The error body of every route (RFC 9457), served as `application/problem+json`. */
export const Problem = z
  .object({
    type: z.string().describe('`urn:heartwood:problem:<code>`.'),
    title: z.string().describe('The sentence of the code, the same each time.'),
    status: z.int().describe('The HTTP status.'),
    code: z.string().describe('Stable code; the word to program against.'),
    detail: z.string().describe('What was wrong this time.'),
    remedy: z.string().describe('What to do about it.'),
    parameter: z.string().optional().describe('The parameter at fault.'),
    suggestions: z
      .array(z.string())
      .optional()
      .describe('Known names that are close, nearest first.'),
    problems: z
      .array(DefinitionProblem)
      .optional()
      .describe('Everything that is wrong with a definition that the question brought.'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** Wraps one thing into `{data, meta}`. */
export function answerOf<Data extends z.ZodType, M extends z.ZodType>(
  data: Data,
  meta: M,
): z.ZodObject<{ data: Data; meta: M }> {
  return z.object({ data, meta });
}

/** Wraps rows into `{data: [...], meta}`. */
export function listOf<Row extends z.ZodType, M extends z.ZodType>(
  row: Row,
  meta: M,
): z.ZodObject<{ data: z.ZodArray<Row>; meta: M }> {
  return z.object({ data: z.array(row), meta });
}
