/** What is wrong with definitions, in files or in the body of a request. */
import { z } from 'zod';

/** Where something stands. */
export const Place = z
  .object({
    file: z.string().describe('Name of the file from the folder of definitions.'),
    line: z.int().min(0).describe('From 1; 0 where there are no lines.'),
    path: z.string().describe('Keys from the top of the file, such as `kpis[0].target`.'),
  })
  .meta({ id: 'Place' });

/** One thing that is wrong with definitions. */
export const DefinitionProblem = z
  .object({
    place: Place,
    severity: z.enum(['error', 'warning']).describe('Files with errors are not taken.'),
    code: z.string().describe('Stable code.'),
    message: z.string().describe('What is wrong and what would be right.'),
    suggestions: z.array(z.string()).describe('Known words that are close, nearest first.'),
  })
  .meta({ id: 'DefinitionProblem' });
export type DefinitionProblem = z.infer<typeof DefinitionProblem>;
