/** Definitions: what is in force, and whether files would be. */
import { z } from 'zod';
import { Instant } from './answer.ts';
import { DefinitionProblem, Place } from './definition-problem.ts';
import { count } from './run.ts';

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
