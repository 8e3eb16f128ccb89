/** What has to be said about the rows behind a number before anybody trusts it. */
import { ATTR_FEATURE_FILTER } from '@heartwood/semconv';
import type { EligibleFacts, Unit } from '@heartwood/store';
import type { Sampling } from './analytic.ts';
import { sayInstant } from './instant.ts';
import { sayPart } from './ratio.ts';

/** Warnings about the rows of a composed question, in words with shares. */
export function factWarnings(facts: EligibleFacts, unit: Unit): string[] {
  const { rows, nobody, untimed, filtered, sampled, adjusted } = facts;
  const warnings: string[] = [];
  const share = (part: number): string => sayPart(part, rows, 'runs and events');
  if (filtered > 0)
    warnings.push(
      `${COUNT.format(filtered)} ${filtered === 1 ? 'run or event' : 'runs and events'} of what is asked for come from senders that leave out other runs (${ATTR_FEATURE_FILTER}): rates over them mean nothing and are left out, counts cover only what was sent.`,
    );
  if (sampled > 0)
    warnings.push(
      `${share(sampled)} were sampled; they stand for about ${COUNT.format(Math.round(adjusted))}: counts are of what was sent, and users, funnels and retention are not scaled.`,
    );
  if (nobody > 0)
    warnings.push(
      `${share(nobody)} carry no ${CARRIED[unit]}: they are in counts of runs and events, not in counts of ${COUNTED[unit]}.`,
    );
  if (untimed > 0)
    warnings.push(
      `${share(untimed)} have no duration, as they end before they start or a time of theirs cannot be: they are in no number made of durations.`,
    );
  return [...warnings, ...unkeptWarnings(facts)];
}

/** Whether everything from this moment on is still stored: nothing that begins before is complete. */
export const isKept = (
  { removedBefore }: Pick<EligibleFacts, 'removedBefore'>,
  fromMs: number,
): boolean => removedBefore === null || removedBefore <= BigInt(fromMs) * 1_000_000n;

/** Says that there were rows before those that are kept. */
export const unkeptWarnings = ({ removedBefore }: Pick<EligibleFacts, 'removedBefore'>): string[] =>
  removedBefore === null
    ? []
    : [
        `Raw data from before ${sayInstant(removedBefore)} is not kept: numbers cover only what came later.`,
      ];

/** What a composed answer says of runs that their sender sampled; those that several of its questions look at, once for each. */
export function toSampling(...asked: readonly (EligibleFacts | undefined)[]): Sampling | null {
  const known = asked.filter((facts) => facts !== undefined);
  if (known.length === 0) return null;
  const total = (of: 'rows' | 'sampled' | 'adjusted'): number =>
    known.reduce((sum, facts) => sum + facts[of], 0);
  const [rows, runs] = [total('rows'), total('sampled')];
  return {
    sampled: runs > 0,
    runs,
    share: rows === 0 ? null : runs / rows,
    adjustedRuns: total('adjusted'),
    scaled: false,
  };
}

const CARRIED: Readonly<Record<Unit, string>> = {
  user: 'user and no session',
  session: 'session',
  trace: 'trace',
  attempt: 'user and no session',
};

const COUNTED: Readonly<Record<Unit, string>> = {
  user: 'users',
  session: 'sessions',
  trace: 'traces',
  attempt: 'attempts',
};

const COUNT = new Intl.NumberFormat('en-US');
