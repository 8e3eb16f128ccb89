/** The span being decoded: what both encodings fill in and what becomes a row when it is complete. */
import { idProblem } from '../record-id.ts';

/** Ids are big-endian words as they stand on the wire; times are low and high words of nanoseconds. */
export class SpanDraft {
  trace0 = 0;
  trace1 = 0;
  trace2 = 0;
  trace3 = 0;
  span0 = 0;
  span1 = 0;
  parent0 = 0;
  parent1 = 0;
  /** Bytes of each id as sent, 0 when it is empty or missing, `NO_HEX` for JSON that is not hexadecimal. */
  traceIdBytes = 0;
  spanIdBytes = 0;
  parentIdBytes = 0;
  startLow = 0;
  startHigh = 0;
  endLow = 0;
  endHigh = 0;
  nameStart = 0;
  nameLength = 0;
  traceStateStart = 0;
  traceStateLength = 0;
  messageStart = 0;
  messageLength = 0;
  kind = 0;
  statusCode = 0;
  flags = 0;
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;
  /** Events and links left out here, beyond what the sender left out. */
  cutEvents = 0;
  cutLinks = 0;
  /** Bits of `MARK` noticed so far. */
  marks = 0;
  /** Where the arena of the extras stood when the span began. */
  extrasAt = 0;
  /** Where events and links lie in it; equal ends mean none. */
  eventsAt = 0;
  eventsEnd = 0;
  linksAt = 0;
  linksEnd = 0;

  reset(): void {
    this.trace0 = this.trace1 = this.trace2 = this.trace3 = 0;
    this.span0 = this.span1 = this.parent0 = this.parent1 = 0;
    this.traceIdBytes = this.spanIdBytes = this.parentIdBytes = 0;
    this.startLow = this.startHigh = this.endLow = this.endHigh = 0;
    this.nameStart = this.nameLength = 0;
    this.traceStateStart = this.traceStateLength = 0;
    this.messageStart = this.messageLength = 0;
    this.kind = this.statusCode = this.flags = 0;
    this.droppedAttributes = this.droppedEvents = this.droppedLinks = 0;
    this.cutEvents = this.cutLinks = 0;
    this.marks = 0;
    this.eventsAt = this.eventsEnd = this.linksAt = this.linksEnd = 0;
  }

  /** Why the span must be rejected; empty when nothing is wrong. */
  get problem(): string {
    return (
      idProblem('trace id', this.traceIdBytes, 16) ||
      idProblem('span id', this.spanIdBytes, 8) ||
      idProblem('parent span id', this.parentIdBytes, 8) ||
      ((this.trace0 | this.trace1 | this.trace2 | this.trace3) === 0
        ? 'the trace id is missing or zero'
        : '') ||
      ((this.span0 | this.span1) === 0 ? 'the span id is missing or zero' : '')
    );
  }
}
