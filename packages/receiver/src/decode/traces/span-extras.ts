/** The side row of a span that has events, links, a status message, a trace state, counts of drops or clamped times. */
import { type ColumnBatch, MARK, type SPAN_EXTRAS, writeText } from '@heartwood/store/batch';
import type { OpenRequest } from '../open-request.ts';
import { unsigned } from '../replaced-times.ts';
import type { SpanDraft } from './span-draft.ts';
import type { SpanTime } from './span-time.ts';
import type { TextSource } from '../text/text-source.ts';
import { cutLength, repairUtf8 } from '../text/utf8.ts';

const NOTHING = new DataView(new ArrayBuffer(16));
/** Longest status message or trace state that is kept whole, bytes. */
const TEXT_BYTES = 64 * 1024;

/** Writes the side row when there is something to write; returns the bits of `MARK` to add. */
export function writeExtras(
  extras: ColumnBatch<typeof SPAN_EXTRAS>,
  { source, seqLow, seqHigh }: OpenRequest,
  draft: SpanDraft,
  time: SpanTime,
  marks: number,
): number {
  const isClamped = (marks & MARK.TIME_CLAMPED) !== 0;
  if (
    draft.messageLength === 0 &&
    draft.traceStateLength === 0 &&
    draft.eventsEnd === draft.eventsAt &&
    draft.linksEnd === draft.linksAt &&
    !isClamped &&
    (draft.droppedAttributes | draft.droppedEvents | draft.droppedLinks) === 0
  )
    return 0;
  extras.reserve(1);
  const at = extras.rows++;
  const { offset, words } = extras;
  words[(offset.seq >> 2) + at * 2] = seqLow;
  words[(offset.seq >> 2) + at * 2 + 1] = seqHigh;
  words[(offset.start_time >> 2) + at * 2] = time.startLow;
  words[(offset.start_time >> 2) + at * 2 + 1] = time.startHigh;
  words[(offset.dropped_attributes >> 2) + at] = draft.droppedAttributes;
  words[(offset.dropped_events >> 2) + at] = draft.droppedEvents;
  words[(offset.dropped_links >> 2) + at] = draft.droppedLinks;
  let added: number = MARK.HAS_EXTRAS;
  const { status_message: message, trace_state: traceState } = offset;
  added |= writeOwn(extras, message, at, source, draft.messageStart, draft.messageLength);
  added |= writeOwn(extras, traceState, at, source, draft.traceStateStart, draft.traceStateLength);
  writeArena(extras, offset.events, at, draft.eventsAt, draft.eventsEnd);
  writeArena(extras, offset.links, at, draft.linksAt, draft.linksEnd);
  if (isClamped) {
    const original = Buffer.from(
      `{"startTime":"${unsigned(draft.startLow, draft.startHigh)}","endTime":"${unsigned(draft.endLow, draft.endHigh)}"}    `,
    );
    const view = new DataView(original.buffer, original.byteOffset, original.length);
    writeText(extras, offset.original, at, view, 0, original.length - 4);
  } else {
    writeText(extras, offset.original, at, NOTHING, 0, 0);
  }
  return added;
}

/** Writes a text of the body, repaired and cut where it must be. */
function writeOwn(
  extras: ColumnBatch,
  offset: number,
  row: number,
  source: TextSource,
  start: number,
  length: number,
): number {
  if (length === 0) {
    writeText(extras, offset, row, NOTHING, 0, 0);
    return 0;
  }
  let marks = 0;
  let kept = length;
  if (kept > TEXT_BYTES) {
    kept = cutLength(
      start < 0 ? source.scratchView : source.view,
      start < 0 ? ~start : start,
      TEXT_BYTES,
    );
    marks |= MARK.TRUNCATED;
  }
  const given = source.slice(start, kept);
  const text = repairUtf8(given);
  let from = start;
  if (text !== given) {
    marks |= MARK.SANITIZED;
    from = source.keep(text);
  }
  if (from < 0) writeText(extras, offset, row, source.scratchView, ~from, text.length);
  else writeText(extras, offset, row, source.view, from, text.length);
  return marks;
}

/** Points at a text that lies in the arena already. */
function writeArena(
  extras: ColumnBatch,
  offset: number,
  row: number,
  start: number,
  end: number,
): void {
  const at = (offset >> 2) + row * 4;
  extras.words[at] = end - start;
  extras.words[at + 1] = end === start ? 0 : extras.arenaView.getInt32(start, true);
  extras.words[at + 2] = end === start ? 0 : start;
  extras.words[at + 3] = 0;
}
