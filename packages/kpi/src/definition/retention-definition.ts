/** Retention in definition files: `retention: [{id: export_weekly, start: {feature: export}, return: feature:any, period: week}]`. */
import { z } from 'zod';
import type { RetentionRule } from '../retention-rule.ts';
import { toProperty } from './condition-text.ts';
import { BASE_SHAPE, toBase, type Kind } from './kind.ts';
import type { RetentionDefinition } from './rule-definition.ts';
import { digestOf } from './revision.ts';
import { readSelector, SELECTOR_TEXT, SELECTOR_WRITTEN, selectorWith } from './selector-text.ts';
import { readShape, wordOf } from './shape.ts';
import type { Spot } from './spot.ts';

/** Most periods of a table. */
const MOST_PERIODS = 366;
const DEFAULT_PERIODS = { hour: 24, day: 30, week: 12, month: 12 } as const;

const PROPERTY = z.string().min(1).max(200).transform(toProperty);

const SHAPE = z.strictObject({
  ...BASE_SHAPE,
  unit: wordOf(['user', 'session', 'trace']).optional(),
  start: z.unknown().optional(),
  return: z.unknown().optional(),
  period: wordOf(['hour', 'day', 'week', 'month']).optional(),
  periods: z.int().min(1).max(MOST_PERIODS).optional(),
  mode: wordOf(['calendar', 'rolling']).optional(),
  criterion: wordOf(['on', 'on_or_after', 'on_or_before', 'streak']).optional(),
  minReturns: z.int().min(1).max(1000).optional(),
  brackets: z.array(z.int().min(1).max(MOST_PERIODS)).min(1).max(100).nullish(),
  mean: wordOf(['weighted', 'simple']).optional(),
  reference: wordOf(['period0', 'previous']).optional(),
  breakdown: z
    .union([PROPERTY, z.strictObject({ by: PROPERTY }).transform(({ by }) => by)])
    .nullish(),
  breakdownOn: wordOf(['start', 'both']).optional(),
});

/** What a start has beyond which runs or events it is. */
const START = z.object({
  occurrence: wordOf(['first', 'any']).optional(),
  firstScope: wordOf(['event', 'filtered']).optional(),
});

/** Retention. */
export const RETENTION: Kind = {
  kind: 'retention',
  key: 'retention',
  written: SHAPE.extend({
    start: z.union([SELECTOR_TEXT, selectorWith(START.shape)]),
    return: SELECTOR_WRITTEN,
  }),
  read(entry) {
    const { spot } = entry;
    const words = readShape(SHAPE, entry.words, spot);
    const start = readStart(entry.words['start'], spot.at('start'));
    const back = readPart(entry.words['return'], spot.at('return'));
    if (words === undefined || start === undefined || back === undefined) return undefined;
    const { period = 'week', brackets = null, periods } = words;
    const { breakdown = null, breakdownOn = 'start' } = words;
    if (!checkPeriods(brackets, periods, spot)) return undefined;
    if (breakdownOn === 'both' && breakdown === null) {
      spot
        .at('breakdownOn')
        .error('DEFINITION_VALUE', 'is both, which means something with a breakdown only');
      return undefined;
    }
    const rule: RetentionRule = {
      unit: words.unit ?? 'user',
      ...start,
      return: back,
      period,
      periods: periods ?? DEFAULT_PERIODS[period],
      mode: words.mode ?? 'calendar',
      criterion: words.criterion ?? 'on',
      minReturns: words.minReturns ?? 1,
      brackets,
      mean: words.mean ?? 'weighted',
      reference: words.reference ?? 'period0',
      breakdownOn,
    };
    return (): RetentionDefinition => ({
      ...toBase(entry, words),
      kind: 'retention',
      // What a return must have as its start had changes who returns.
      digest: digestOf(breakdownOn === 'both' ? { ...rule, breakdown } : rule),
      rule,
      breakdown,
    });
  },
};

function readStart(
  value: unknown,
  spot: Spot,
): Pick<RetentionRule, 'start' | 'occurrence' | 'firstScope'> | undefined {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  const { occurrence, firstScope, ...rest } = (isMap ? value : {}) as Record<string, unknown>;
  const how = readShape(START, { occurrence, firstScope }, spot);
  const start = readPart(isMap ? rest : value, spot);
  if (how === undefined || start === undefined) return undefined;
  if (how.occurrence === 'any' && how.firstScope !== undefined) {
    spot.at('firstScope').error('DEFINITION_VALUE', 'means something with occurrence first only');
    return undefined;
  }
  return { start, occurrence: how.occurrence ?? 'first', firstScope: how.firstScope ?? 'filtered' };
}

function readPart(value: unknown, spot: Spot): ReturnType<typeof readSelector> {
  if (value !== undefined) return readSelector(value, spot);
  spot.error('DEFINITION_VALUE', 'is missing; it says which runs or events are meant');
  return undefined;
}

function checkPeriods(
  brackets: readonly number[] | null,
  periods: number | undefined,
  spot: Spot,
): boolean {
  const sum = brackets?.reduce((a, b) => a + b, 0) ?? 0;
  const at = spot.at('brackets');
  if (brackets !== null && periods !== undefined)
    at.error('DEFINITION_VALUE', 'take the place of periods; leave one of them out');
  else if (sum > MOST_PERIODS)
    at.error('DEFINITION_VALUE', `are ${String(sum)} periods together; ${MOST_PERIODS} at most`);
  else return true;
  return false;
}
