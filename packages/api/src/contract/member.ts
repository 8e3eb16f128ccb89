/** Whom or what a number counts: the rows, the meta and the parameters that lists of members share. */
import { z } from 'zod';
import { Instant } from './answer.ts';
import { limit } from './parameter.ts';
import { count } from './run.ts';

/** One of those whom a number counts. */
export const Member = z
  .object({
    unit: z.enum(['user', 'session', 'trace', 'run', 'event']),
    key: z
      .string()
      .nullable()
      .describe(
        'Hash or id of the user, id of the session or trace, number of the run or event. That of an event of a span is its place among them, from 1, times 2^48, plus the number of the span.',
      ),
    firstTime: Instant.describe('Their first run or event in the number.'),
    lastTime: Instant.describe('Their last one.'),
    records: count('Their runs and events in the number.'),
    traceId: z.string().nullable().describe('Trace of the last one.'),
  })
  .meta({ id: 'Member' });

/** Meta of a page of members. */
export const MemberPageMeta = z
  .object({
    total: count('Members on all pages; where units are counted, the number itself.'),
    truncated: z.boolean().describe('There are more pages.'),
    nextCursor: z.string().nullable().describe('`cursor` of the next page; null on the last.'),
    asOf: z.string().describe('Number of the last record that the answer saw.'),
  })
  .meta({ id: 'MemberPageMeta' });

/** The same of members of which some may be missing. */
export const MemberMeta = MemberPageMeta.extend({
  warnings: z.array(z.string()).describe('Why members may be missing.'),
}).meta({ id: 'MemberMeta' });

/** Which page: a key of 20 digits or a trace, with its place where one may stand twice. */
export const memberCursor = z
  .string()
  .regex(
    /^(?:\d{6} )?(?:\d{20}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/u,
    'must be meta.nextCursor of the page before',
  )
  .optional()
  .describe('`meta.nextCursor` of the page before.');

/** Which page, and as of when. */
export const memberPage = {
  asOf: z
    .string()
    .regex(/^\d{1,18}$/u, 'must be meta.asOf of an answer')
    .optional()
    .describe('`meta.asOf` of the answer that holds the number; as of now without.'),
  limit: limit(100, 1000),
  cursor: memberCursor,
};

/** Name of a group as an answer has it: empty where the value is. */
export const groupName = z.string().max(1024);

/** Which group of an answer that is split. */
export const memberGroup = {
  group: groupName
    .optional()
    .describe('Only those of this group, as the answer names it; needs `by`. Unsplit without.'),
};
