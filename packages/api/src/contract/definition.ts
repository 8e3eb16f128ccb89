/** Definitions: what is in force, and whether files would be. */
import { z } from 'zod';
import { Instant } from './answer.ts';
import { count } from './run.ts';

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

/** One definition in force. */
export const DefinitionRow = z
  .object({
    kind: z.string().describe('What it defines: `goal`, `measure`, `kpi` and so on.'),
    id: z.string().describe('Unique among those of its kind.'),
    title: z.string(),
    owner: z.string().nullable(),
    revision: z.int().min(1).describe('Goes up when the meaning of its numbers changes.'),
    digest: z.string().describe('Differs whenever the meaning of its numbers may.'),
    place: Place,
    written: z.unknown().describe('As the file has it.'),
  })
  .meta({ id: 'DefinitionRow' });
export type DefinitionRow = z.infer<typeof DefinitionRow>;

/** Where the definitions in force come from, and how their files stand. */
export const DefinitionListMeta = z
  .object({
    folder: z.string().nullable().describe('Null where they come from no folder.'),
    digest: z.string().describe('Differs whenever a file in force does.'),
    loadedAt: Instant.describe('When the files in force were read.'),
    readAt: Instant.describe('When files were last read, for better or worse.'),
    problems: z
      .array(DefinitionProblem)
      .describe(
        'What is wrong with the files as they are; with an error among them, those of before stay in force.',
      ),
  })
  .meta({ id: 'DefinitionListMeta' });

/** Files to be looked at, as a folder would hold them. */
export const DefinitionCheckBody = z.strictObject({
  files: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(1024).describe('From the folder, such as `shop/kpis.yaml`.'),
        text: z.string().describe('YAML or JSON.'),
      }),
    )
    .min(1)
    .max(200)
    .refine(
      (files) => new Set(files.map(({ name }) => name)).size === files.length,
      'must have different names',
    )
    .describe('All files of the folder: they may refer to each other. At most 200.'),
});

/** Whether the files would be taken. */
export const DefinitionCheck = z
  .object({
    valid: z.boolean().describe('Without errors; there may be warnings.'),
    definitions: count('Definitions in the files; 0 where there are errors.'),
    problems: z.array(DefinitionProblem).describe('All of them, by file and line.'),
  })
  .meta({ id: 'DefinitionCheck' });
