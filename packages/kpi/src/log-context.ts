/** Log records with those around them: what the same process said right before and after. */
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { QuestionError } from './errors.ts';
import { toLogParams, type LogFilter } from './log-filter.ts';
import type { LogOrder } from './log-search.ts';
import { toLogReport, type LogReport } from './log.ts';
import { PROCESS_KEYS } from './process-keys.ts';
import { toNs, type Window } from './window.ts';

/** How many records of the same process around each. */
export interface LogContextSize {
  readonly before: number;
  readonly after: number;
}

/** A record in its group: an unbroken piece of what one process said. */
export interface LogContextRow extends LogReport {
  /** From 1 on, in the order of the answer. */
  readonly group: number;
  /** Whether it was found; else it stands beside one. */
  readonly isHit: boolean;
}

interface LogContextOptions extends ReadOptions {
  readonly order: LogOrder;
  readonly withoutProgress?: LogFilter['withoutProgress'];
}

/** Most records of one answer. */
const MOST_ROWS = 5000;

/** Rejects with `LOG_CONTEXT_TOO_LARGE` what would be too many records. */
export function checkContextSize({ before, after }: LogContextSize, limit: number): void {
  const rows = limit * (1 + before + after);
  if (rows > MOST_ROWS)
    throw new QuestionError('LOG_CONTEXT_TOO_LARGE', 'limit', { limit, rows, most: MOST_ROWS });
}

/**
 * Reads what stands around found records within a window, in groups: pieces that overlap or touch are one, so that no record
 * comes twice. The process is the sender by `service.instance.id`, else by host and process number, else by its resource.
 */
export async function readLogContext(
  reader: Reader,
  window: Window,
  hits: readonly LogReport[],
  size: LogContextSize,
  { order, withoutProgress, ...options }: LogContextOptions,
): Promise<LogContextRow[]> {
  const hidden = toLogParams({ withoutProgress })?.hidden ?? [];
  const pieces = await readPieces(reader, window, hits, { ...size, hidden }, options);
  const known = new Map(hits.map((hit) => [hit.seq, hit]));
  const groups = toGroups(pieces, size);
  const wanted = groups.flat().filter(({ seq }) => !known.has(seq));
  const beside = new Map(known);
  for (const row of await readSome(reader, wanted, options)) beside.set(row.seq, toLogReport(row));
  return inOrder(groups, known, order).flatMap((group, place) =>
    group.flatMap(({ seq }) => {
      const row = beside.get(seq);
      return row === undefined ? [] : [{ ...row, group: place + 1, isHit: known.has(seq) }];
    }),
  );
}

interface Line {
  readonly seq: string;
  readonly timeNs: bigint;
}

/** What is around one record, in order of time: on each side so many as were asked for and one more, where there are. */
interface Piece {
  readonly hit: Line;
  before: readonly Line[];
  after: readonly Line[];
}

type Side = 'before' | 'after';

/** Looks in wider and wider surroundings of those that still miss some. */
async function readPieces(
  reader: Reader,
  window: Window,
  hits: readonly LogReport[],
  { before, after, hidden }: LogContextSize & { readonly hidden: readonly string[] },
  options: ReadOptions,
): Promise<Piece[]> {
  const { from, to } = toNs(window);
  const pieces = hits.map(({ seq, timeNs }): Piece => {
    return { hit: { seq, timeNs: BigInt(timeNs) }, before: [], after: [] };
  });
  const size = { before, after };
  let pending = { before: before === 0 ? [] : pieces, after: after === 0 ? [] : pieces };
  for (let width = FIRST_WIDTH_NS; ; width *= WIDER) {
    // What is nearly all is all.
    const isAll = width * 8n >= to - from;
    if (isAll) width = to - from;
    const asked = [...pending.before, ...pending.after];
    if (asked.length === 0) return pieces;
    const { first, last } = boundsOf(asked.map(({ hit }) => hit));
    const near = {
      from: maxOf(from, first - 2n * width),
      to: minOf(to, last + 2n * width),
    };
    const params = {
      ...near,
      first,
      last,
      beforeSeqs: pending.before.map(({ hit }) => hit.seq),
      afterSeqs: pending.after.map(({ hit }) => hit.seq),
      before,
      after,
      width,
      hidden,
      ...PROCESS_KEYS,
    };
    const found = groupLines(await reader.read('log/beside', params, options));
    const fill = (side: Side): Piece[] => {
      for (const piece of pending[side]) piece[side] = found[side].get(piece.hit.seq) ?? [];
      return pending[side].filter((piece) => piece[side].length <= size[side]);
    };
    pending = { before: fill('before'), after: fill('after') };
    if (isAll) return pieces;
  }
}

/** 4.3 s: a busy process says enough within, and a quiet one little in the next, 275 s. */
const FIRST_WIDTH_NS = 2n ** 32n;
const WIDER = 64n;

function groupLines(rows: readonly QueryRow<'log/beside'>[]): Record<Side, Map<string, Line[]>> {
  const found = { before: new Map<string, Line[]>(), after: new Map<string, Line[]>() };
  for (const { hit, isAfter, seq, time } of rows) {
    const lines = found[isAfter ? 'after' : 'before'];
    const line = { seq, timeNs: BigInt(time) };
    const known = lines.get(hit);
    if (known === undefined) lines.set(hit, [line]);
    else known.push(line);
  }
  return found;
}

/**
 * Unbroken pieces of what is shown, each in order of time. The one record more on either side tells whether a piece
 * touches the next.
 */
function toGroups(pieces: readonly Piece[], { before, after }: LogContextSize): Line[][] {
  const next = new Map<string, string>();
  const shown = new Map<string, Line>();
  for (const piece of pieces) {
    const lines = [...piece.before, piece.hit, ...piece.after];
    for (const [place, { seq }] of lines.entries()) {
      const follower = lines[place + 1];
      if (follower !== undefined) next.set(seq, follower.seq);
    }
    const at = piece.before.length;
    for (const line of lines.slice(Math.max(0, at - before), at + after + 1))
      shown.set(line.seq, line);
  }
  const isFollower = new Set(
    [...next].filter(([seq]) => shown.has(seq)).map(([, follower]) => follower),
  );
  const starts = [...shown.values()].filter(({ seq }) => !isFollower.has(seq));
  return starts.map((start) => {
    const group: Line[] = [];
    for (let line: Line | undefined = start; line !== undefined;) {
      group.push(line);
      line = shown.get(next.get(line.seq) ?? '');
    }
    return group;
  });
}

/** Groups by the record of theirs that was found first in this order, and records within them alike. */
function inOrder(
  groups: readonly Line[][],
  hits: ReadonlyMap<string, unknown>,
  order: LogOrder,
): Line[][] {
  const sign = order === 'oldest' ? 1 : -1;
  return groups
    .map((group) => (order === 'oldest' ? group : group.toReversed()))
    .map((group) => ({ group, first: group.find(({ seq }) => hits.has(seq)) }))
    .toSorted((a, b) => sign * compare(a.first, b.first))
    .map(({ group }) => group);
}

function compare(a: Line | undefined, b: Line | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return Number(a.timeNs - b.timeNs) || Number(BigInt(a.seq) - BigInt(b.seq));
}

async function readSome(
  reader: Reader,
  lines: readonly Line[],
  options: ReadOptions,
): Promise<readonly QueryRow<'log/list'>[]> {
  if (lines.length === 0) return [];
  const { first, last } = boundsOf(lines);
  const page = { seqs: lines.map(({ seq }) => seq), from: first, last, isOldest: false };
  return await reader.read('log/list', page, options);
}

function boundsOf(lines: readonly Line[]): { first: bigint; last: bigint } {
  const times = lines.map(({ timeNs }) => timeNs);
  return { first: times.reduce(minOf), last: times.reduce(maxOf) };
}

const minOf = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const maxOf = (a: bigint, b: bigint): bigint => (a > b ? a : b);
