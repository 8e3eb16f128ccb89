/** What a funnel asks, and how it becomes a question of the store. */
import type {
  Condition,
  EventSelector,
  FunnelQuestion,
  Property,
  Slots,
  Unit,
} from '@heartwood/store';
import { OWN_EVENTS } from './name.ts';
import type { SharedCondition } from './selector-properties.ts';
import { toNs, type Window } from './window.ts';

/** One step. */
export interface FunnelStep {
  readonly id: string;
  readonly selector: EventSelector;
  /** Its share is told apart; it changes nothing about the steps behind it. */
  readonly optional: boolean;
  /** In any order: `first` begins every chain, `last` counts once all others are done. */
  readonly anchor?: 'first' | 'last' | undefined;
}

/** Events that end a chain between two steps, named by their ids. */
export interface FunnelExclude {
  readonly selector: EventSelector;
  readonly after: string;
  readonly before: string;
  /** `attempt`: these steps have to be begun again. `actor`: the unit leaves the funnel. */
  readonly drops: 'attempt' | 'actor';
}

/** Which runs and events are looked at, before chains are; or which chains count, by what these have by attribution. */
interface FunnelFilter {
  readonly scope: 'events' | 'actors';
  readonly where: Condition;
}

/** Who counts as having got how far. */
export interface FunnelRule {
  /** `attempt`: each try of a user, one after the other. */
  readonly unit: Unit;
  readonly order: FunnelQuestion['order'];
  readonly steps: readonly FunnelStep[];
  /** From the first step to any later one, inclusive. */
  readonly windowNs: bigint;
  readonly stepWindowNs: bigint | null;
  /** `first`: only the first entry counts. `best`: any may convert. */
  readonly entry: FunnelQuestion['entry'];
  /** Of attempts: another first step ends an attempt and begins the next. */
  readonly restartOnReentry?: true | undefined;
  /** Whether steps at the same moment count as one after the other, or how far clocks may differ. */
  readonly ties: 'lenient' | 'strict' | { readonly graceMs: number };
  /** Properties that are equal in all steps. */
  readonly holdConstant: readonly Property[];
  readonly exclude: readonly FunnelExclude[];
  /**
   * What breaks a strict order; null for every run that its sender named, every event of the app, and what else the funnel
   * names.
   */
  readonly universe: readonly EventSelector[] | null;
  /** Whose value of a breakdown counts: `first`, `last`, `all`, or `step:<id>`. */
  readonly attribution: string;
  /** What must be true, and of what. */
  readonly filter: FunnelFilter | null;
}

/** A breakdown. */
export interface FunnelBreakdown {
  readonly by: Property;
  readonly top: number;
}

/** Last nanosecond of the store. */
const MAX_TIME_NS = BigInt(Date.UTC(2262, 0, 1)) * 1_000_000n;

/** All runs and events that a funnel speaks of. */
export const selectorsOfFunnel = ({
  steps,
  exclude,
  universe,
  filter,
  holdConstant,
}: FunnelRule): EventSelector[] => [
  ...[...steps, ...exclude].map(({ selector }) => selector),
  ...(universe ?? []),
  // What is true of events must be so of each step, and what is held each step must have.
  ...(filter?.scope === 'events'
    ? steps.map(({ selector }) => ({ ...selector, where: filter.where }))
    : []),
  ...holdConstant.flatMap((property) =>
    steps.map(({ selector }) => ({ ...selector, where: { kind: 'exists', property } as const })),
  ),
];

/** What must be so of a chain: any step may say it, or the one that attribution names. */
export function conditionsOfFunnel({ steps, filter, attribution }: FunnelRule): SharedCondition[] {
  if (filter?.scope !== 'actors') return [];
  const named = steps.filter(({ id }) => attribution === `step:${id}`);
  const of = (named.length === 0 ? steps : named).map(({ selector }) => selector);
  return [{ where: filter.where, of }];
}

/** What the numbers of the steps are called: in any order they count how many were done, whichever those were. */
export const stepNames = ({ steps, order }: FunnelRule): string[] =>
  steps.map(({ id }, index) =>
    order === 'any' ? `did ${String(index + 1)} of ${String(steps.length)}` : id,
  );

/** The question; entries in the window, later steps up to the funnel's window behind it. */
export function toFunnelQuestion(
  window: Window,
  rule: FunnelRule,
  group: FunnelBreakdown | undefined,
  slots: Slots,
): Omit<FunnelQuestion, 'output'> {
  const { steps, exclude, universe, order, attribution } = rule;
  const { from, to } = toNs(window);
  const end = to + rule.windowNs + 1n;
  const graceNs = typeof rule.ties === 'object' ? BigInt(rule.ties.graceMs) * 1_000_000n : 0n;
  const placeOf = (id: string): number => steps.findIndex((step) => step.id === id);
  const others = order === 'strict' ? (universe ?? []) : [];
  return {
    kind: 'funnel',
    events: {
      // By other clocks, each step may come a grace before the one before it.
      from: from - BigInt(steps.length - 1) * graceNs,
      to: end < MAX_TIME_NS ? end : MAX_TIME_NS,
      selectors: [
        ...steps.map(({ selector }) => selector),
        ...exclude.map(({ selector }) => selector),
        ...others,
      ],
      keepOthers: order === 'strict' && universe === null,
      unit: rule.unit,
      scope: rule.filter?.scope === 'events' ? rule.filter.where : undefined,
      group,
      hold: rule.holdConstant,
    },
    steps: steps.map(({ optional, anchor }) => ({ optional, anchor })),
    order,
    universe: others.map((_, index) => steps.length + exclude.length + index),
    entriesFrom: from,
    entriesTo: to,
    windowNs: rule.windowNs,
    stepWindowNs: rule.stepWindowNs,
    entry: rule.entry,
    restartOnReentry: rule.restartOnReentry,
    ties: typeof rule.ties === 'object' ? { graceNs } : rule.ties,
    exclude: exclude.map(({ after, before, drops }, index) => ({
      selector: steps.length + index,
      after: placeOf(after),
      before: placeOf(before),
      drops,
    })),
    attribution:
      attribution === 'first' || attribution === 'last' || attribution === 'all'
        ? attribution
        : placeOf(attribution.slice('step:'.length)),
    actors: rule.filter?.scope === 'actors' ? rule.filter.where : undefined,
    watermark: BigInt(window.watermarkMs) * 1_000_000n,
    slots,
  };
}

const FILTER_WORDS = {
  events: () => 'only runs and events where the condition holds',
  actors: (unit: string) => `only ${unit}s whose chain has what the condition asks, by attribution`,
} as const;

/** What breaks no strict order of itself. */
const OTHERS =
  'where runs that a mapping named and events that SDKs send of themselves count only if the funnel names them';

/** The funnel in words, its rules included. */
export function describeFunnel(rule: FunnelRule): string {
  const { unit, order, steps, windowNs, stepWindowNs, ties, holdConstant, exclude } = rule;
  const names = steps.map(
    ({ selector, optional, anchor }) =>
      `${wordsOf(selector)}${optional ? ' (optional)' : ''}${anchor === undefined ? '' : ` (${anchor} of all)`}`,
  );
  const joined = {
    ordered: names.join(', then '),
    strict: `${names.join(', then directly ')} (nothing else of ${rule.universe === null ? `their runs and events between, ${OTHERS}` : 'the universe between'})`,
    any: `${names.join(', ')} in any order`,
  }[order];
  const parts = [
    `${unit}s that did ${joined}, within ${durationOf(windowNs)} of the first`,
    ...(stepWindowNs === null ? [] : [`each within ${durationOf(stepWindowNs)} of the one before`]),
    ...(holdConstant.length === 0
      ? []
      : [
          `with the same ${holdConstant.map((held) => ('key' in held ? held.key : held.name)).join(', ')}`,
        ]),
    ...exclude.map(
      ({ selector, after, before, drops }) =>
        `${wordsOf(selector)} between ${after} and ${before} ${drops === 'actor' ? `drops the ${unit}` : unit === 'attempt' ? 'ends the attempt' : 'starts these steps again'}`,
    ),
    `entries: ${entryWords(rule)}`,
    ...(order === 'any' ? [] : [tieWords(ties)]),
    ...(rule.filter === null ? [] : [FILTER_WORDS[rule.filter.scope](unit)]),
    `the range bounds the first step alone`,
  ];
  return `${parts.join('; ')}.`;
}

function tieWords(ties: FunnelRule['ties']): string {
  if (ties === 'strict') return 'steps at the same time do not count';
  if (ties === 'lenient') return 'steps at the same time count in their order';
  return `a step up to ${durationOf(BigInt(ties.graceMs) * 1_000_000n)} before the one before it counts as at the same time, as clocks differ`;
}

/** Products count the same entries in different ways, so an answer says which is its own. */
export function entryWords({ unit, order, entry, restartOnReentry }: FunnelRule): string {
  if (unit !== 'attempt')
    return entry === 'best'
      ? 'any may convert, the furthest chain counts'
      : 'only the first counts';
  const ends = [
    'its last step',
    'the end of its time',
    'an exclusion',
    ...(order === 'strict' ? ['anything between its steps'] : []),
  ];
  const again =
    order === 'any'
      ? 'a step done again begins no other meanwhile'
      : restartOnReentry === true
        ? 'another first step ends it too and begins the next'
        : 'another first step meanwhile begins no other';
  return `each user's attempts count one after the other; one is over with ${ends.join(', ')}; ${again}`;
}

function wordsOf({ source, names, statuses, where, ...timed }: EventSelector): string {
  const isTimed = timed.minDurationNs !== undefined || timed.maxDurationNs !== undefined;
  return [
    names === 'any'
      ? { run: 'a run of any name', event: `any event but ${OWN_EVENTS}` }[source]
      : `${source === 'run' ? 'a run of' : 'the event'} ${names.join(' or ')}`,
    ...(statuses === undefined ? [] : [`ending ${statuses.join(' or ')}`]),
    ...(isTimed ? ['of the given duration'] : []),
    ...(where === undefined ? [] : ['where its condition holds']),
  ].join(' ');
}

const UNITS = [
  [86_400_000_000_000n, 'd'],
  [3_600_000_000_000n, 'h'],
  [60_000_000_000n, 'm'],
  [1_000_000_000n, 's'],
] as const;

function durationOf(ns: bigint): string {
  const unit = UNITS.find(([length]) => ns >= length && ns % length === 0n);
  return unit === undefined ? `${String(Number(ns) / 1e6)}ms` : `${String(ns / unit[0])}${unit[1]}`;
}
