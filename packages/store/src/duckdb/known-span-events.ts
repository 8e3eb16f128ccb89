/** Whether spans have events of the names that a question asks for: if not, it is asked of log records alone, as cheaply. */
import { spanEventNames } from '../analytics/span-events.ts';
import type { Question } from '../analytics/question.ts';
import type { Statement } from '../statements.ts';

/** Answers that are kept; more are forgotten together. */
const MOST_KEPT = 1000;

/** What a name is looked for in: all days, and days that have more names than are kept. */
const STATEMENT: Statement = {
  name: 'ask/span-events',
  sql: `SELECT count(*) > 0 AS "known" FROM span_event_day WHERE name IS NULL OR list_contains($names, name)`,
  params: { names: 'texts' },
  row: { known: 'bool' },
};

type Read = (
  statement: Statement,
  params: Readonly<Record<string, unknown>>,
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Looks once for each set of names until it is told to {@link forget}. */
export class KnownSpanEvents {
  readonly #read: Read;
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(read: Read) {
    this.#read = read;
  }

  /** To be called when span events have landed. */
  forget(): void {
    this.#known.clear();
  }

  /** The question without span events where there are none of its names; as it is where that cannot be told. */
  async leaveOut<Q extends Question>(question: Q): Promise<Q> {
    if (!('events' in question) || !('selectors' in question.events)) return question;
    const names = spanEventNames(question.events).toSorted();
    if (names.length === 0) return question;
    const key = JSON.stringify(names);
    const isKnown = await this.#isKnown(key, names).catch(() => {
      this.#known.delete(key);
      return true;
    });
    return isKnown ? question : { ...question, events: { ...question.events, logsOnly: true } };
  }

  #isKnown(key: string, names: readonly string[]): Promise<boolean> {
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    const found =
      this.#known.get(key) ??
      this.#read(STATEMENT, { names }).then(([row]) => row?.['known'] === true);
    this.#known.set(key, found);
    return found;
  }
}
