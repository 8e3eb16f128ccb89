/** Operations on a page: a bar each with what is done and left, below it why it is judged so and what it said last. */
import type { Size } from '../live/frame.ts';
import { drawBar } from './chart.ts';
import { clean } from './clean.ts';
import { showCount, showDuration, showNumber, showShare, showSpan } from './number.ts';
import { TONES, wordOf, type OperationLine } from './operation-line.ts';
import { paint, type View } from './style.ts';
import { displayWidth, pad, truncate } from './width.ts';

/** What a block is made of. */
export interface OperationBlock extends OperationLine {
  readonly service: string;
  readonly sinceMs: number | null;
}

interface Around {
  /** The word of the page for what goes on as it should. */
  readonly healthyWord: string;
  /** How many there are beside those given. */
  readonly others: number;
}

/** At most so many lines, none wider than asked; those that come first have the most room. */
export function drawOperationBlocks(
  operations: readonly OperationBlock[],
  { columns, rows }: Size,
  view: Pick<View, 'colour' | 'symbols'>,
  { healthyWord, others }: Around,
): string[] {
  const shown = operations.slice(0, rows);
  const cells = shown.map((one) => toCells(one, healthyWord));
  const widths = toWidths(cells, columns);
  const blocks = shown.map((one, index) => {
    const { count } = cells[index] ?? NO_CELLS;
    const said = drawSaid(one, widths.count === 0 ? count : '', columns, view);
    return {
      head: drawHead(one, cells[index] ?? NO_CELLS, widths, view),
      said,
      isTrouble: isTrouble(one),
    };
  });
  // What goes well gives way before what does not.
  const lines = (isShort: (block: (typeof blocks)[number]) => boolean): string[] =>
    blocks.flatMap((block) => (isShort(block) ? [block.head] : [block.head, block.said]));
  const drawn = [lines(() => false), lines(({ isTrouble }) => !isTrouble), lines(() => true)];
  const more = (hidden: number): string =>
    paint(view, 'quiet', truncate(`${showCount(hidden)} more`, columns, view.symbols.cut));
  const fitting = drawn.find(({ length }) => length <= (others === 0 ? rows : rows - 1));
  if (fitting !== undefined && shown.length === operations.length)
    return others === 0 ? fitting : [...fitting, more(others)];
  const room = Math.max(0, rows - 1);
  return [...(drawn.at(-1) ?? []).slice(0, room), more(operations.length - room + others)];
}

interface Cells {
  readonly word: string;
  readonly feature: string;
  readonly share: string;
  readonly count: string;
  readonly time: string;
}

const NO_CELLS: Cells = { word: '', feature: '', share: '', count: '', time: '' };

function toCells(one: OperationBlock, healthyWord: string): Cells {
  const word = wordOf(one);
  return {
    word: word === 'healthy' || word === 'running' ? healthyWord : word,
    feature: clean(one.feature),
    share: one.fraction === null ? '' : showShare(one.fraction),
    count: countOf(one),
    time: timeOf(one),
  };
}

function countOf({ current, total, totalIsEstimate, unit }: OperationBlock): string {
  if (current === null && total === null) return '';
  const of = total === null ? '' : ` of ${totalIsEstimate ? 'about ' : ''}${showNumber(total)}`;
  return `${showNumber(current ?? 0)}${of}${unit === null ? '' : ` ${clean(unit)}`}`;
}

function timeOf({ state, eta, activeMs }: OperationBlock): string {
  if (state === 'ended')
    return `after ${activeMs < WHOLE_SECONDS_MS ? showDuration(activeMs) : showSpan(activeMs)}`;
  return eta === null ? `for ${showSpan(activeMs)}` : `${showSpan(eta.ms)} left`;
}

/** Parts of a second say something below this. */
const WHOLE_SECONDS_MS = 10_000;

type Widths = Readonly<Record<keyof Cells | 'bar', number>>;

/** Widths of the columns; 0 for those that have no room. The bar takes what the others leave. */
function toWidths(cells: readonly Cells[], columns: number): Widths {
  const widest = (name: keyof Cells): number =>
    Math.max(0, ...cells.map((each) => displayWidth(each[name])));
  const word = widest('word');
  const feature = Math.min(widest('feature'), Math.max(8, Math.floor(columns / 3)));
  let room = columns - word - feature - GAP;
  const take = (width: number): number => {
    if (width === 0 || room < width + GAP) return 0;
    room -= width + GAP;
    return width;
  };
  const share = take(widest('share'));
  const time = take(widest('time'));
  // The counts have the line below too; the bar has this one alone.
  const isBarLeft = share === 0 || room - widest('count') - GAP >= LEAST_BAR + GAP;
  const count = isBarLeft ? take(widest('count')) : 0;
  const bar = share === 0 || room - GAP < LEAST_BAR ? 0 : Math.min(LARGEST_BAR, room - GAP);
  return { word, feature, share, time, count, bar };
}

const GAP = 2;
const LEAST_BAR = 8;
const LARGEST_BAR = 30;

function drawHead(
  one: OperationBlock,
  { word, feature, share, count, time }: Cells,
  widths: Widths,
  view: Pick<View, 'colour' | 'symbols'>,
): string {
  const tone = TONES[wordOf(one)];
  const { cut, track } = view.symbols;
  const parts = [
    paint(view, tone, pad(word, widths.word, 'left')),
    paint(view, 'link', pad(truncate(feature, widths.feature, cut), widths.feature, 'left')),
  ];
  if (widths.bar > 0) {
    const done = one.fraction === null ? '' : drawBar(one.fraction, widths.bar, view.symbols);
    const rest = one.fraction === null ? ' ' : track;
    const left = rest.repeat(widths.bar - displayWidth(done));
    parts.push(paint(view, tone, done) + paint(view, 'quiet', left));
  }
  if (widths.share > 0) parts.push(pad(share, widths.share, 'right'));
  if (widths.count > 0) parts.push(pad(count, widths.count, 'left'));
  if (widths.time > 0) parts.push(pad(time, widths.time, 'left'));
  return parts.join(' '.repeat(GAP)).trimEnd();
}

/**
 * How it is found again, why, the counts where they have no column, and what it said last. Where the id would leave less
 * than half of the line to all else, it stands behind.
 */
function drawSaid(
  one: OperationBlock,
  count: string,
  columns: number,
  view: Pick<View, 'colour' | 'symbols'>,
): string {
  const { cut, dot } = view.symbols;
  const join = ` ${dot} `;
  const id = clean(one.id);
  const why = isTrouble(one) ? clean(one.reason ?? '') : '';
  const [message, service] = [clean(one.message ?? ''), clean(one.service)];
  const idWidth = displayWidth(id) + join.length;
  const line = columns - INDENT.length;
  const isFirst = 2 * idWidth <= line && why + count + message + service !== '';
  const room = isFirst ? line - idWidth : line;
  const head = INDENT + (isFirst ? paint(view, 'quiet', id + join) : '');
  const rest = [count, message, isFirst ? '' : id, service].filter((text) => text !== '');
  const quiet = rest.join(join);
  if (why === '') return head + paint(view, 'quiet', truncate(quiet, room, cut));
  const left = room - displayWidth(why) - join.length;
  const more = left < LEAST_REST ? '' : join + truncate(quiet, left, cut);
  return `${head}${paint(view, TONES[wordOf(one)], truncate(why, room, cut))}${paint(view, 'quiet', more)}`;
}

const INDENT = '  ';
/** Less of what it said tells nothing. */
const LEAST_REST = 6;

const isTrouble = (one: OperationLine): boolean =>
  !['healthy', 'running', 'paused', 'success'].includes(wordOf(one));
