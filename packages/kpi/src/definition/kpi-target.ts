/** Targets of KPIs: a number, one with a range of warning, a schedule of them, or one of these for each part of a formula. */
import { z } from 'zod';
import { suggest } from '../suggestion.ts';
import type { KpiTarget } from './kinds.ts';
import { readShape } from './shape.ts';
import type { Spot } from './spot.ts';

const DAY = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/u;

const day = z
  .string()
  .regex(DAY, 'must be a date such as 2026-01-31, or an instant with its zone')
  .refine((text) => isDay(text), 'is no day of the calendar');

const step = z.strictObject({
  from: day.nullish(),
  target: z.number().optional(),
  value: z.number().optional(),
  warn: z.number().nullish(),
});

const SHAPE = z.union([z.number(), step.omit({ from: true }), z.array(step).min(1).max(100)]);

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
  const starts = read.map(({ from }) => startOf(from));
  if (starts.some((start, index) => index > 0 && start <= (starts[index - 1] ?? start))) {
    spot.error(
      'DEFINITION_VALUE',
      'must rise by from, each day once; only the first may have none',
    );
    return undefined;
  }
  return read;
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

const startOf = (from: string | null): number =>
  from === null ? Number.NEGATIVE_INFINITY : Date.parse(from);

/** `Date.parse` takes February 30 for March 2. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && !Number.isNaN(Date.parse(text));
}
