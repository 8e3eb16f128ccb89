/** Targets of KPIs: a number, one with a range of warning, a schedule of them, or one of these for each part of a formula. */
import { z } from 'zod';
import { suggest } from '../suggestion.ts';
import type { KpiTarget } from './kinds.ts';
import { readShape } from './shape.ts';
import type { Spot } from './spot.ts';

const DAY =
  /^\d{4}-\d{2}-\d{2}(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d))?$/u;

/** Years that lie in what can be stored in every zone. */
const [FIRST_YEAR, LAST_YEAR] = [1971, 2260];

const day = z
  .string()
  .regex(DAY, 'must be a date such as 2026-01-31, or an instant with its zone')
  .refine((text) => isDay(text), 'is no day of the calendar')
  .refine(
    (text) => Number(text.slice(0, 4)) >= FIRST_YEAR && Number(text.slice(0, 4)) <= LAST_YEAR,
    `must lie between ${FIRST_YEAR} and ${LAST_YEAR}`,
  );

const step = z.strictObject({
  from: day.nullish(),
  target: z.number().optional(),
  value: z.number().optional(),
  warn: z.number().nullish(),
});

const SHAPE = z.union([z.number(), step.omit({ from: true }), z.array(step).min(1).max(100)]);

/** Targets as they are written: for the one number of a KPI, or for each part of it. */
export const TARGET_WRITTEN = z.union([SHAPE, z.record(z.string(), SHAPE)]).nullish();

type Step = z.output<typeof step>;

/** What the targets of a KPI are held against. */
interface TargetOptions {
  /** Names of the formula's parts; the one part '' where it has none. */
  readonly parts: readonly string[];
  readonly direction: 'up' | 'down';
}

/** Reads the targets of a KPI by part; undefined when they have problems, which are reported. */
export function readTargets(
  value: unknown,
  { parts, direction }: TargetOptions,
  spot: Spot,
): ReadonlyMap<string, readonly KpiTarget[]> | undefined {
  if (value === undefined || value === null) return new Map();
  const written = parts.includes('') ? new Map([['', value]]) : byPart(value, parts, spot);
  if (written === undefined) return undefined;
  const targets = new Map<string, readonly KpiTarget[]>();
  for (const [part, one] of written) {
    const schedule = readSchedule(one, direction, part === '' ? spot : spot.at(part));
    if (schedule !== undefined) targets.set(part, schedule);
  }
  return targets.size === written.size ? targets : undefined;
}

function byPart(
  value: unknown,
  parts: readonly string[],
  spot: Spot,
): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    spot.error('DEFINITION_VALUE', `must be a map with a target for ${parts.join(', ')}`);
    return undefined;
  }
  const unknown = Object.keys(value).filter((part) => !parts.includes(part));
  for (const part of unknown) {
    const message = `is no part of the calculation; there are ${parts.join(', ')}`;
    spot.at(part).error('DEFINITION_KEY_UNKNOWN', message, suggest(part, parts));
  }
  return unknown.length > 0 ? undefined : new Map(Object.entries(value));
}

function readSchedule(
  value: unknown,
  direction: 'up' | 'down',
  spot: Spot,
): readonly KpiTarget[] | undefined {
  const words = readShape(SHAPE, value, spot);
  if (words === undefined) return undefined;
  const steps: readonly Step[] =
    typeof words === 'number' ? [{ target: words }] : Array.isArray(words) ? words : [words];
  const targets = steps.map((one, index) =>
    toTarget(one, direction, Array.isArray(words) ? spot.at(index) : spot),
  );
  const read = targets.filter((target) => target !== undefined);
  if (read.length < steps.length) return undefined;
  const later = read.slice(1);
  const fits = later.every(({ from }, index) => isBefore(read[index]?.from ?? null, from));
  if (fits) return read;
  spot.error(
    'DEFINITION_VALUE',
    'must rise by from, each day once and in every time zone; only the first may have none',
  );
  return undefined;
}

function toTarget(
  { from = null, target, value, warn = null }: Step,
  direction: 'up' | 'down',
  spot: Spot,
): KpiTarget | undefined {
  const wanted = target ?? value;
  if (wanted === undefined || (target !== undefined && value !== undefined)) {
    spot.error('DEFINITION_VALUE', 'must have either target or value, a number');
    return undefined;
  }
  const beyond = warn !== null && (direction === 'up' ? warn > wanted : warn < wanted);
  if (beyond) {
    const side = direction === 'up' ? 'above' : 'below';
    spot.error(
      'DEFINITION_VALUE',
      `warns ${side} the target, although the direction is ${direction}`,
    );
    return undefined;
  }
  return { from, target: wanted, warn };
}

const HOUR_MS = 3_600_000;

/** Whether a target starts before the next in whatever zone they are read: days begin at midnight of the zone. */
function isBefore(from: string | null, next: string | null): boolean {
  if (from === null || next === null) return next !== null;
  const [start, end] = [Date.parse(from), Date.parse(next)];
  if (from.length === 10 && next.length > 10) return start + 12 * HOUR_MS < end;
  if (from.length > 10 && next.length === 10) return start < end - 14 * HOUR_MS;
  return start < end;
}

/** `Date.parse` takes February 30 for March 2. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && !Number.isNaN(Date.parse(text));
}
