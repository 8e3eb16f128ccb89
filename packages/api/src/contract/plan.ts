/** The tracking plan: what is planned, what breaks it, and plans that come with a question. */
import { VIOLATION_TYPES } from '@heartwood/semconv';
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant } from './answer.ts';
import { DefinitionCheckBody } from './definition.ts';
import { DefinitionProblem, Place } from './definition-problem.ts';
import { limit, range } from './parameter.ts';
import { count } from './run.ts';

const ViolationType = z
  .enum(VIOLATION_TYPES)
  .describe('What was wrong; `unknown` is a rule that none of the other words fits.');
const Modes = z
  .record(z.string(), z.string())
  .describe('What is done, by kind of violation: `allow`, `warn`, `tag`, `block` or `omit`.');
const files = DefinitionCheckBody.shape.files;
/** A member of a body that says what the parameter of a query says. */
const member = (parameter: z.ZodOptional<z.ZodString>) =>
  parameter.describe(parameter.unwrap().description ?? '');
const eventName = z.string().min(1).max(200);

/** One event of the plan in force. */
export const PlanEventRow = z
  .object({
    event: z.string(),
    version: z.string().describe('Of its schema, MODEL-REVISION-ADDITION.'),
    status: z.enum(['draft', 'active', 'deprecated']),
    replacedBy: z.string().nullable(),
    section: z.string().describe('Part of the product; empty where the plan does not say.'),
    funnel: z.string().nullable(),
    step: z.int().nullable().describe('Number of the step in the funnel, from 1.'),
    kpis: z.array(z.string()),
    owner: z.string(),
    trigger: z.string().describe('What makes it happen.'),
    required: z.array(z.string()).describe('Properties that it must have.'),
    planned: z.array(z.string()).describe('All planned properties at its top.'),
    pii: z.array(z.string()).describe('Properties that tell about a person.'),
    modes: Modes,
  })
  .meta({ id: 'PlanEventRow' });

/** Meta of the plan in force. */
export const PlanMeta = z
  .object({
    total: count('Events of the plan.'),
    plan: z
      .object({
        id: z.string(),
        revision: z.int().min(1).describe('Goes up with each change that is released.'),
        digest: z.string().describe('Differs whenever a word of the plan does.'),
        place: Place,
        modes: Modes,
        written: z.unknown().describe('The plan of all files as one document.'),
      })
      .nullable()
      .describe('Null without a plan: nothing is checked then.'),
  })
  .meta({ id: 'PlanMeta' });

/** Query of violations. */
export const ViolationQuery = z.strictObject({
  ...range,
  event: z.string().min(1).max(1024).optional().describe('Only this event; the exact name.'),
  type: ViolationType.optional(),
  limit: limit(100, 1000),
  ...explainFlag,
});

/** One kind of violation of one property of one event. */
export const ViolationRow = z
  .object({
    event: z.string(),
    type: ViolationType,
    path: z.string().describe('The property, such as `items[].price`; empty for the event.'),
    schemaVersion: z
      .string()
      .nullable()
      .describe('Of the schema that was asked; null for an event that is not planned.'),
    records: count('Events that did it.'),
    blocked: count('Those that were not stored because of it.'),
    firstSeen: Instant.describe('When the first of them was received.'),
    lastSeen: Instant.describe('When the last of them was received.'),
    sample: z
      .string()
      .nullable()
      .describe('Number of one that is stored, an integer as text; null where none is.'),
  })
  .meta({ id: 'ViolationRow' });

/** One thing that is wrong with one event; it never holds a value. */
const Violation = z
  .object({
    type: ViolationType,
    event: z.string(),
    path: z.string(),
    message: z.string(),
    expected: z.string(),
    actualType: z.string().nullable(),
    schemaVersion: z.string().nullable(),
  })
  .meta({ id: 'Violation' });

/** An event to be checked. */
export const PlanEventBody = z.strictObject({
  event: eventName.describe('Name of the event.'),
  properties: z.record(z.string(), z.unknown()).default({}).describe('As an app would send them.'),
  schemaVersion: z.string().max(50).optional().describe('Version that the event names.'),
  files: files.optional().describe('Files that hold a plan; the one in force when absent.'),
});

/** What a check found, in the sentences of the first tracking plans, and as typed violations. */
export const PlanVerdict = z
  .object({
    valid: z.boolean().describe('Without errors; there may be warnings.'),
    errors: z.array(z.string()),
    warnings: z.array(z.string()),
    violations: z.array(Violation),
    outcome: z.enum(['keep', 'tag', 'block']).describe('What the receiver does with it.'),
    omitted: z.array(z.string()).describe('Properties that the receiver leaves out.'),
    plan: z.string().nullable().describe('Id of the plan; null without one: nothing is wrong.'),
    schemaVersion: z
      .string()
      .nullable()
      .describe(
        'Version of the schema that it was held beside, the newest where the plan has not the one that it names; `warnings` says so then. Null where the plan has no such event.',
      ),
  })
  .meta({ id: 'PlanVerdict' });

/** What a draft is to be made of. */
export const PlanDraftBody = z.strictObject({
  from: member(range.from),
  to: member(range.to),
  since: member(range.since),
  timeZone: member(range.timeZone),
  events: z.array(eventName).min(1).max(200).optional().describe('Only these; all when absent.'),
  id: z.string().min(1).max(100).optional().describe('Id of the drafted plan.'),
  sample: z
    .int()
    .min(1)
    .max(100_000)
    .default(100_000)
    .describe('Events of a name beyond which only about this many are read.'),
  explain: z.boolean().default(false).describe('Adds how the draft came about.'),
});

/** A draft, as data and as a file. */
export const PlanDraft = z
  .object({
    plan: z.record(z.string(), z.unknown()),
    text: z.string().describe('The same as YAML, to be put into a file.'),
  })
  .meta({ id: 'PlanDraft' });

/** A plan to be looked over. */
export const PlanLintBody = z.strictObject({
  files: files.optional().describe('Files that hold a plan; the one in force when absent.'),
});

/** What was found in a plan. */
export const PlanReport = z
  .object({
    valid: z.boolean().describe('Without errors; there may be warnings.'),
    events: count('Events of the plan; 0 where it cannot be read.'),
    problems: z.array(DefinitionProblem).describe('All of them, by file and line.'),
  })
  .meta({ id: 'PlanReport' });

/** Two plans. */
export const PlanDiffBody = z.strictObject({
  before: files.optional().describe('Files that hold a plan; the one in force when absent.'),
  after: files.optional().describe('The same for the later plan.'),
});

/** What became of a plan. */
export const PlanDiff = z
  .object({
    ok: z
      .boolean()
      .describe('False when the version of an event does not say what was done to it.'),
    bump: z.string().describe('The largest of all events: none, addition, revision or model.'),
    events: z.array(
      z.object({
        event: z.string(),
        change: z.enum(['added', 'removed', 'changed']),
        from: z.string().nullable().describe('Version before.'),
        to: z.string().nullable().describe('Version after.'),
        bump: z.string(),
        needed: z.string().nullable().describe('The version that it needs at least.'),
        ok: z.boolean(),
        changes: z.array(
          z.object({
            path: z.string().describe('The property; empty for the event.'),
            bump: z.string(),
            message: z.string(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'PlanDiff' });

/** A plan to be written in another form. */
export const PlanTextBody = z.strictObject({
  files: files.optional().describe('Files that hold a plan; the one in force when absent.'),
  to: z
    .enum(['yaml', 'json', 'markdown', 'csv', 'typescript'])
    .describe(
      '`typescript` is code that sends events; tables have nine columns, not all of a plan.',
    ),
});

/** A plan as the text of a file. */
export const PlanText = z
  .object({ text: z.string(), events: count('Events of the plan.') })
  .meta({ id: 'PlanText' });

/** A table of the nine columns. */
export const PlanImportBody = z.strictObject({
  name: z.string().min(1).max(1024).describe('Name of its file, for places.'),
  text: z.string().max(200_000).describe('Markdown or CSV.'),
});

/** A plan out of a table. */
export const PlanImport = z
  .object({
    text: z.string().describe('YAML, to be put into a file; empty where there are errors.'),
    events: count('Events of the plan.'),
    problems: z.array(DefinitionProblem).describe('All of them, by line.'),
  })
  .meta({ id: 'PlanImport' });
