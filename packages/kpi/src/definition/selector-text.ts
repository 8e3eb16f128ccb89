/** Reads which runs or events are meant: `feature:checkout`, or a map with names, statuses, durations and a condition. */
import { FEATURE_STATUSES } from '@heartwood/semconv';
import type { EventSelector } from '@heartwood/store';
import { z } from 'zod';
import { parseCondition } from './condition-text.ts';
import { durationMs, parsedText, readShape, wordOf } from './shape.ts';
import type { Spot } from './spot.ts';

const name = z.string().min(1).max(200);
const names = z.union([name, z.array(name).min(1).max(100)]);
const status = wordOf(FEATURE_STATUSES);

const SELECTOR = z.strictObject({
  feature: names.optional(),
  event: names.optional(),
  status: z.union([status, z.array(status).min(1)]).optional(),
  minDuration: durationMs.optional(),
  maxDuration: durationMs.optional(),
  where: parsedText(parseCondition).optional(),
});

/** A selector as a map, with words of who holds it beside its own. */
export const selectorWith = (words: z.ZodRawShape): z.ZodType =>
  SELECTOR.extend(words).meta({
    oneOf: [{ required: ['feature'] }, { required: ['event'] }],
  });

/** A selector as a text. */
export const SELECTOR_TEXT = z.string().regex(/^(?:feature|event):[\s\S]{1,200}$/u);

/** Both. */
export const SELECTOR_WRITTEN = z
  .union([SELECTOR_TEXT, selectorWith({})])
  .meta({ id: 'selector', description: 'Which runs or events are meant.' });

type Words = z.output<typeof SELECTOR>;

/** Reads a selector; undefined when it has problems, which are reported. */
export function readSelector(value: unknown, spot: Spot): EventSelector | undefined {
  if (typeof value === 'string') return fromText(value, spot);
  const words = readShape(SELECTOR, value, spot);
  return words && toSelector(words, spot);
}

function toSelector(words: Words, spot: Spot): EventSelector | undefined {
  const { feature, event, minDuration, maxDuration, where } = words;
  const given = feature ?? event;
  if (given === undefined || (feature !== undefined && event !== undefined)) {
    spot.error('DEFINITION_VALUE', 'must have either feature or event');
    return undefined;
  }
  const timed = words.status ?? minDuration ?? maxDuration;
  if (event !== undefined && timed !== undefined) {
    spot.error('DEFINITION_VALUE', 'asks events for a status or a duration; only runs have them');
    return undefined;
  }
  if (minDuration !== undefined && maxDuration !== undefined && minDuration > maxDuration) {
    spot.at('minDuration').error('DEFINITION_VALUE', 'is longer than maxDuration');
    return undefined;
  }
  return {
    source: feature === undefined ? 'event' : 'run',
    names: given === 'any' ? 'any' : listOf(given),
    ...(words.status !== undefined && { statuses: listOf(words.status) }),
    ...(minDuration !== undefined && { minDurationNs: toNs(minDuration) }),
    ...(maxDuration !== undefined && { maxDurationNs: toNs(maxDuration) }),
    ...(where !== undefined && { where }),
  };
}

function fromText(text: string, spot: Spot): EventSelector | undefined {
  const [, source, name = ''] = /^(feature|event):(.{1,200})$/su.exec(text) ?? [];
  if (source === 'feature' || source === 'event') return toSelector({ [source]: name }, spot);
  spot.error('DEFINITION_VALUE', 'must be feature:<name>, event:<name> or a map of keys');
  return undefined;
}

/** Each once and in one order, so that what means the same is equal. */
const listOf = <Item extends string>(given: Item | readonly Item[]): readonly Item[] =>
  [...new Set([given].flat() as Item[])].toSorted();

const toNs = (ms: number): bigint => BigInt(ms) * 1_000_000n;
