/** HEART in definition files: `heart: [{id: checkout, feature: checkout, letters: {happiness: {goal, signal, metric: {feedback: mean, scale: 5}}}}]`. */
import { z } from 'zod';
import { ADOPTION_NUMBERS, meaningOf, type Basis } from '../basis/basis.ts';
import { BASE_SHAPE, follow, toBase, type Kind, type Links } from './kind.ts';
import {
  HEART_LETTERS,
  type HeartDefinition,
  type HeartLetter,
  type LetterDefinition,
} from './kinds.ts';
import { type AdoptionDefinition, type FunnelDefinition } from './rule-definition.ts';
import { toRetentionBasis } from './retention-basis.ts';
import { digestOf } from './revision.ts';
import { readShape, wordOf } from './shape.ts';
import type { Spot } from './spot.ts';

const name = z.string().min(1).max(200);
const text = z.string().min(1).max(1000);

/** What a letter may be measured by; the first word decides what the others mean. */
const METRICS = {
  happiness: z.strictObject({
    feedback: wordOf(['mean', 'nps']),
    scale: z.number().positive().max(1000).optional(),
  }),
  engagement: z.strictObject({ engagement: wordOf(['runsPerWeek', 'fiveOfSeven']) }),
  adoption: z.strictObject({ adoption: wordOf(ADOPTION_NUMBERS), of: name.optional() }),
  retention: z.strictObject({ retention: name, period: z.int().min(0).max(366).optional() }),
  taskSuccess: z.strictObject({
    success: wordOf(['rate']).optional(),
    funnel: name.optional(),
  }),
} as const;

const letterOf = <Metric extends z.ZodType>(metric: Metric) =>
  z.strictObject({ goal: text, signal: text, metric }).optional();

const SHAPE = z.strictObject({
  ...BASE_SHAPE,
  feature: name.optional(),
  features: z.array(name).min(1).max(100).optional(),
  letters: z.strictObject({
    happiness: letterOf(METRICS.happiness),
    engagement: letterOf(METRICS.engagement),
    adoption: letterOf(METRICS.adoption),
    retention: letterOf(METRICS.retention),
    taskSuccess: letterOf(METRICS.taskSuccess),
  }),
});

type Letters = z.output<typeof SHAPE>['letters'];

/** HEART. */
export const HEART: Kind = {
  kind: 'heart',
  key: 'heart',
  written: SHAPE,
  read(entry) {
    const { spot } = entry;
    const words = readShape(SHAPE, entry.words, spot);
    if (words === undefined) return undefined;
    if (words.feature !== undefined && words.features !== undefined) {
      spot.error('DEFINITION_VALUE', 'has feature and features; give one of them');
      return undefined;
    }
    const features = words.features ?? [words.feature ?? entry.id];
    return (links): HeartDefinition | undefined => {
      const found = HEART_LETTERS.flatMap((letter) => {
        const given = words.letters[letter];
        if (given === undefined) return [];
        const at = spot.at('letters', letter, 'metric');
        const basis = toBasis(letter, words.letters, features, links, at);
        return [[letter, basis && { goal: given.goal, signal: given.signal, basis }] as const];
      });
      const letters = new Map<HeartLetter, LetterDefinition>();
      for (const [letter, definition] of found)
        if (definition !== undefined) letters.set(letter, definition);
      if (letters.size < found.length) return undefined;
      const meanings = [...letters].map(([letter, { basis }]) => [letter, meaningOf(basis)]);
      return {
        ...toBase(entry, words),
        kind: 'heart',
        digest: digestOf({ features, meanings }),
        features,
        letters,
      };
    };
  },
};

/** What a letter stands on; undefined with problems, which are reported. */
function toBasis(
  letter: HeartLetter,
  letters: Letters,
  features: readonly string[],
  links: Links,
  spot: Spot,
): Basis | undefined {
  const [feature = ''] = features;
  const needsOne = (what: string): undefined => {
    spot.error('DEFINITION_VALUE', `${what} speaks of one feature, and this HEART of several`);
    return undefined;
  };
  switch (letter) {
    case 'happiness': {
      const { feedback = 'mean', scale } = letters.happiness?.metric ?? {};
      if (feedback === 'nps' && scale !== undefined && scale !== 10) {
        spot.at('scale').error('DEFINITION_VALUE', 'must be 10 for nps, or left out');
        return undefined;
      }
      return {
        kind: 'feedback',
        features,
        number: feedback,
        scale: scale ?? (feedback === 'nps' ? 10 : 5),
      };
    }
    case 'engagement': {
      const { engagement: number = 'runsPerWeek' } = letters.engagement?.metric ?? {};
      if (number === 'fiveOfSeven' && features.length > 1) return needsOne(number);
      return { kind: 'engagement', features, number };
    }
    case 'adoption': {
      const { adoption: number = 'adoptionRate', of } = letters.adoption?.metric ?? {};
      if (of === undefined)
        return features.length > 1
          ? needsOne('adoption without of')
          : { kind: 'adoption', feature, definition: adoptionOf(feature, links), number };
      const found = follow(links, { kind: 'adoption', id: of }, spot.at('of'));
      const definition = found as AdoptionDefinition | undefined;
      return definition && { kind: 'adoption', feature: definition.feature, definition, number };
    }
    case 'retention': {
      const { retention: id = '', period } = letters.retention?.metric ?? {};
      return toRetentionBasis({ id, period }, links, spot, 'retention');
    }
    case 'taskSuccess': {
      const { success, funnel } = letters.taskSuccess?.metric ?? {};
      if ((success === undefined) === (funnel === undefined)) {
        spot.error('DEFINITION_VALUE', 'must have either success: rate or the id of a funnel');
        return undefined;
      }
      if (funnel === undefined) return { kind: 'success', features };
      const found = follow(links, { kind: 'funnel', id: funnel }, spot.at('funnel'));
      return found && { kind: 'funnel', definition: found as FunnelDefinition };
    }
    default:
      return letter satisfies never;
  }
}

/** The first definition of a feature, by which every page about it counts; null where the default rule does. */
function adoptionOf(feature: string, links: Links): AdoptionDefinition | null {
  for (const id of links.ids('adoption')) {
    const found = links.find('adoption', id);
    if (typeof found !== 'object') continue;
    const definition = found as AdoptionDefinition;
    if (definition.feature === feature) return definition;
  }
  return null;
}
