/** A complete draft becomes a row: the one place where a log record of either encoding is given its columns. */
import { type Batch, type LOGS, MARK } from '@heartwood/store/batch';
import { EVENT_NAME, LIFTED } from '../known-attributes.ts';
import { LiftedTexts } from '../lifted-texts.ts';
import type { JsonText } from '../text/json-text.ts';
import { BODY, type LogDraft } from './log-draft.ts';
import { LogTime } from './log-time.ts';
import type { OpenRequest } from '../open-request.ts';
import type { RecordAttributes } from '../record-attributes.ts';
import { writeReplacedTimes } from '../replaced-times.ts';
import { cutLength } from '../text/utf8.ts';

type LogColumns = Readonly<Record<keyof (typeof LOGS)['columns'], number>>;

/** Writes the body of the draft as JSON; called for bodies that are no text, when the rest of the record has been read. */
export type WriteBody = (out: JsonText, draft: LogDraft) => void;

/** Writes rows into the batch that is open. Resource and scope are filled in when they are known. */
export class LogRow {
  /** Times of the row written last. */
  readonly time: LogTime = new LogTime();
  readonly #request: OpenRequest;
  readonly #attributes: RecordAttributes;
  readonly #lifted: LiftedTexts;
  #batch!: Batch;
  #texts!: Batch;
  /** Words of the logs of the batch and where each column begins in them; new ones when it grows. */
  #words!: Int32Array;
  #columns!: LogColumns;
  #capacity = 0;

  constructor(request: OpenRequest, attributes: RecordAttributes) {
    this.#request = request;
    this.#attributes = attributes;
    this.#lifted = new LiftedTexts(request);
  }

  /** Writes rows into `batch` and what is new to the dictionaries into `texts`, which lands before it or with it. */
  open(batch: Batch, texts: Batch): void {
    this.#batch = batch;
    this.#texts = texts;
    this.#attach();
  }

  /** Takes the time of receipt of the request. */
  receive(): void {
    this.time.receive(this.#request.receivedLow, this.#request.receivedHigh);
  }

  /** Appends the draft as a row of the batch; returns its marks. */
  write(draft: LogDraft, writeBody: WriteBody): number {
    if (this.#batch.logs.rows === this.#capacity) this.#grow();
    const request = this.#request;
    const { vocabulary, identities } = request;
    const words = this.#words;
    const c = this.#columns;
    const row = this.#batch.logs.rows++;
    const pair = row * 2;
    const { time } = this;
    vocabulary.marks = 0;
    identities.marks = 0;
    let marks = time.read(draft) | request.marks;
    if ((marks & MARK.TIME_CLAMPED) !== 0)
      writeReplacedTimes(this.#batch, request, time.low, time.high, time.originals);

    words[c.time + pair] = time.low;
    words[c.time + pair + 1] = time.high;
    words[c.observed_time + pair] = time.observedLow;
    words[c.observed_time + pair + 1] = time.observedHigh;
    words[c.received_time + pair] = request.receivedLow;
    words[c.received_time + pair + 1] = request.receivedHigh;
    words[c.seq + pair] = request.seqLow;
    words[c.seq + pair + 1] = request.seqHigh;
    // A DuckDB UUID is a 128-bit integer, low word first, with its top bit flipped.
    const uuid = c.trace_id + row * 4;
    words[uuid] = draft.trace3;
    words[uuid + 1] = draft.trace2;
    words[uuid + 2] = draft.trace1;
    words[uuid + 3] = draft.trace0 ^ 0x80000000;
    words[c.span_id + pair] = draft.span1;
    words[c.span_id + pair + 1] = draft.span0;
    words[c.severity_number + row] = draft.severityNumber;
    words[c.flags + row] = draft.flags;
    words[c.dropped_attributes + row] = draft.droppedAttributes + this.#attributes.dropped;
    vocabulary.text(draft.severityTextStart, draft.severityTextLength, this.#texts.vocabulary);
    words[c.severity_text_id + pair] = vocabulary.low;
    words[c.severity_text_id + pair + 1] = vocabulary.high;
    marks |= this.#eventName(draft, c.event_name_id + pair);
    marks |= this.#lift(pair);
    marks |= this.#writeTexts(draft, writeBody, row);
    marks |= vocabulary.marks | identities.marks;
    words[c.marks + row] = marks;
    return marks;
  }

  /** The field names the event; where it is empty, the attribute does. */
  #eventName({ eventNameStart, eventNameLength }: LogDraft, at: number): number {
    const { known, vocabulary } = this.#request;
    const words = this.#words;
    const isAttribute = eventNameLength === 0 && known.has(EVENT_NAME);
    const start = isAttribute ? (known.low[EVENT_NAME] as number) : eventNameStart;
    const length = isAttribute ? (known.high[EVENT_NAME] as number) : eventNameLength;
    vocabulary.text(start, length, this.#texts.vocabulary);
    words[at] = vocabulary.low;
    words[at + 1] = vocabulary.high;
    return isAttribute ? MARK.EVENT_NAME_ATTRIBUTE : 0;
  }

  /** Fills the columns of what was lifted from the attributes. */
  #lift(pair: number): number {
    const lifted = this.#lifted;
    const words = this.#words;
    const c = this.#columns;
    lifted.word(words, c.feature_id + pair, LIFTED.NAME, this.#texts);
    lifted.word(words, c.component_id + pair, LIFTED.COMPONENT, this.#texts);
    lifted.word(words, c.error_type_id + pair, LIFTED.ERROR_TYPE, this.#texts);
    lifted.identity(words, c.session_id + pair, LIFTED.SESSION, this.#texts);
    return lifted.user(words, c.user_id + pair, this.#texts);
  }

  /** Ends the attributes and writes the body behind them. */
  #writeTexts(draft: LogDraft, writeBody: WriteBody, row: number): number {
    const { limits, source } = this.#request;
    const { text, start } = this.#attributes;
    const c = this.#columns;
    this.#giveBack();
    text.closeObject(start);
    text.take(start, c.attributes, row);
    const { pos } = text;
    let marks = 0;
    if (draft.body === BODY.TEXT) {
      const view = draft.bodyStart < 0 ? source.scratchView : source.view;
      const from = draft.bodyStart < 0 ? ~draft.bodyStart : draft.bodyStart;
      let length = draft.bodyLength;
      if (length > limits.recordTextBytes) {
        length = cutLength(view, from, limits.recordTextBytes);
        marks |= MARK.TRUNCATED;
      }
      marks |= text.plain(view, from, length);
    } else {
      marks |= MARK.JSON_BODY;
      if (draft.body === BODY.VALUE) {
        text.valueBytes = limits.recordTextBytes;
        writeBody(text, draft);
        text.valueBytes = limits.valueBytes;
      }
    }
    text.take(pos, c.body, row);
    marks |= text.marks;
    text.marks = 0;
    return marks;
  }

  /** A record with both kinds of user keeps the hash in its column; the id goes back to where it came from. */
  #giveBack(): void {
    const request = this.#request;
    const { known } = request;
    if (!known.has(LIFTED.USER_HASH) || !known.has(LIFTED.USER_ID)) return;
    const { text, start } = this.#attributes;
    const end = text.pos;
    this.#lifted.giveBack(text, LIFTED.USER_ID);
    // The first of several values counts, so what is given back must stand before what came later.
    if ((request.marks & MARK.DUPLICATE_KEYS) !== 0) text.rotate(start, end);
  }

  #grow(): void {
    const { logs, fullRows } = this.#batch;
    logs.reserve(Math.min(fullRows - logs.rows, Math.max(logs.rows, 256)));
    this.#attach();
  }

  #attach(): void {
    const { words, offset, capacity } = this.#batch.logs;
    this.#words = words;
    this.#capacity = capacity;
    this.#columns = {
      time: offset.time >> 2,
      observed_time: offset.observed_time >> 2,
      received_time: offset.received_time >> 2,
      seq: offset.seq >> 2,
      trace_id: offset.trace_id >> 2,
      span_id: offset.span_id >> 2,
      resource_id: offset.resource_id >> 2,
      scope_id: offset.scope_id >> 2,
      severity_number: offset.severity_number >> 2,
      severity_text_id: offset.severity_text_id >> 2,
      event_name_id: offset.event_name_id >> 2,
      feature_id: offset.feature_id >> 2,
      component_id: offset.component_id >> 2,
      error_type_id: offset.error_type_id >> 2,
      session_id: offset.session_id >> 2,
      user_id: offset.user_id >> 2,
      flags: offset.flags >> 2,
      marks: offset.marks >> 2,
      dropped_attributes: offset.dropped_attributes >> 2,
      body: offset.body,
      attributes: offset.attributes,
    };
  }
}
