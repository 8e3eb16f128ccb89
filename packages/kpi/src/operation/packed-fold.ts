/** A fold as JSON in few bytes: each mark once, as what it is more than the one before, and times in microseconds. */
import { eventsOf, fromEvents, RECENT, valuesOf, type Counts } from './counts.ts';
import { FIRST_WORDS, LAST_WORDS, type OperationFold } from './fold.ts';
import type { Mark, Said } from './mark.ts';
import { NumberReader, NumberWriter } from './packed-numbers.ts';
import { NO_PAUSES, type Pauses, type Turn } from './pauses.ts';

type Word = string | number;
/** A value and the number of its mark. */
type PackedSaid = readonly [number, Word];
type PackedTurn = readonly [number, 0 | 1];
/** For each word that is said: its place in the list of words, the number of its mark, and the word. */
type PackedWords = readonly Word[];

export interface PackedFold {
  /** Numbers of marks and of times, in base 36. */
  readonly marks: string;
  readonly times: string;
  readonly first: PackedWords;
  readonly last: PackedWords;
  /** Number of the mark of the start. */
  readonly start?: number | undefined;
  readonly end?: readonly [number, ...unknown[]] | undefined;
  /** The first, then all values, then of the latest those that no value is: of the others its place from the end. */
  readonly counts?:
    | readonly [PackedSaid, readonly Word[], readonly (number | PackedSaid)[]]
    | undefined;
  readonly pauses?: readonly [readonly PackedTurn[], number, PackedTurn | null] | undefined;
  /** Ends by status, 1 when more was counted than there is, least and most of totals, the last number of a row. */
  readonly rest: readonly [number, 0 | 1, number | null, number | null, number];
  readonly blockedS?: number | undefined;
  readonly estimate?: PackedSaid | undefined;
}

export function packFold(fold: OperationFold): PackedFold {
  const marks = new MarkWriter();
  const { counts, end, pauses, blocked, estimate } = fold;
  const said = ({ mark, value }: Said<Word>): PackedSaid => [marks.number(mark), value];
  return {
    first: packWords(FIRST_WORDS, fold.first, marks),
    last: packWords(LAST_WORDS, fold.last, marks),
    start: fold.start && marks.number(fold.start),
    end: end && [marks.number(end.mark), end.status, end.errorType, end.reason, end.receivedMs],
    counts: counts && packCounts(counts, marks, said),
    pauses: packPauses(pauses, marks),
    rest: [
      fold.endings,
      fold.isOver ? 1 : 0,
      fold.leastTotal ?? null,
      fold.mostTotal ?? null,
      fold.seq,
    ],
    blockedS: blocked?.blockedS,
    estimate: estimate && said(estimate),
    times: writeTimes(fold),
    // Last: all of them have a number now.
    marks: marks.text(),
  };
}

export function unpackFold(id: string, packed: PackedFold): OperationFold {
  const { counts, end, rest, blockedS, estimate } = packed;
  const marks = readMarks(packed.marks);
  const mark = (number: number): Mark => marks[number] ?? { timeMs: 0 };
  const said = <T extends Word>([number, value]: PackedSaid): Said<T> => ({
    mark: mark(number),
    value: value as T,
  });
  const [endings, isOver, leastTotal, mostTotal, seq] = rest;
  const { blockedTimeMs, ...times } = readTimes(packed.times);
  const [endMark = 0, status, errorType, reason, receivedMs] = end ?? [];
  return {
    id,
    first: unpackWords(FIRST_WORDS, packed.first, mark),
    last: unpackWords(LAST_WORDS, packed.last, mark),
    start: packed.start === undefined ? undefined : mark(packed.start),
    end:
      end &&
      ({
        mark: mark(endMark),
        status,
        errorType: errorType ?? undefined,
        reason: reason ?? undefined,
        receivedMs,
      } as OperationFold['end']),
    counts: counts && unpackCounts(counts, mark, said),
    pauses: unpackPauses(packed.pauses, mark),
    endings,
    isOver: isOver === 1,
    leastTotal: leastTotal ?? undefined,
    mostTotal: mostTotal ?? undefined,
    seq,
    blocked: blockedS === undefined ? undefined : { timeMs: blockedTimeMs ?? 0, blockedS },
    estimate: estimate && said(estimate),
    ...times,
  };
}

function packWords(
  keys: readonly string[],
  words: Readonly<Partial<Record<string, Said<Word> | undefined>>>,
  marks: MarkWriter,
): Word[] {
  const packed: Word[] = [];
  for (const [at, key] of keys.entries()) {
    const said = words[key];
    if (said !== undefined) packed.push(at, marks.number(said.mark), said.value);
  }
  return packed;
}

function unpackWords(
  keys: readonly string[],
  packed: PackedWords,
  mark: (number: number) => Mark,
): Record<string, Said<never>> {
  const words: Record<string, Said<never>> = {};
  for (let at = 0; at + 2 < packed.length; at += 3) {
    const key = keys[Number(packed[at])];
    if (key !== undefined)
      words[key] = { mark: mark(Number(packed[at + 1])), value: packed[at + 2] as never };
  }
  return words;
}

function packCounts(
  counts: Counts,
  marks: MarkWriter,
  said: (said: Said<Word>) => PackedSaid,
): NonNullable<PackedFold['counts']> {
  const events = eventsOf(counts);
  const values = valuesOf(events);
  return [
    said(counts.first),
    values.flatMap(({ mark, value }) => [marks.number(mark), value]),
    events.slice(-RECENT).map((one) => {
      const at = values.lastIndexOf(one);
      return at < 0 ? said(one) : at;
    }),
  ];
}

function unpackCounts(
  [first, values, recent]: NonNullable<PackedFold['counts']>,
  mark: (number: number) => Mark,
  said: (packed: PackedSaid) => Said<number>,
): Counts {
  const all: Said<number>[] = [];
  for (let at = 0; at + 1 < values.length; at += 2)
    all.push({ mark: mark(Number(values[at])), value: Number(values[at + 1]) });
  // Those of the last events that are no value stand behind all values.
  for (const one of recent) if (typeof one !== 'number') all.push(said(one));
  return fromEvents(said(first), all);
}

function packPauses(pauses: Pauses, marks: MarkWriter): PackedFold['pauses'] {
  const { turns, beforeMs, before } = pauses;
  if (turns.length === 0 && before === undefined) return undefined;
  const turn = ({ mark, isPaused }: Turn): PackedTurn => [marks.number(mark), isPaused ? 1 : 0];
  return [turns.map(turn), beforeMs, before === undefined ? null : turn(before)];
}

function unpackPauses(packed: PackedFold['pauses'], mark: (number: number) => Mark): Pauses {
  if (packed === undefined) return NO_PAUSES;
  const [turns, beforeMs, before] = packed;
  const turn = ([number, isPaused]: PackedTurn): Turn => ({
    mark: mark(number),
    isPaused: isPaused === 1,
  });
  return { turns: turns.map(turn), beforeMs, before: before === null ? undefined : turn(before) };
}

/** Numbers marks in the order in which they are met, each once. */
class MarkWriter {
  readonly #marks: Mark[] = [];

  number(mark: Mark): number {
    const known = this.#marks.findLastIndex((one) => isSameMark(one, mark));
    return known < 0 ? this.#marks.push(mark) - 1 : known;
  }

  text(): string {
    const writer = new NumberWriter();
    let before = { sequence: 0, time: 0, elapsed: 0 };
    for (const { sequence, timeMs, elapsedMs } of this.#marks) {
      const number = writer.add(sequence, before.sequence, 1);
      const time = writer.add(timeMs, before.time);
      // What the two clocks differ by is little.
      const elapsed = writer.add(elapsedMs, before.elapsed + time - before.time);
      before = { sequence: number, time, elapsed };
    }
    return writer.text;
  }
}

const isSameMark = (a: Mark, b: Mark): boolean =>
  a === b || (a.sequence === b.sequence && a.timeMs === b.timeMs && a.elapsedMs === b.elapsedMs);

function readMarks(text: string): Mark[] {
  const reader = new NumberReader(text);
  const marks: Mark[] = [];
  let before = { sequence: 0, time: 0, elapsed: 0 };
  while (reader.hasMore) {
    const sequence = reader.next(before.sequence, 1);
    const number = reader.units;
    const timeMs = reader.next(before.time) ?? 0;
    const time = reader.units;
    const elapsedMs = reader.next(before.elapsed + time - before.time);
    before = { sequence: number, time, elapsed: reader.units };
    marks.push({ sequence, timeMs, elapsedMs });
  }
  return marks;
}

function writeTimes(fold: OperationFold): string {
  const writer = new NumberWriter();
  const news = writer.add(fold.newsMs, 0);
  writer.add(fold.earliestMs, news);
  writer.add(fold.lagMs, 0);
  writer.add(fold.mostLagMs, 0);
  writer.add(fold.aheadMs, -news);
  writer.add(fold.bornMs, news);
  writer.add(fold.latestBornMs, news);
  writer.add(fold.workMs, news);
  writer.add(fold.workSequence, 0, 1);
  writer.add(fold.freeMs, news);
  writer.add(fold.blocked?.timeMs, news);
  return writer.text;
}

function readTimes(
  text: string,
): Pick<
  OperationFold,
  | 'newsMs'
  | 'earliestMs'
  | 'lagMs'
  | 'mostLagMs'
  | 'aheadMs'
  | 'bornMs'
  | 'latestBornMs'
  | 'workMs'
  | 'workSequence'
  | 'freeMs'
> & { readonly blockedTimeMs: number | undefined } {
  const reader = new NumberReader(text);
  const newsMs = reader.next(0) ?? 0;
  const news = reader.units;
  return {
    newsMs,
    earliestMs: reader.next(news) ?? newsMs,
    lagMs: reader.next(0) ?? 0,
    mostLagMs: reader.next(0) ?? 0,
    aheadMs: reader.next(-news),
    bornMs: reader.next(news),
    latestBornMs: reader.next(news),
    workMs: reader.next(news),
    workSequence: reader.next(0, 1),
    freeMs: reader.next(news),
    blockedTimeMs: reader.next(news),
  };
}
