/** Errors: their kinds, how often and whom they met, what they are, and what to do. */
import { z } from 'zod';
import { Explained, explainFlag } from './analytic.ts';
import { Instant, Meta } from './answer.ts';
import { limit, range } from './parameter.ts';
import { count } from './run.ts';

const CATEGORIES = [
  'api',
  'database',
  'timeout',
  'auth',
  'rate_limit',
  'validation',
  'filesystem',
  'memory',
  'configuration',
  'dependency',
  'unknown',
] as const;

const Category = z
  .enum(CATEGORIES)
  .describe(
    'What kind of trouble it is, by its code, status, type or words; `unknown`: nothing tells.',
  );
const text = z.string().min(1).max(1024);

const Action = z
  .object({
    text: z.string().describe('What to do.'),
    object: z
      .string()
      .nullable()
      .describe('The host, path or module that the newest of these errors names.'),
  })
  .describe('What to do about it.');

const numbers = {
  occurrences: count(
    'How often it occurred: what a run and log records of one span tell alike is one. An error that a run hands on to the run around it occurs in both.',
  ),
  records: count('Log records that tell of it.'),
  runs: count('Runs that failed by it, or ran out of time.'),
  users: count('Different users among the occurrences that have one.'),
  sessions: count('Different sessions among the occurrences that have one.'),
  trend: z
    .enum(['new', 'rising', 'steady', 'falling'])
    .nullable()
    .describe(
      '`new`: first seen in the range. `rising`: 10 or more, and at least 3 times as many as in as much time before; `falling`: the other way round. Null where that time is not known whole.',
    ),
  before: z
    .int()
    .min(0)
    .nullable()
    .describe('Occurrences in as much time before the range; null where that is not known whole.'),
  spark: z.array(z.int()).describe('Occurrences in each 24th of the range.'),
  features: z
    .array(z.object({ feature: z.string(), occurrences: count('Those that met it.') }))
    .describe('The five features that it met most often.'),
  traceId: z.string().nullable().describe('Trace of the newest record that has one.'),
};

const kind = {
  by: z.literal('group').describe('What the row is.'),
  fingerprint: z.string().describe('`v1:` and 16 hexadecimal digits: tells kinds of errors apart.'),
  title: z.string().describe('Type, and message without what varies.'),
  category: Category,
  errorType: z.string().nullable().describe('`exception.type`, else `error.type`.'),
  template: z
    .string()
    .describe('The message with `<n>`, `<text>`, `<path>` and the like for what varies.'),
  ...numbers,
  components: z
    .array(z.object({ component: z.string(), occurrences: count('Those that met it.') }))
    .describe('The five components, else services, that it met most often.'),
  firstSeen: Instant.describe('When it was first seen, of all time.'),
  lastSeen: Instant.describe('When it was last seen in the range.'),
  logSeq: z.string().nullable().describe('`seq` of the newest log record.'),
  action: Action,
};

/** One kind of error. */
export const ErrorGroup = z.object(kind).meta({ id: 'ErrorGroup' });

/** Errors with the same category, feature or component. */
export const ErrorPart = z
  .object({
    by: z.enum(['category', 'feature', 'component']).describe('What the errors have in common.'),
    value: z.string().nullable().describe('That; null for those without one.'),
    ...numbers,
    groups: count('Kinds of errors.'),
    firstSeen: Instant.describe('The earliest in the range.'),
    lastSeen: Instant.describe('The latest in the range.'),
    topTitle: z.string().describe('Title of the kind that occurred most often.'),
    topObject: z.string().nullable().describe('What that kind is about.'),
  })
  .meta({ id: 'ErrorPart' });

const ErrorRecord = z
  .object({
    time: Instant,
    source: z.enum(['log', 'run']).describe('What told of it.'),
    seq: z.string().describe('Number of the record.'),
    traceId: z.string().nullable(),
    spanId: z.string().nullable(),
    service: z.string().nullable(),
    component: z.string().nullable(),
    feature: z.string().nullable(),
    session: z.string().nullable(),
    user: z.string().nullable(),
  })
  .describe('A record that tells of the error.');

/** One kind of error with all that is known of it. */
export const ErrorDetail = z
  .object({
    ...kind,
    lastSeen: Instant.describe('When it was last seen, of all time.'),
    code: z.string().nullable().describe('Code of the error, such as ECONNREFUSED.'),
    stackTop: z.string().nullable().describe('The innermost call of the app.'),
    message: z.string().describe('What the newest record said.'),
    recent: z.array(ErrorRecord).describe('The 20 newest records of the range, newest first.'),
  })
  .meta({ id: 'ErrorDetail' });

/** Errors in a few lines. */
export const ErrorSummary = z
  .object({
    categories: z
      .array(
        z.object({
          category: z.enum([...CATEGORIES, 'other']),
          label: z.string().describe('For people.'),
          occurrences: count('How often.'),
          groups: count('Kinds of errors.'),
          topTitle: z.string().nullable().describe('The kind that occurred most often.'),
        }),
      )
      .describe(
        '`api`, `database` and `other`, which is all else, also where there are none; then the categories of `other` that there are.',
      ),
    actions: z
      .array(Action.extend({ category: Category }))
      .describe('For each category that there are errors of, the most frequent first.'),
  })
  .meta({ id: 'ErrorSummary' });

const filter = {
  category: Category.optional().describe('Only errors of this category.'),
  errorType: text.optional().describe('Only errors of this type.'),
  service: text.optional().describe('Only errors that this service sent.'),
  component: text.optional().describe('Only errors of this component, else service.'),
  feature: text.optional().describe('Only errors of this feature.'),
  session: text.optional().describe('Only errors of this session.'),
  user: text.optional().describe('Only errors of this user: the hash or, where kept, the id.'),
  traceId: z
    .string()
    .regex(/^[\da-fA-F]{32}$/u, 'must be 32 hexadecimal digits')
    .optional()
    .describe('Only errors of this trace.'),
};

export const ErrorListQuery = z.strictObject({
  ...range,
  by: z
    .enum(['group', 'category', 'feature', 'component'])
    .default('group')
    .describe('What a row is: a kind of error, or all that have this in common.'),
  ...filter,
  limit: limit(50, 500),
  ...explainFlag,
});

export const ErrorSummaryQuery = z.strictObject({ ...range, ...filter, ...explainFlag });
export const ErrorQuery = z.strictObject({ ...range, ...explainFlag });
export const ErrorParams = z.object({
  fingerprint: text.describe('As the list gives it.'),
});

/** Meta of answers about errors; `complete` is false too while records that have landed wait to be looked at. */
export const ErrorMeta = Meta.extend({
  ...Explained,
  classifiedThrough: Instant.nullable().describe(
    'What had landed by then has been looked at for errors; null while nothing is known of that.',
  ),
}).meta({ id: 'ErrorMeta' });
