/** Log records as a channel gives them: events in the order of arrival, and frames of as many as go into one. */
import type { LogTail } from '@heartwood/kpi';
import type { Frame } from './channel.ts';
import { toFrame } from './frame.ts';

/** Bytes given at once, but for a record that is larger. */
const FRAME_BYTES = 256 * 1024;

/** An event, at its place in the order of arrival. */
export interface LogEntry {
  readonly seq: bigint;
  readonly frame: Buffer;
  /** How many records it is or tells of. */
  readonly records: number;
  /** Behind which records were passed over; undefined for a record. */
  readonly skipsFrom?: bigint;
}

/** What follows a place that is older than what is kept. */
export interface LogPage {
  readonly entries: readonly LogEntry[];
  readonly total: number;
  readonly through: bigint;
}

/** The first of a follower who comes without an id, or with one that says nothing here. */
export const begin = (head: bigint, reset: boolean): Frame => ({
  id: String(head),
  frame: toFrame('start', { seq: String(head), behind: 0, reset }, String(head)),
  reset,
});

/** As much as goes into a frame; undefined where there is nothing to say. */
export function toAnswer(at: bigint, page: LogPage, isFirst: boolean): Frame | undefined {
  const { entries, total, through } = page;
  if (entries.length === 0 && !isFirst) return undefined;
  const start = { seq: String(at), behind: total, reset: false };
  const frames = isFirst ? [toFrame('start', start, String(at))] : [];
  let bytes = 0;
  let end = through;
  for (const { seq, frame } of entries) {
    if (bytes > 0 && bytes + frame.length > FRAME_BYTES) break;
    bytes += frame.length;
    frames.push(frame);
    end = seq;
  }
  const isAll = entries.length === 0 || entries.at(-1)?.seq === end;
  return { id: String(isAll ? through : end), frame: Buffer.concat(frames), reset: false };
}

/** What was passed over stands right before the first of the others. */
export function toEntries({ rows, skipped }: LogTail, skipsFrom: bigint): LogEntry[] {
  const entries = rows.map((row) => ({
    seq: BigInt(row.seq),
    frame: toFrame('log', row, row.seq),
    records: 1,
  }));
  const first = entries[0];
  if (skipped === 0 || first === undefined) return entries;
  const seq = first.seq - 1n;
  const frame = toFrame('skipped', { records: skipped }, String(seq));
  return [{ seq, frame, records: skipped, skipsFrom }, ...entries];
}

export const countOf = (entries: readonly LogEntry[]): number =>
  entries.reduce((sum, { records }) => sum + records, 0);
