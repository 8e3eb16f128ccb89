/** How the numbers of another answer came about. */
import { z } from 'zod';

/** Which answer. */
export const ExplainQuery = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(8192)
    .describe(
      'Path of a GET route under /api/v1 that takes `explain`, with its parameters, percent-encoded: `/api/v1/funnels/checkout?since=7d`.',
    ),
});

/** Which answer was explained. */
export const ExplainMeta = z
  .object({
    path: z.string().describe('As it was read.'),
    route: z.string().describe('The route that answers it.'),
  })
  .meta({ id: 'ExplainMeta' });
