/** The log record being decoded: what both encodings fill in and what becomes a row when it is complete. */
import { idProblem } from '../record-id.ts';

/** What a body is: not there, a text, any other value. */
export const BODY = { NONE: 0, TEXT: 1, VALUE: 2 } as const;
export type Body = (typeof BODY)[keyof typeof BODY];

/** Ids are big-endian words as they stand on the wire; times are low and high words of nanoseconds. */
export class LogDraft {
  trace0 = 0;
  trace1 = 0;
  trace2 = 0;
  trace3 = 0;
  span0 = 0;
  span1 = 0;
  /** Bytes of each id as sent, 0 when it is empty or missing, `NO_HEX` for JSON that is not hexadecimal. */
  traceIdBytes = 0;
  spanIdBytes = 0;
  timeLow = 0;
  timeHigh = 0;
  observedLow = 0;
  observedHigh = 0;
  severityNumber = 0;
  severityTextStart = 0;
  severityTextLength = 0;
  eventNameStart = 0;
  eventNameLength = 0;
  flags = 0;
  droppedAttributes = 0;
  body: Body = BODY.NONE;
  /** Where the text of the body lies; of another value its encoding knows what this means. */
  bodyStart = 0;
  bodyLength = 0;

  reset(): void {
    this.trace0 = this.trace1 = this.trace2 = this.trace3 = 0;
    this.span0 = this.span1 = 0;
    this.traceIdBytes = this.spanIdBytes = 0;
    this.timeLow = this.timeHigh = this.observedLow = this.observedHigh = 0;
    this.severityNumber = 0;
    this.severityTextStart = this.severityTextLength = 0;
    this.eventNameStart = this.eventNameLength = 0;
    this.flags = this.droppedAttributes = 0;
    this.body = BODY.NONE;
    this.bodyStart = this.bodyLength = 0;
  }

  /** Why the record must be rejected; empty when nothing is wrong: a record may belong to no trace. */
  get problem(): string {
    return (
      idProblem('trace id', this.traceIdBytes, 16) || idProblem('span id', this.spanIdBytes, 8)
    );
  }
}
