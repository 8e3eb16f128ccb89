/** A check of health: what it is called, which fact it looks at, and what it makes of it. */
import type { Fact, FactName, HealthFacts } from './facts.ts';

/** Which part a check is about: `here` is where the command line runs. */
export const HEALTH_GROUPS = [
  'server',
  'data',
  'machine',
  'apps',
  'configuration',
  'here',
] as const;
type HealthGroup = (typeof HEALTH_GROUPS)[number];

/** From good to bad, as they decide together; `unknown` says that something could not be looked at. */
export const HEALTH_RESULTS = ['pass', 'unknown', 'warn', 'fail'] as const;
export type HealthResult = (typeof HEALTH_RESULTS)[number];

/** What a check says about a fact. */
export interface Finding {
  readonly result: HealthResult;
  /** The finding in words, with its numbers. */
  readonly message: string;
  /** The numbers. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** What to do about it; null where nothing is to be done. */
  readonly remedy: string | null;
}

/** A finding with the check that made it. */
export interface HealthRow extends Finding {
  readonly id: string;
  readonly group: HealthGroup;
  readonly title: string;
  /** Time for the fact that it looks at, milliseconds; checks of one fact share it. */
  readonly tookMs: number;
}

/** One check. */
export interface HealthCheck<Facts = HealthFacts> {
  readonly id: string;
  readonly group: HealthGroup;
  readonly title: string;
  run(facts: Facts): HealthRow;
}

type ValueOf<F> = F extends { readonly isKnown: true; readonly value: infer Value } ? Value : never;

interface Definition<Facts, Name extends keyof Facts> {
  readonly id: string;
  readonly group: HealthGroup;
  readonly title: string;
  readonly fact: Name;
  readonly judge: (value: ValueOf<Facts[Name]>, facts: Facts) => Finding;
  /** What it means that the fact cannot be read. Default: `unknown`, and nothing to be done about it here. */
  readonly unread?: { readonly result: HealthResult; readonly remedy: string };
}

/** Declares a check of health over one fact. */
export function defineCheck<Name extends FactName>(
  definition: Definition<HealthFacts, Name>,
): HealthCheck {
  return toCheck<HealthFacts, Name>(definition);
}

/** The same over facts of another kind. */
export function toCheck<Facts, Name extends keyof Facts>({
  id,
  group,
  title,
  fact: name,
  judge,
  unread,
}: Definition<Facts, Name>): HealthCheck<Facts> {
  return {
    id,
    group,
    title,
    run: (facts) => {
      const fact = facts[name] as Fact<ValueOf<Facts[Name]>>;
      const finding = fact.isKnown
        ? judge(fact.value, facts)
        : {
            result: unread?.result ?? 'unknown',
            message: `cannot be told: ${fact.reason}`,
            evidence: { reason: fact.reason },
            remedy: unread?.remedy ?? null,
          };
      return { id, group, title, ...finding, tookMs: fact.tookMs };
    },
  };
}

type Evidence = Readonly<Record<string, unknown>>;

/** All is well. */
export const pass = (message: string, evidence: Evidence): Finding => ({
  result: 'pass',
  message,
  evidence,
  remedy: null,
});

/** Somebody should look at it. */
export const warn = (message: string, remedy: string, evidence: Evidence): Finding => ({
  result: 'warn',
  message,
  evidence,
  remedy,
});

/** Something is wrong. */
export const fail = (message: string, remedy: string, evidence: Evidence): Finding => ({
  result: 'fail',
  message,
  evidence,
  remedy,
});

/** Nothing is there that could be judged. */
export const unknown = (message: string, remedy: string, evidence: Evidence): Finding => ({
  result: 'unknown',
  message,
  evidence,
  remedy,
});

/** The worst of all results; `pass` of none. */
export const worstOf = (rows: readonly Pick<HealthRow, 'result'>[]): HealthResult =>
  HEALTH_RESULTS.findLast((result) => rows.some((row) => row.result === result)) ?? 'pass';
