/** A protobuf log record into the draft (opentelemetry/proto/logs/v1/logs.proto). */
import { BODY, type LogDraft } from './log-draft.ts';
import type { WriteBody } from './log-row.ts';
import type { LogRows } from './log-rows.ts';
import { readRecordAttribute } from '../protobuf/attribute.ts';
import { ANY_VALUE_FIELDS, writeValue } from '../protobuf/value.ts';
import type { WireReader } from '../protobuf/wire.ts';

const LOG_FIELDS = 12;
/** Members of AnyValue: a text, and the others. */
const TEXT_TAG = 10;
const MEMBER_TAGS: ReadonlySet<number> = new Set([16, 24, 33, 42, 50, 58]);

export class ProtobufLogs {
  readonly #rows: LogRows;
  readonly #writeBody: WriteBody;
  #reader!: WireReader;

  constructor(rows: LogRows) {
    this.#rows = rows;
    const { depth } = rows.request.limits;
    this.#writeBody = (out, { bodyStart, bodyLength }) => {
      writeValue(this.#reader, out, bodyStart, bodyStart + bodyLength, 0, depth);
    };
  }

  /** Reads the record in `[r.pos, end)` and ends it. */
  read(r: WireReader, end: number): void {
    const rows = this.#rows;
    const { draft } = rows;
    this.#reader = r;
    rows.startRecord();
    while (r.pos < end) {
      const tag = r.varint();
      if (tag === 50) {
        const length = r.length(end);
        readRecordAttribute(r, rows.request, rows.attributes, r.pos + length);
      } else this.#field(r, draft, tag, end);
    }
    if (r.pos !== end) r.fail('a log record reaches past its end');
    rows.endRecord(this.#writeBody);
    r.pos = end;
  }

  #field(r: WireReader, draft: LogDraft, tag: number, end: number): void {
    switch (tag) {
      case 9:
        r.fixed64();
        draft.timeLow = r.low;
        draft.timeHigh = r.high;
        break;
      case 89:
        r.fixed64();
        draft.observedLow = r.low;
        draft.observedHigh = r.high;
        break;
      case 16:
        draft.severityNumber = r.varint();
        break;
      case 26:
        draft.severityTextLength = r.length(end);
        draft.severityTextStart = r.pos;
        r.pos += draft.severityTextLength;
        break;
      case 42: {
        const length = r.length(end);
        readBody(r, draft, length);
        break;
      }
      case 56:
        draft.droppedAttributes = r.varint();
        break;
      case 69:
        draft.flags = r.fixed32();
        break;
      case 74:
        readTraceId(r, draft, r.length(end));
        break;
      case 82:
        readSpanId(r, draft, r.length(end));
        break;
      case 98:
        draft.eventNameLength = r.length(end);
        draft.eventNameStart = r.pos;
        r.pos += draft.eventNameLength;
        break;
      default:
        // Field 4 was given up before OTLP 1.0; whoever still writes it means nothing that we know.
        r.skip(tag, end, tag >>> 3 === 4 ? 0 : LOG_FIELDS);
    }
  }
}

/** Notes where the body lies: its text when the last of its members is one, else the whole of it. */
function readBody(r: WireReader, draft: LogDraft, length: number): void {
  // Of a body that comes in parts the last one that says something counts.
  if (length === 0 && draft.body !== BODY.NONE) return;
  const { pos } = r;
  const end = pos + length;
  draft.body = BODY.VALUE;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === TEXT_TAG) {
      draft.body = BODY.TEXT;
      draft.bodyLength = r.length(end);
      draft.bodyStart = r.pos;
      r.pos += draft.bodyLength;
    } else {
      const isMember = MEMBER_TAGS.has(tag);
      if (isMember) draft.body = BODY.VALUE;
      r.skip(tag, end, isMember ? 0 : ANY_VALUE_FIELDS);
    }
  }
  if (draft.body === BODY.TEXT) return;
  draft.bodyStart = pos;
  draft.bodyLength = length;
}

function readTraceId(r: WireReader, draft: LogDraft, length: number): void {
  const { view, pos } = r;
  if (length === 16) {
    draft.trace0 = view.getInt32(pos);
    draft.trace1 = view.getInt32(pos + 4);
    draft.trace2 = view.getInt32(pos + 8);
    draft.trace3 = view.getInt32(pos + 12);
  } else draft.trace0 = draft.trace1 = draft.trace2 = draft.trace3 = 0;
  draft.traceIdBytes = length;
  r.pos = pos + length;
}

function readSpanId(r: WireReader, draft: LogDraft, length: number): void {
  if (length === 8) {
    draft.span0 = r.view.getInt32(r.pos);
    draft.span1 = r.view.getInt32(r.pos + 4);
  } else draft.span0 = draft.span1 = 0;
  draft.spanIdBytes = length;
  r.pos += length;
}
