/** Paths: what is done just after something, or just before it. */
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant, Ratio } from './answer.ts';
import { limit, range } from './parameter.ts';
import { count } from './run.ts';

const text = z.string().min(1).max(1024);
const step = z
  .string()
  .describe('`feature:<name>`, `event:<name>`, `$other` beyond the top, `$end` of the session.');

const place = {
  depth: z.int().min(1).describe('Steps from the anchor.'),
  paths: count('Sessions that are there.'),
  actors: count('Distinct units that these belong to.'),
  share: Ratio.describe('Of all paths.'),
};

/** Paths from an anchor. */
export const PathReport = z
  .object({
    anchor: z.string().describe('`feature:<name>` or `event:<name>`.'),
    direction: z.enum(['after', 'before']),
    paths: count('Sessions with the anchor.'),
    actors: count('Distinct units that these belong to.'),
    steps: z
      .array(z.object({ ...place, step }))
      .describe('What stands at each distance, most paths first.'),
    transitions: z
      .array(
        z.object({
          ...place,
          from: step.describe('The step one nearer to the anchor.'),
          to: step,
          shareOfFrom: Ratio.describe('Of the paths that are at `from`.'),
        }),
      )
      .describe('The same by the step that they come from.'),
  })
  .meta({ id: 'PathReport' });

const request = {
  after: text
    .optional()
    .describe(
      'What is done after this: `feature:<name>`, `event:<name>` or the name of a feature.',
    ),
  before: text.optional().describe('What is done before this. Instead of `after`.'),
  steps: z
    .enum(['all', 'features', 'events'])
    .default('all')
    .describe('What counts as a step: runs and events, or one of both.'),
  unit: z
    .enum(['user', 'session'])
    .default('user')
    .describe('Whose paths: the user (the session where the user is unknown), or the session.'),
  depth: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(5)
    .default(3)
    .describe('How many steps from the anchor, 1 to 5.'),
  top: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(50)
    .default(10)
    .describe('How many steps of a depth before the rest becomes `$other`, 1 to 50.'),
};

/** Query of paths. */
export const PathQuery = z.strictObject({ ...range, ...request, ...explainFlag });

/** Query of the members of one number. */
export const PathMemberQuery = z.strictObject({
  ...range,
  ...request,
  at: z.coerce
    .number<string | number>()
    .int()
    .min(0)
    .max(5)
    .describe('Depth of the number; 0 is the anchor.'),
  step: text.describe('Step of the number, as the paths name it.'),
  previous: text
    .optional()
    .describe('The step one nearer to the anchor, for a transition; whichever when absent.'),
  asOf: z
    .string()
    .regex(/^\d{1,18}$/u, 'must be meta.asOf of an answer')
    .optional()
    .describe('`meta.asOf` of the answer that holds the number.'),
  limit: limit(100, 1000),
  cursor: z.string().min(1).max(64).optional().describe('`meta.nextCursor` of the page before.'),
});

/** One of those whom a number counts. */
export const PathMember = z
  .object({
    unit: z.enum(['user', 'session', 'trace', 'run', 'event']),
    key: z.string().nullable().describe('Hash or id of the user, id of the session.'),
    firstTime: Instant.describe('When it was first there.'),
    lastTime: Instant.describe('When it was last there.'),
    records: count('How many paths of it are there.'),
    traceId: z.string().nullable().describe('Trace of the last one.'),
  })
  .meta({ id: 'PathMember' });
