/** Funnels in definition files: `funnels: [{id: upload, steps: [{event: upload_started}, {feature: file.upload, status: SUCCESS}]}]`. */
import type { EventSelector } from '@heartwood/store';
import { z } from 'zod';
import type { FunnelExclude, FunnelRule, FunnelStep } from '../funnel-rule.ts';
import { suggest } from '../suggestion.ts';
import { parseCondition, toProperty } from './condition-text.ts';
import { BASE_SHAPE, toBase, type Kind } from './kind.ts';
import type { FunnelDefinition } from './rule-definition.ts';
import {
  EXCLUSION_WRITTEN,
  MAX_STEPS,
  readExclusions,
  readSteps,
  STEP_WRITTEN,
} from './funnel-step.ts';
import { digestOf } from './revision.ts';
import { readSelector, SELECTOR_WRITTEN } from './selector-text.ts';
import { durationMs, parsedText, readShape, wordOf } from './shape.ts';
import type { Spot } from './spot.ts';

const name = z.string().min(1).max(200);
const property = name.transform(toProperty);

const MAX_GRACE_MS = 60_000;

const SHAPE = z.strictObject({
  ...BASE_SHAPE,
  unit: wordOf(['user', 'session', 'trace', 'attempt']).optional(),
  order: wordOf(['ordered', 'strict', 'any']).optional(),
  window: durationMs.optional(),
  stepWindow: durationMs.nullish(),
  entry: wordOf(['best', 'first']).optional(),
  restartOnReentry: z.boolean().optional(),
  ties: z
    .union([
      wordOf(['lenient', 'strict']),
      z.strictObject({ graceMs: z.int().min(1).max(MAX_GRACE_MS) }),
    ])
    .optional(),
  holdConstant: z.array(property).max(3).optional(),
  steps: z.array(z.unknown()),
  exclude: z.array(z.unknown()).max(10).optional(),
  universe: z.array(z.unknown()).min(1).max(8).optional(),
  breakdown: z
    .union([
      property.transform((by) => ({ by, attribution: undefined })),
      z.strictObject({ by: property, attribution: name.optional() }),
    ])
    .nullish(),
  where: parsedText(parseCondition).optional(),
  scope: wordOf(['events', 'actors']).optional(),
});

type Words = z.output<typeof SHAPE>;

const DEFAULT_WINDOW_MS = 7 * 86_400_000;
const LONGEST_WINDOW_MS = 366 * 86_400_000;

/** Funnels. */
export const FUNNELS: Kind = {
  kind: 'funnel',
  key: 'funnels',
  written: SHAPE.extend({
    steps: z.array(STEP_WRITTEN).min(2).max(MAX_STEPS),
    exclude: z.array(EXCLUSION_WRITTEN).max(10).optional(),
    universe: z.array(SELECTOR_WRITTEN).min(1).max(8).optional(),
  }),
  read(entry) {
    const { spot } = entry;
    const words = readShape(SHAPE, entry.words, spot);
    if (words === undefined) return undefined;
    const order = words.order ?? 'ordered';
    const steps = readSteps(words.steps, order, spot.at('steps'));
    const exclude = steps && readExclusions(words.exclude ?? [], steps, order, spot.at('exclude'));
    const universe = readUniverse(words, order, spot.at('universe'));
    const window = words.window ?? DEFAULT_WINDOW_MS;
    const attribution = words.breakdown?.attribution ?? 'first';
    const { where, scope = 'events' } = words;
    const isScoped = words.scope === undefined || where !== undefined;
    if (!isScoped)
      spot
        .at('scope')
        .error('DEFINITION_VALUE', 'says of what where must be true, and there is no where');
    const fits = [
      isScoped,
      checkWindows(words, window, spot),
      checkOrder(words, order, spot),
      checkGrace(words, order, steps ?? [], spot),
      checkAttempts(words, order, steps ?? [], exclude ?? [], spot),
      steps === undefined || checkAttribution(attribution, steps, order, spot),
    ].every(Boolean);
    if (!fits || steps === undefined || exclude === undefined || universe === undefined)
      return undefined;
    const rule: FunnelRule = {
      unit: words.unit ?? 'user',
      order,
      steps,
      windowNs: toNs(window),
      stepWindowNs:
        words.stepWindow === undefined || words.stepWindow === null ? null : toNs(words.stepWindow),
      entry: words.entry ?? 'best',
      restartOnReentry: words.restartOnReentry === true ? true : undefined,
      ties: words.ties ?? 'lenient',
      holdConstant: words.holdConstant ?? [],
      exclude,
      universe,
      attribution,
      filter: where === undefined ? null : { scope, where },
    };
    return (): FunnelDefinition => ({
      ...toBase(entry, words),
      kind: 'funnel',
      digest: digestOf(rule),
      rule,
      breakdown: words.breakdown?.by ?? null,
    });
  },
};

const toNs = (ms: number): bigint => BigInt(ms) * 1_000_000n;

function readUniverse(
  { universe }: Words,
  order: FunnelRule['order'],
  spot: Spot,
): readonly EventSelector[] | null | undefined {
  if (universe === undefined) return null;
  if (order !== 'strict') {
    spot.error('DEFINITION_VALUE', 'means something in strict order only');
    return undefined;
  }
  const read = universe.map((value, index) => readSelector(value, spot.at(index)));
  const selectors = read.filter((one) => one !== undefined);
  return selectors.length === read.length ? selectors : undefined;
}

function checkWindows({ stepWindow }: Words, window: number, spot: Spot): boolean {
  if (window > LONGEST_WINDOW_MS)
    spot.at('window').error('DEFINITION_VALUE', 'must be at most 366d');
  else if (typeof stepWindow === 'number' && stepWindow > window)
    spot.at('stepWindow').error('DEFINITION_VALUE', 'is longer than the window');
  else return true;
  return false;
}

function checkOrder({ stepWindow, ties }: Words, order: FunnelRule['order'], spot: Spot): boolean {
  if (order !== 'any') return true;
  const isTimed = stepWindow !== undefined && stepWindow !== null;
  if (isTimed) spot.at('stepWindow').error('DEFINITION_VALUE', 'means nothing in any order');
  if (ties === 'strict') spot.at('ties').error('DEFINITION_VALUE', 'cannot be strict in any order');
  return !isTimed && ties !== 'strict';
}

/** With grace an event could be two steps of one chain, were it to match both. */
function checkGrace(
  { ties, unit }: Words,
  order: FunnelRule['order'],
  steps: readonly FunnelStep[],
  spot: Spot,
): boolean {
  if (typeof ties !== 'object') return true;
  const [a, b] = steps.flatMap((step, index) => {
    const other = steps.slice(0, index).find((one) => sharesName(one.selector, step.selector));
    return other === undefined ? [] : [other.id, step.id];
  });
  const message =
    order !== 'ordered'
      ? 'knows grace in order: ordered only'
      : unit === 'attempt'
        ? 'knows no grace with unit: attempt'
        : b === undefined
          ? undefined
          : `knows grace only where steps differ by name, and "${a ?? ''}" and "${b}" do not`;
  if (message !== undefined) spot.at('ties').error('DEFINITION_VALUE', message);
  return message === undefined;
}

function sharesName(one: EventSelector, other: EventSelector): boolean {
  if (one.source !== other.source) return false;
  if (one.names === 'any' || other.names === 'any') return true;
  const { names } = other;
  return one.names.some((name) => names.includes(name));
}

/** An attempt is over with its last step, and each counts: nothing may stand behind it, and no other may be left out. */
function checkAttempts(
  { unit, entry, restartOnReentry }: Words,
  order: FunnelRule['order'],
  steps: readonly FunnelStep[],
  exclude: readonly FunnelExclude[],
  spot: Spot,
): boolean {
  const isAttempt = unit === 'attempt';
  const dropping = exclude.findIndex(({ drops }) => drops === 'actor');
  const faults: readonly (readonly [boolean, Spot, string])[] = [
    [
      restartOnReentry !== undefined && (!isAttempt || order === 'any'),
      spot.at('restartOnReentry'),
      'means something only with unit: attempt, in an order',
    ],
    [isAttempt && entry === 'first', spot.at('entry'), 'cannot be first: each attempt counts'],
    [
      isAttempt && steps.at(-1)?.optional === true,
      spot.at('steps', steps.length - 1),
      'is optional, and an attempt is over with its last required step',
    ],
    [
      isAttempt && dropping >= 0,
      spot.at('exclude', dropping),
      'drops the actor, and an exclusion ends only the attempt where attempts count',
    ],
  ];
  const found = faults.filter(([isFault]) => isFault);
  for (const [, where, message] of found) where.error('DEFINITION_VALUE', message);
  return found.length === 0;
}

function checkAttribution(
  attribution: string,
  steps: readonly FunnelStep[],
  order: FunnelRule['order'],
  spot: Spot,
): boolean {
  const ids = order === 'any' ? [] : steps.map(({ id }) => `step:${id}`);
  const known = ['first', 'last', 'all', ...ids];
  if (known.includes(attribution)) return true;
  spot
    .at('breakdown', 'attribution')
    .error('DEFINITION_VALUE', `must be one of ${known.join(', ')}`, suggest(attribution, known));
  return false;
}
