/** Exemplars of data points: a row each, so that they join to traces. */
import { type Batch, MARK } from '@heartwood/store/batch';
import { JsonText } from '../text/json-text.ts';
import type { OpenRequest } from '../open-request.ts';
import { ExemplarDraft, VALUE_KIND } from './point-draft.ts';
import { idProblem } from '../record-id.ts';
import type { TimeRange } from '../time-range.ts';

const WORD = 0x100000000;

/**
 * An exemplar without a time, or with an absurd one, has the time of its point; what was sent is kept in the `replaced_times`
 * of the point.
 * An id of the wrong length is left out and the point gets `INVALID_ID`: the value is worth keeping without it.
 */
export class ExemplarRows {
  readonly draft: ExemplarDraft = new ExemplarDraft();
  /** Filtered attributes of the exemplar at hand, to be written as one object. */
  readonly text: JsonText;
  /** Times of the point at hand that are replaced, as members of a JSON object, place in its list to time. */
  originals = '';
  readonly #request: OpenRequest;
  readonly #times: TimeRange;
  #batch!: Batch;
  #count = 0;
  #firstRow = 0;
  #firstText = 0;
  #start = 0;

  constructor(request: OpenRequest, times: TimeRange) {
    this.#request = request;
    this.#times = times;
    this.text = new JsonText(request.limits.valueBytes, request.limits.recordTextBytes);
  }

  /** Writes into `batch` from now on. */
  open(batch: Batch): void {
    this.#batch = batch;
    this.text.open(batch.exemplars);
  }

  startPoint(): void {
    this.#count = 0;
    this.#firstRow = this.#batch.exemplars.rows;
    this.#firstText = this.text.pos;
    if (this.originals !== '') this.originals = '';
  }

  /** Starts on another exemplar; false when the point has too many and it is to be dropped. */
  start(): boolean {
    const { limits } = this.#request;
    this.#request.countAttribute();
    if (this.#count === 0) this.text.startRecord();
    if (this.#count >= limits.recordItems || this.text.isFull) {
      this.#request.marks |= MARK.TRUNCATED;
      return false;
    }
    this.draft.reset();
    this.#start = this.text.pos;
    return true;
  }

  /** Makes the draft a row. Its attributes have been written, if it has any. */
  end(): void {
    const { draft, text } = this;
    const request = this.#request;
    const { exemplars } = this.#batch;
    if (text.pos === this.#start) text.raw('{}');
    exemplars.reserve(1);
    const row = exemplars.rows++;
    const { words, bytes, doubles, offset } = exemplars;
    const pair = row * 2;
    const isTime = this.#times.has(draft.timeLow, draft.timeHigh);
    if (!isTime) this.#keepOriginal();
    if (idProblem('', draft.traceIdBytes, 16) + idProblem('', draft.spanIdBytes, 8) !== '')
      request.marks |= MARK.INVALID_ID;
    words[(offset.seq >> 2) + pair] = request.seqLow;
    words[(offset.seq >> 2) + pair + 1] = request.seqHigh;
    words[(offset.time >> 2) + pair] = isTime ? draft.timeLow : 0;
    words[(offset.time >> 2) + pair + 1] = isTime ? draft.timeHigh : 0;
    const uuid = (offset.trace_id >> 2) + row * 4;
    words[uuid] = draft.trace3;
    words[uuid + 1] = draft.trace2;
    words[uuid + 2] = draft.trace1;
    words[uuid + 3] = draft.trace0 ^ 0x80000000;
    words[(offset.span_id >> 2) + pair] = draft.span1;
    words[(offset.span_id >> 2) + pair + 1] = draft.span0;
    const isInt = draft.valueKind === VALUE_KIND.INT;
    bytes[offset.value_kind + row] = draft.valueKind;
    words[(offset.int_value >> 2) + pair] = isInt ? draft.valueLow : 0;
    words[(offset.int_value >> 2) + pair + 1] = isInt ? draft.valueHigh : 0;
    if (isInt) {
      doubles[(offset.value >> 3) + row] = draft.valueHigh * WORD + (draft.valueLow >>> 0);
    } else {
      words[(offset.value >> 2) + pair] = draft.valueLow;
      words[(offset.value >> 2) + pair + 1] = draft.valueHigh;
    }
    text.take(this.#start, offset.attributes, row);
    request.marks |= text.marks;
    text.marks = 0;
    this.#count++;
  }

  /** Gives exemplars whose times are replaced that of the point, as low and high word. */
  replaceTimes(low: number, high: number): void {
    const { rows, words, offset } = this.#batch.exemplars;
    for (let row = this.#firstRow; row < rows; row++) {
      const at = (offset.time >> 2) + row * 2;
      if (words[at] !== 0 || words[at + 1] !== 0) continue;
      words[at] = low;
      words[at + 1] = high;
    }
  }

  /** Gives up the exemplars of the point at hand. */
  discard(): void {
    this.#batch.exemplars.rows = this.#firstRow;
    this.text.rewind(this.#firstText);
    this.text.commit();
  }

  #keepOriginal(): void {
    const { draft } = this;
    const time = (BigInt(draft.timeHigh >>> 0) << 32n) | BigInt(draft.timeLow >>> 0);
    this.originals += `${this.originals === '' ? '' : ','}"${this.#count}":"${time}"`;
  }
}
