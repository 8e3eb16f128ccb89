/** The parameters that many routes take; each is text on the wire. */
import { INTERVALS } from '@heartwood/semconv';
import { z } from 'zod';
import { Status } from './run.ts';

/** Longest text that a parameter may carry, in UTF-16 units. */
const MAX_PARAMETER_LENGTH = 1024;

const text = (description: string) =>
  z.string().min(1).max(MAX_PARAMETER_LENGTH).describe(description);

/** The range that is asked about; without any of them, the last 24 hours. */
export const range = {
  from: text(
    'Start, inclusive: ISO 8601, epoch milliseconds, `now`, `today` or `yesterday`. A time without offset is read in `timeZone`.',
  ).optional(),
  to: text('End, exclusive, in the same forms; default now.').optional(),
  since: text(
    'Length of the range that ends at `to`: `90s`, `15m`, `24h`, `7d`, `4w`. Instead of `from`.',
  ).optional(),
  timeZone: text(
    'IANA time zone for buckets, such as `Europe/Berlin`; default the one of the server.',
  ).optional(),
};

/** A range that is longer than a day where nothing is said; `preset` in words. */
export const longRange = (preset: string) => ({
  ...range,
  since: text(
    `Length of the range that ends at \`to\`: \`28d\`, \`12w\`. Instead of \`from\`; without both, ${preset}.`,
  ).optional(),
});

/** Narrowing runs; all given filters hold together. */
export const runFilter = {
  category: text('Only runs of this category.').optional(),
  component: text('Only runs of this component.').optional(),
  service: text('Only runs sent by this service.').optional(),
  status: Status.optional().describe('Only runs that ended so.'),
};

/** Narrowing to one feature. */
export const featureFilter = {
  feature: text('Only runs of this feature; the exact name.').optional(),
};

/** Narrowing to one actor, error or slowness. */
export const recordFilter = {
  user: text('Only runs of this user: the hash or, where kept, the id.').optional(),
  session: text('Only runs of this session.').optional(),
  errorType: text('Only runs with this `error.type`.').optional(),
  minDurationMs: z.coerce
    .number<string | number>()
    .min(0)
    .max(1e12)
    .optional()
    .describe('Only runs that took at least this long, in milliseconds.'),
};

/** A flag, `true` or `false`. */
export const flag = (description: string) =>
  z.enum(['true', 'false']).default('false').describe(description);

/** A whole number of rows between 1 and `max`. */
export const limit = (preset: number, max: number) =>
  z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(max)
    .default(preset)
    .describe(`How many rows at most, 1 to ${String(max)}.`);

const CURSOR_INVALID = 'must be the nextCursor of an earlier answer';
const CURSOR_DOC = '`meta.nextCursor` of the page before.';

/** Where the last page ended. */
export const cursor = {
  cursor: z
    .string()
    .regex(/^\d{1,18}$/u, CURSOR_INVALID)
    .optional()
    .describe(CURSOR_DOC),
};

/** Where the last page ended, by two whole numbers of 64 bits such as a time and a number of a record. */
export const pairCursor = (between: '-' | '.') => ({
  cursor: z
    .string()
    .regex(new RegExp(`^-?\\d{1,19}[${between}]\\d{1,19}$`, 'u'), {
      error: CURSOR_INVALID,
      abort: true,
    })
    .refine((text) => {
      const at = text.lastIndexOf(between);
      return [text.slice(0, at), text.slice(at + 1)].every(isInt64);
    }, CURSOR_INVALID)
    .optional()
    .describe(CURSOR_DOC),
});

const isInt64 = (text: string): boolean => BigInt.asIntN(64, BigInt(text)) === BigInt(text);

/** Where a stream goes on. */
export const resume = {
  lastEventId: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('Id of the last event that came, to go on behind it; the header Last-Event-ID wins.'),
};

export const Interval = z
  .enum(INTERVALS)
  .describe(
    'Length of a bucket; days, weeks (ISO, from Monday, where `HEARTWOOD_WEEK_START` says nothing else) and months are those of the time zone.',
  );

/** Bucket length, or the choice left to the server. */
export const interval = {
  interval: z
    .enum(['auto', ...INTERVALS])
    .default('auto')
    .describe('Length of a bucket; `auto` gives at most 100 buckets.'),
};
