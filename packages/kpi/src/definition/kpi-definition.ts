/** KPIs in definition files: what a number is made of, over what time, and what it is to reach. */
import { INTERVALS, type Interval } from '@heartwood/semconv';
import { z } from 'zod';
import { ADOPTION_NUMBERS, formatOf, meaningOf } from '../basis/basis.ts';
import { namesOfFormula } from '../formula.ts';
import { LONGEST_PERIOD_MS, PERIOD_INTERVALS } from '../retention-periods.ts';
import { type Expression, parseFormula } from '../formula-parser.ts';
import { toParts } from '../kpi-value.ts';
import { suggest } from '../suggestion.ts';
import { BASE_SHAPE, follow, toBase, type Entry, type Kind, type Links } from './kind.ts';
import {
  HEART_LETTERS,
  type KpiDefinition,
  type KpiFormula,
  type MeasureDefinition,
} from './kinds.ts';
import { isTableTooLarge, toBasisFormula, warnOfCutCohorts, type BasisType } from './kpi-basis.ts';
import { readTargets, TARGET_WRITTEN } from './kpi-target.ts';
import { measureOfEvent } from './measure-definition.ts';
import { mixesCounts } from './name-counts.ts';
import { digestOf } from './revision.ts';
import { durationMs, parsedText, readShape, wordOf } from './shape.ts';
import type { Spot } from './spot.ts';

const name = z.string().min(1).max(200);
const formula = parsedText(parseFormula);

const GRAINS: Readonly<Record<string, Interval>> = PERIOD_INTERVALS;
const grain = z
  .enum([...Object.keys(GRAINS), ...INTERVALS])
  .transform((word): Interval => GRAINS[word] ?? (word as Interval));

const SHAPE = z.strictObject({
  ...BASE_SHAPE,
  goal: name.nullish(),
  type: z
    .enum(['simple', 'ratio', 'derived', 'conversion', 'retention', 'adoption', 'heart'])
    .optional(),
  funnel: name.optional(),
  retention: name.optional(),
  period: z.int().min(0).max(366).optional(),
  adoption: name.optional(),
  metric: wordOf(ADOPTION_NUMBERS).optional(),
  heart: name.optional(),
  letter: wordOf(HEART_LETTERS).optional(),
  measure: name.optional(),
  numerator: name.optional(),
  denominator: name.optional(),
  /** Names that stand for events in the formula. */
  events: z.array(name).min(1).max(100).optional(),
  /** What such a name counts: `users` unless it says so, the different actors, which are sessions where there is no user. */
  count: z.enum(['events', 'users', 'sessions']).optional(),
  calculation: z.union([formula, z.record(name, formula)]).optional(),
  window: z
    .union([
      durationMs,
      z.strictObject({
        rolling: durationMs.optional(),
        calendar: z.enum(['day', 'week', 'month']).optional(),
      }),
    ])
    .optional(),
  grain: grain.optional(),
  direction: z.enum(['up', 'down']).optional(),
  target: z.unknown().optional(),
  baseline: z.number().nullish(),
  minSample: z.int().min(1).max(1e9).optional(),
  format: z.enum(['number', 'percent', 'duration', 'bytes']).optional(),
  fillEmpty: z.literal(0).nullish(),
  breakdowns: z.array(name).max(20).optional(),
});

type Words = z.output<typeof SHAPE>;

const DEFAULT_WINDOW_MS = 28 * 86_400_000;
const LONGEST_WINDOW_MS = 366 * 86_400_000;

/** KPIs. */
export const KPIS: Kind = {
  kind: 'kpi',
  key: 'kpis',
  written: SHAPE.extend({ target: TARGET_WRITTEN }),
  read: readKpi,
};

/** Reads a KPI. */
export function readKpi(entry: Entry): ((links: Links) => KpiDefinition | undefined) | undefined {
  const { spot } = entry;
  const { alert, ...rest } = entry.words;
  if (alert !== undefined)
    spot
      .at('alert')
      .error(
        'DEFINITION_KEY_UNKNOWN',
        'would do nothing, as alerts are not evaluated yet: leave it out',
      );
  const words = readShape(SHAPE, rest, spot);
  if (words === undefined) return undefined;
  const made = toFormula(words, spot);
  const window = toWindow(words.window, spot.at('window'));
  const { direction = 'up' } = words;
  const parts = made?.type === 'derived' ? [...made.parts.keys()] : [''];
  const targets = made && readTargets(words.target, { parts, direction }, spot.at('target'));
  if (made === undefined || window === undefined || targets === undefined) return undefined;
  return (links) => {
    const { goal = null, grain = '1d', fillEmpty = null, baseline = null, breakdowns = [] } = words;
    const formula = isCounted(made) ? made : toBasisFormula(made.type, words, links, spot);
    const measures = isCounted(made) ? findMeasures(made, words, links, spot) : new Map();
    const found = goal === null || follow(links, { kind: 'goal', id: goal }, spot.at('goal'));
    if (formula === undefined || measures === undefined || found === undefined) return undefined;
    if ('basis' in formula) {
      const [longest, at] = [longestMs(window), spot.at('window')];
      if (isTableTooLarge(formula.basis, longest, at)) return undefined;
      warnOfCutCohorts(formula.basis, longest, at);
    }
    const digests = [...measures].map(([id, { digest }]) => [id, digest]);
    const meaning =
      'basis' in formula ? { type: formula.type, basis: meaningOf(formula.basis) } : formula;
    return {
      ...toBase(entry, words),
      kind: 'kpi',
      digest: digestOf({ formula: meaning, digests, window, grain, fillEmpty }),
      goal,
      formula,
      measures,
      window,
      grain,
      direction,
      targets,
      baseline,
      minSample: words.minSample ?? 1,
      format: words.format ?? formatFor(formula, measures),
      fillEmpty,
      breakdowns,
    };
  };
}

function formatFor(
  formula: KpiFormula,
  measures: KpiDefinition['measures'],
): KpiDefinition['format'] {
  if ('basis' in formula) return formatOf(formula.basis);
  if (formula.type === 'ratio') return 'percent';
  return formula.type === 'simple' && [...measures.values()].every(isDuration)
    ? 'duration'
    : 'number';
}

/** The one column that a number is made of is `duration_ms`. */
const isDuration = ({ aggregate }: MeasureDefinition): boolean =>
  aggregate.agg !== 'count' && aggregate.agg !== 'count_distinct' && aggregate.on.kind === 'column';

/** A formula of measures, which a question counts. */
type CountedFormula = Exclude<KpiFormula, { readonly basis: unknown }>;

/** What a KPI says it is made of; another definition is looked for when all are read. */
type Made = CountedFormula | { readonly type: BasisType };

const isCounted = (made: Made): made is CountedFormula =>
  made.type === 'simple' || made.type === 'ratio' || made.type === 'derived';

const WORDS_OF_TYPE = {
  simple: ['measure'],
  ratio: ['numerator', 'denominator'],
  derived: ['calculation'],
  conversion: ['funnel'],
  retention: ['retention'],
  adoption: ['adoption'],
  heart: ['heart', 'letter'],
} as const;

/** Words that one type alone may have. */
const MAY_HAVE = { period: 'retention', metric: 'adoption' } as const;
/** Words of KPIs that are made of measures. */
const COUNTED_WORDS = ['events', 'count', 'fillEmpty', 'breakdowns'] as const;

const TYPES = Object.keys(WORDS_OF_TYPE) as (keyof typeof WORDS_OF_TYPE)[];

function toFormula(words: Words, spot: Spot): Made | undefined {
  const { measure, numerator, denominator, calculation } = words;
  const type =
    words.type ?? TYPES.find((type) => WORDS_OF_TYPE[type].some((key) => words[key] !== undefined));
  if (type === undefined) {
    const ways =
      'a measure, numerator and denominator, a calculation, or a funnel, retention, adoption or heart';
    spot.error('DEFINITION_VALUE', `does not say what it is made of: ${ways}`);
    return undefined;
  }
  const wanted: readonly string[] = WORDS_OF_TYPE[type];
  for (const key of TYPES.flatMap((type) => WORDS_OF_TYPE[type]))
    if ((words[key] !== undefined) !== wanted.includes(key)) {
      const fault = words[key] === undefined ? 'needs' : 'does not take';
      spot.error('DEFINITION_VALUE', `is of type ${type}, which ${fault} ${key}`);
    }
  for (const [key, of] of Object.entries(MAY_HAVE))
    if (words[key as keyof typeof MAY_HAVE] !== undefined && of !== type)
      spot.error('DEFINITION_VALUE', `is of type ${type}, which does not take ${key}`);
  if (type !== 'simple' && type !== 'ratio' && type !== 'derived') {
    for (const key of COUNTED_WORDS)
      if (words[key] !== undefined)
        spot.at(key).error('DEFINITION_VALUE', `means nothing to a KPI of type ${type}`);
    return wanted.every((key) => words[key as keyof Words] !== undefined) ? { type } : undefined;
  }
  if (type === 'simple') return measure === undefined ? undefined : { type, measure };
  if (type === 'ratio')
    return numerator === undefined || denominator === undefined
      ? undefined
      : { type, numerator, denominator };
  if (calculation === undefined) return undefined;
  const isOne = 'kind' in calculation && typeof calculation.kind === 'string';
  const parts = new Map<string, Expression>(
    isOne ? [['', calculation]] : Object.entries(calculation),
  );
  if (parts.size > 0) return { type, parts };
  spot.at('calculation').error('DEFINITION_VALUE', 'is an empty map; give each part a formula');
  return undefined;
}

function toWindow(window: Words['window'], spot: Spot): KpiDefinition['window'] | undefined {
  const { rolling, calendar } =
    typeof window === 'object' ? window : { rolling: window ?? DEFAULT_WINDOW_MS };
  if (rolling === undefined && calendar !== undefined)
    return { kind: 'calendar', period: calendar };
  if (rolling === undefined || calendar !== undefined)
    spot.error('DEFINITION_VALUE', 'must have either rolling or calendar');
  else if (rolling <= LONGEST_WINDOW_MS) return { kind: 'rolling', ms: rolling };
  else spot.error('DEFINITION_VALUE', 'must be at most 366d');
  return undefined;
}

/** How long a window is at most, but for an hour by which clocks are changed. */
const longestMs = (window: KpiDefinition['window']): number =>
  window.kind === 'rolling' ? window.ms : LONGEST_PERIOD_MS[window.period];

/** The measures of a formula; undefined when one is unknown, which is reported, or broken. */
function findMeasures(
  formula: CountedFormula,
  { events = [], count }: Words,
  links: Links,
  spot: Spot,
): ReadonlyMap<string, MeasureDefinition> | undefined {
  const measures = new Map<string, MeasureDefinition>();
  const people = new Set<string>();
  let complete = true;
  for (const [id, at] of placesOfNames(formula, spot)) {
    const found = links.find('measure', id);
    if (found === 'broken') complete = false;
    else if (found !== undefined) measures.set(id, found as MeasureDefinition);
    else if (events.includes(id)) {
      measures.set(id, measureOfEvent(id, count ?? 'users', spot));
      if (count === undefined) people.add(id);
    } else {
      complete = false;
      const hint = `declare it: measures: {${id}: {agg: count, of: {event: …}}}`;
      const near = suggest(id, [...links.ids('measure'), ...events]);
      const message = `names "${id.slice(0, 100)}", which is neither a measure nor one of its events; ${hint}`;
      at.error('DEFINITION_REFERENCE', message, near);
    }
  }
  if (!complete || !isMeasurable([...measures.values()], spot)) return undefined;
  if ([...toParts(formula).values()].some((part) => mixesCounts(part, people, measures)))
    spot.warn('DEFINITION_VALUE', MIXED);
  return measures;
}

const MIXED =
  'adds or divides numbers that do not go together: names of events count people unless it says so, who may be in both numbers of a sum and are no runs or events; write count: events, or count: users if that is meant';

/** Most different selectors that one question can search for. */
const MOST_SELECTORS = 40;

/** Whether there is something to ask, and one question can ask it; reported where not. */
function isMeasurable(measures: readonly MeasureDefinition[], spot: Spot): boolean {
  if (measures.length === 0)
    spot.error('DEFINITION_VALUE', 'is made of no measure; a formula must name one at least');
  const selectors = new Set(measures.flatMap(({ of }) => of.map(digestOf)));
  if (selectors.size > MOST_SELECTORS)
    spot.error(
      'DEFINITION_VALUE',
      `is made of ${selectors.size} selections of runs and events, ${MOST_SELECTORS} at most; one of them may name several features or events`,
    );
  return measures.length > 0 && selectors.size <= MOST_SELECTORS;
}

function placesOfNames(formula: CountedFormula, spot: Spot): ReadonlyMap<string, Spot> {
  if (formula.type === 'simple') return new Map([[formula.measure, spot.at('measure')]]);
  if (formula.type === 'ratio')
    return new Map([
      [formula.numerator, spot.at('numerator')],
      [formula.denominator, spot.at('denominator')],
    ]);
  const at = spot.at('calculation');
  return new Map(
    [...formula.parts].flatMap(([part, expression]) =>
      namesOfFormula(expression).map((id) => [id, part === '' ? at : at.at(part)] as const),
    ),
  );
}
