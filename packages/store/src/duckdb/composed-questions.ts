/** Answers composed questions: finds what they can be told from, compiles them, and runs equal ones once. */
import { compile } from '../analytics/compile.ts';
import { compileSumState, rangesOfSums, type Sums } from '../analytics/count-hours.ts';
import type { Answer, Question, RowOfQuestion } from '../analytics/question.ts';
import { compileAdjusted } from '../analytics/sampled.ts';
import { compileSliceSearch } from '../analytics/slice-search.ts';
import { storeError } from '../errors.ts';
import type { Statement } from '../statements.ts';
import type { ReadOptions } from '../store.ts';
import type { Lane } from './connection-pool.ts';
import { KnownSpanEvents } from './known-span-events.ts';
import { SharedRuns } from './shared-runs.ts';

type Params = Readonly<Record<string, unknown>>;
type Rows = Record<string, unknown>[];
/** Runs a statement in a lane. */
type Run = (
  statement: Statement,
  params: Params,
  options: ReadOptions,
  lane: Lane,
) => Promise<Rows>;

/** Questions over one database; lives as long as it is open. */
export class ComposedQuestions {
  readonly #run: Run;
  readonly #exactRuns: number;
  readonly #asked = new SharedRuns<Rows>();
  readonly #spanEvents: KnownSpanEvents;

  /** @param exactRuns percentiles of more runs than these may come from buckets */
  constructor(run: Run, exactRuns: number) {
    this.#run = run;
    this.#exactRuns = exactRuns;
    this.#spanEvents = new KnownSpanEvents((statement, params) =>
      run(statement, params, {}, 'page'),
    );
  }

  /** To be called when events of spans have landed. */
  forgetSpanEvents(): void {
    this.#spanEvents.forget();
  }

  /** The answer, about one state of the data. */
  async ask<Q extends Question>(
    question: Q,
    options: ReadOptions,
  ): Promise<Answer<RowOfQuestion<Q>>> {
    const asked = await this.#narrow(await this.#spanEvents.leaveOut(question), options);
    const { statement, params, toAnswer } = compile(asked, await this.#sums(asked, options));
    const { rows, elapsedMs } = await this.#share(statement, params, options);
    const answer = toAnswer(rows, elapsedMs);
    const { facts, asOf } = answer;
    if (facts.sampled === 0 || !('events' in asked) || question.output.kind === 'members')
      return answer;
    const weights = compileAdjusted(asked.events, asOf);
    const [weighed] = (await this.#share(weights.statement, weights.params, options)).rows;
    const { sampled, adjusted } = weighed as { sampled: number; adjusted: number };
    return { ...answer, facts: { ...facts, sampled, adjusted } };
  }

  /** What of a question roll-ups answer; undefined where its rows are counted one by one. */
  async #sums(question: Question, options: ReadOptions): Promise<Sums | undefined> {
    const ranges = question.kind === 'count' ? rangesOfSums(question) : undefined;
    if (question.kind !== 'count' || ranges === undefined) return undefined;
    const { statement, params, toSums } = compileSumState(question, ranges);
    const [row] = (await this.#share(statement, params, options)).rows;
    return toSums(row, this.#exactRuns);
  }

  /** The question about those runs alone that the filters let through, where it asks for an attribute. */
  async #narrow<Q extends Question>(question: Q, options: ReadOptions): Promise<Q> {
    if (!('events' in question)) return question;
    const search = compileSliceSearch(question.events);
    if (search === undefined) return question;
    const { statement, params, toRanges } = search;
    const within = toRanges((await this.#share(statement, params, options)).rows);
    return within === undefined
      ? question
      : { ...question, events: { ...question.events, within } };
  }

  /** Rows of a composed statement; equal ones at the same time run once. */
  async #share(
    statement: Statement,
    params: Readonly<Record<string, unknown>>,
    { signal, onStatement, ...rest }: ReadOptions,
  ): Promise<{ readonly rows: Record<string, unknown>[]; readonly elapsedMs: number }> {
    const startMs = performance.now();
    const rows = await this.#asked.share(
      keyOf(statement, params),
      signal,
      (stop) => this.#run(statement, params, { ...rest, signal: stop }, 'analytic'),
      () => storeError('STORE_QUERY_CANCELLED', { name: statement.name }),
    );
    const elapsedMs = performance.now() - startMs;
    const { name, sql } = statement;
    onStatement?.({ name, sql, params, elapsedMs, rows: rows.length });
    return { rows, elapsedMs };
  }
}

/** The same for questions with the same answer. */
const keyOf = ({ sql }: Statement, params: Readonly<Record<string, unknown>>): string =>
  JSON.stringify([sql, params], (_, value: unknown) =>
    typeof value === 'bigint' ? `${String(value)}n` : value,
  );
