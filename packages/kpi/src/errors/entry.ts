/** What an error of a question says. */

/** One error; `{placeholders}` are filled by whoever meets it. */
interface QuestionErrorEntry {
  /** HTTP status of the answer. */
  readonly status: 400 | 404 | 409 | 422 | 429 | 503;
  /** What was wrong. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Errors of one topic by their code. */
export type ErrorTable = Readonly<Record<string, QuestionErrorEntry>>;
