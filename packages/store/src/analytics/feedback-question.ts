/** Feedback as a question: what people answered about things, and how many of those who used them did. */
import type { EligibleEvents, Group, Output } from './eligible-events.ts';

/** What a number counts: the first and the last answers, the others units, each once. */
export type FeedbackPart =
  | 'answers'
  /** Units that answered. */
  | 'respondents'
  /** Units that used it. */
  | 'actors'
  /** Units that did both. */
  | 'answering'
  /** Answers with a score in a scale. */
  | 'scored';

/** Names one number. */
export interface FeedbackCell {
  readonly part: FeedbackPart;
  /** Of `scored`: the best score that could be given, and the point that scores were rounded to. */
  readonly scale: number | null;
  readonly point: number | null;
  readonly group: Group;
}

/** Answers by what they are about. Selector 0 is an answer, selector 1 a use; groups are ranked by answers, those beyond the top left out. */
export interface FeedbackQuestion<Out extends Output<FeedbackCell> = Output<FeedbackCell>> {
  readonly kind: 'feedback';
  /** Has a breakdown; its unit is no attempt. */
  readonly events: EligibleEvents;
  readonly output: Out;
}

/** One number; no row where it is 0. */
export interface FeedbackRow extends FeedbackCell {
  readonly count: number;
  /** Of the scores as they were given; null but for `scored`. */
  readonly sum: number | null;
}
