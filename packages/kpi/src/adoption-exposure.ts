/** Who was shown a feature, where its definition does not say: by the events `feature.viewed` about it. */
import { EVENT_FEATURE_VIEWED } from '@heartwood/semconv';
import type { Condition, EventSelector, Property, Reader, ReadOptions } from '@heartwood/store';
import type { AdoptionRule } from './adoption-rule.ts';
import { toStatement, type ExplainedStatement } from './analytic.ts';
import { sayInstant } from './instant.ts';
import { createWhole } from './interval.ts';
import { toNs, type Window } from './window.ts';

/** A feature, and the rule that is written for it. */
export interface Written {
  readonly feature: string;
  readonly rule: AdoptionRule;
}

/** How features are counted in a window. */
export interface CountedRules {
  /** The rule as it counts: by the events that show the feature where it is open and these count. */
  readonly ruleOf: (written: Written) => AdoptionRule;
  readonly warnings: readonly string[];
  readonly statements: readonly ExplainedStatement[];
  /** Number of the last record that was looked at; what is counted has to be counted up to it. */
  readonly asOf: bigint;
}

type AsOf = ReadOptions & { readonly asOf?: bigint | undefined };

/**
 * How features are counted in a window, of records up to `asOf`, else up to the last one that has landed. An open rule counts
 * by the events that show its feature to its units where the window and the time before it have some: in a window in which
 * views began to be recorded, only who was there later could be shown anything.
 */
export async function readRules(
  reader: Reader,
  window: Window,
  asked: readonly Written[],
  { asOf: known, ...options }: AsOf,
): Promise<CountedRules> {
  const asOf = known ?? (await readLanded(reader, options));
  const counted = new Set<string>();
  const young = new Map<string, bigint>();
  const statements: ExplainedStatement[] = [];
  for (const unit of ['user', 'session'] as const) {
    const own = asked.filter(({ rule }) => rule.unit === unit && isOpen(rule));
    const read = async (features: Iterable<string>, range: Window): Promise<Viewed> => {
      const viewed = await readViewed(reader, range, unit, [...features], { ...options, asOf });
      statements.push(...viewed.statements);
      return viewed;
    };
    const { firsts } = await read(new Set(own.map(({ feature }) => feature)), window);
    const past = { ...window, fromMs: 0, toMs: window.fromMs };
    const before = await read(window.fromMs > 0 ? firsts.keys() : [], past);
    for (const [feature, first] of firsts)
      if (before.firsts.has(feature)) counted.add(keyOf(unit, feature));
      else young.set(feature, first);
  }
  return {
    ruleOf: ({ feature, rule }) =>
      isOpen(rule) && counted.has(keyOf(rule.unit, feature)) ? expose(rule, feature) : rule,
    warnings: young.size === 0 ? [] : [sayYoung(young)],
    statements,
    asOf,
  };
}

/** The rule of one feature as it counts in a window, and what was looked at for it. */
export async function readRule(
  reader: Reader,
  window: Window,
  written: Written,
  options: AsOf,
): Promise<Omit<CountedRules, 'ruleOf'> & { readonly rule: AdoptionRule }> {
  const { ruleOf, ...counted } = await readRules(reader, window, [written], options);
  return { ...counted, rule: ruleOf(written) };
}

/** Number of the last record that has landed, of a request that has landed whole; 0 for none. */
export async function readLanded(reader: Reader, options: ReadOptions): Promise<bigint> {
  const [landed] = await reader.read('error/landed', { logSeq: 0n, spanSeq: 0n }, options);
  const seqs = Object.values(landed ?? {}).flatMap((seq) => (seq === null ? [] : [BigInt(seq)]));
  return seqs.reduce((last, seq) => (seq > last ? seq : last), 0n);
}

const VIEWED: EventSelector = { source: 'event', names: [EVENT_FEATURE_VIEWED] };
const FEATURE: Property = { kind: 'column', name: 'feature' };

/** Most groups of a question. */
const MOST_GROUPS = 200;

const hasColumn = (name: 'user' | 'session'): Condition => ({
  kind: 'exists',
  property: { kind: 'column', name },
});

/** True of views that somebody had whom a rule counts. */
const SEEN_BY: Readonly<Record<AdoptionRule['unit'], Condition>> = {
  user: { kind: 'or', parts: [hasColumn('user'), hasColumn('session')] },
  session: hasColumn('session'),
};

/** Features that were shown to somebody. */
interface Viewed {
  /** When each was for the first time in the range, nanoseconds since 1970. */
  readonly firsts: ReadonlyMap<string, bigint>;
  readonly statements: readonly ExplainedStatement[];
}

async function readViewed(
  reader: Reader,
  range: Window,
  unit: AdoptionRule['unit'],
  features: readonly string[],
  { asOf, ...options }: AsOf,
): Promise<Viewed> {
  const { origin, width, slots: buckets } = createWhole(range);
  const firsts = new Map<string, bigint>();
  const statements: ExplainedStatement[] = [];
  for (let first = 0; first < features.length; first += MOST_GROUPS) {
    const values = features.slice(first, first + MOST_GROUPS);
    const about = { kind: 'in', property: FEATURE, values } as const;
    const { rows, ...answer } = await reader.ask(
      {
        kind: 'count',
        events: {
          ...toNs(range),
          selectors: [VIEWED],
          keepOthers: false,
          unit,
          scope: { kind: 'and', parts: [about, SEEN_BY[unit]] },
          group: { by: FEATURE, top: values.length },
          asOf,
        },
        slots: { origin, width, buckets },
        measures: [{ agg: 'count' }],
        output: { kind: 'numbers' },
      } as const,
      options,
    );
    for (const { group, firstTime } of rows)
      if (group?.kind === 'value' && firstTime !== null) firsts.set(group.value, BigInt(firstTime));
    statements.push(toStatement('features that were shown', answer, rows.length));
  }
  return { firsts, statements };
}

/** Whether a rule leaves it to the events who was shown the feature. */
const isOpen = ({ exposure, eligible }: AdoptionRule): boolean =>
  exposure === null && eligible === null;

const keyOf = (unit: AdoptionRule['unit'], feature: string): string => `${unit} ${feature}`;

function expose(rule: AdoptionRule, feature: string): AdoptionRule {
  const where = { kind: 'compare', property: FEATURE, op: '=', value: feature } as const;
  return { ...rule, exposure: { ...VIEWED, where } };
}

function sayYoung(young: ReadonlyMap<string, bigint>): string {
  const since = [...young.values()].reduce((least, one) => (one < least ? one : least));
  const orLater = young.size > 1 ? ' or later' : '';
  return `Views of ${[...young.keys()].join(', ')} (${EVENT_FEATURE_VIEWED}) are stored since ${sayInstant(since)}${orLater} and not from before the range: eligible is who ran any feature. In a range that begins after that it is who was shown it or used it.`;
}
