/** The questions of checks of data quality, each asked once however many checks read its answer. */
import type {
  Answer,
  EligibleEvents,
  ProfileRow,
  Question,
  Reader,
  ReadOptions,
  RowOfQuestion,
  SilenceRow,
  Trouble,
  TroubleRow,
  VolumeRow,
} from '@heartwood/store';
import { toStatement, type ExplainedStatement } from '../analytic.ts';
import { msToNs } from '../instant.ts';
import type { TimeZone } from '../time-zone.ts';
import { createWeeks, quartersOf, type Weeks } from './weeks.ts';

/** Events of a name that are read for a profile. */
const PROFILE_SAMPLE = 100_000;
const OUTPUT = { kind: 'numbers' } as const;
const DAY_MS = 86_400_000;

/** Rows with how they came about. */
export interface Asked<Row> {
  readonly rows: readonly Row[];
  readonly removedBefore: bigint | null;
  readonly truncated: boolean;
  readonly statement: ExplainedStatement;
}

/** As of when and in which zone is asked. */
export interface QualityMoment {
  readonly nowMs: number;
  /** What started before this moment is taken to be in the database. */
  readonly watermarkMs: number;
  readonly zone: TimeZone;
}

/** Asks about the period that ended last as of a moment. */
export class QualityQuestions {
  readonly #reader: Reader;
  readonly #nowMs: number;
  readonly #watermarkMs: number;
  readonly #zone: TimeZone;
  readonly #volumes = new Map<number, Promise<Asked<VolumeRow>>>();
  readonly #profiles = new Map<number, Promise<readonly [Asked<ProfileRow>, Asked<ProfileRow>]>>();

  constructor(reader: Reader, { nowMs, watermarkMs, zone }: QualityMoment) {
    this.#reader = reader;
    this.#nowMs = nowMs;
    this.#watermarkMs = watermarkMs;
    this.#zone = zone;
  }

  weeks(count: number): Weeks {
    return createWeeks(this.#watermarkMs, this.#zone, count);
  }

  async volume(count: number, options: ReadOptions): Promise<Asked<VolumeRow>> {
    return remember(this.#volumes, count, () => {
      const weeks = this.weeks(count);
      const range = rangeOf(weeks.sinceMs, weeks.toMs);
      const question = { kind: 'volume', ...range, slots: weeks.slots, output: OUTPUT } as const;
      return this.#ask('volume', question, options);
    });
  }

  async silence(count: number, minGapMs: number, options: ReadOptions): Promise<Asked<SilenceRow>> {
    const weeks = this.weeks(count);
    const range = rangeOf(weeks.sinceMs, weeks.toMs);
    const leastQuarters = quartersOf(minGapMs);
    return this.#ask(
      'silence',
      { kind: 'silence', ...range, slots: weeks.slots, leastQuarters, output: OUTPUT },
      options,
    );
  }

  async trouble(
    trouble: Trouble,
    toleranceMs: number,
    options: ReadOptions,
  ): Promise<Asked<TroubleRow>> {
    const { fromMs, toMs } = this.weeks(0);
    return this.#ask(
      trouble,
      {
        kind: 'trouble',
        trouble,
        // What has come until now is known; what has happened until now may still come.
        ...rangeOf(fromMs, trouble === 'late' ? this.#nowMs : toMs),
        until: msToNs(this.#nowMs),
        toleranceNs: msToNs(toleranceMs),
        output: OUTPUT,
      },
      options,
    );
  }

  /** What events carry in the period, and in the weeks before it. */
  async profiles(
    count: number,
    options: ReadOptions,
  ): Promise<readonly [Asked<ProfileRow>, Asked<ProfileRow>]> {
    return remember(this.#profiles, count, async () => {
      const { fromMs, toMs } = this.weeks(0);
      const beforeMs = fromMs - count * 7 * DAY_MS;
      const now = await this.#profile('properties', fromMs, toMs, options);
      return [now, await this.#profile('properties before', beforeMs, fromMs, options)] as const;
    });
  }

  #profile(
    name: string,
    fromMs: number,
    toMs: number,
    options: ReadOptions,
  ): Promise<Asked<ProfileRow>> {
    const events: EligibleEvents = {
      ...rangeOf(fromMs, toMs),
      selectors: [{ source: 'event', names: 'any' }],
      keepOthers: false,
      withOwn: true,
      unit: 'user',
    };
    const question = { kind: 'profile', events, sample: PROFILE_SAMPLE, output: OUTPUT } as const;
    return this.#ask(name, question, options);
  }

  async #ask<Q extends Question>(
    name: string,
    question: Q,
    options: ReadOptions,
  ): Promise<Asked<RowOfQuestion<Q>>> {
    const answer: Answer<RowOfQuestion<Q>> = await this.#reader.ask(question, options);
    const { rows, facts, truncated } = answer;
    return {
      rows,
      truncated,
      removedBefore: facts.removedBefore,
      statement: toStatement(name, answer, rows.length),
    };
  }
}

/** Asks again what has failed: the next check may have more time. */
async function remember<T>(
  known: Map<number, Promise<T>>,
  key: number,
  ask: () => Promise<T>,
): Promise<T> {
  const found = known.get(key) ?? ask();
  known.set(key, found);
  try {
    return await found;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

const rangeOf = (fromMs: number, toMs: number): { from: bigint; to: bigint } => ({
  from: msToNs(Math.max(0, fromMs)),
  to: msToNs(toMs),
});
