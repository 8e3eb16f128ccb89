/** Operations in words and bars, for people in front of a terminal or a log file. */
import { FeatureStatus } from '@heartwood/semconv';
import { plain } from '../host/plain.ts';
import type { OperationView } from './operation-view.ts';

/** What the place can show that the text is for. */
export interface TextStyle {
  readonly colour: boolean;
  /** False: only ASCII. */
  readonly symbols: boolean;
}

/** One line of at most `columns` columns that is drawn again and again; `turn` counts the drawings. */
export function barLine(
  view: OperationView,
  columns: number,
  style: TextStyle,
  turn: number,
): string {
  const turns = style.symbols ? SPINNER : ASCII_SPINNER;
  const mark = view.state === 'paused' ? pick(style, '⏸', '=') : (turns[turn % turns.length] ?? '');
  const facts = [countText(view), ...paceTexts(view)].filter((text) => text !== '');
  const message = plain(view.message ?? '');
  const head = `${mark} ${plain(view.name)}`;
  const rest = [...facts, ...(message === '' ? [] : [message])].join('  ');
  const dots = pick(style, '…', '...');
  const { fraction } = view;
  if (fraction === undefined) return cutColumns(`${head}  ${rest}`.trimEnd(), columns, dots);
  const percent = `${Math.floor(fraction * 100)}%`.padStart(4);
  // Of a narrow terminal the bar takes what is useful, not more than a third.
  const cells = Math.min(LONGEST_BAR, Math.floor(columns / 3));
  const line = `${head} ${bar(fraction, cells, style)}${percent}  ${rest}`;
  return cutColumns(line.trimEnd(), columns, dots);
}

/** One line about an operation under way, for where lines stay. */
export function statusLine(view: OperationView): string {
  const { fraction } = view;
  const facts = [countText(view), ...paceTexts(view)].filter((text) => text !== '');
  const percent = fraction === undefined ? '' : ` ${Math.floor(fraction * 100)}%`;
  const inBrackets = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  const state = view.state === 'paused' ? because(' paused', view.reason) : '';
  return `${plain(view.name)}:${state}${percent}${inBrackets}${tail(view.message)}`;
}

/** The line that an operation begins with, where lines stay. */
export function startLine(view: OperationView): string {
  const description = plain(view.description ?? '');
  const { total } = view;
  const expected = total === undefined ? '' : ` (about ${countWithUnit(total, view.unit)})`;
  return `${plain(view.name)}: started${expected}${description === '' ? '' : `: ${description}`}`;
}

/** The line that stays when an operation has ended. */
export function endLine(view: OperationView, style: TextStyle): string {
  const { status = FeatureStatus.SUCCESS, current, ratePerS } = view;
  const took = durationText(view.activeMs / 1000);
  const name = plain(view.name);
  switch (status) {
    case FeatureStatus.SUCCESS:
    case FeatureStatus.PARTIAL: {
      const count = current === undefined ? 'done' : countWithUnit(current, view.unit);
      const rate = ratePerS === undefined ? '' : `, ${rateText(ratePerS)}`;
      const mark = paint(style, GREEN, pick(style, '✓', 'ok'));
      return `${mark} ${name}: ${count} in ${took}${rate}${tail(view.message)}`;
    }
    case FeatureStatus.CANCELLED: {
      const mark = paint(style, YELLOW, pick(style, '■', '--'));
      return `${mark} ${name}: ${because('cancelled', view.reason)} after ${took}${tail(view.message)}`;
    }
    case FeatureStatus.FAILED:
    case FeatureStatus.TIMEOUT: {
      const mark = paint(style, RED, pick(style, '✗', '!!'));
      const how = status === FeatureStatus.TIMEOUT ? 'timed out' : 'failed';
      return `${mark} ${name}: ${how} after ${took}${tail(view.message)}`;
    }
    default:
      return status satisfies never;
  }
}

/** Cuts a text to a number of columns; `dots` mark its end. */
export function cutColumns(text: string, columns: number, dots = '…'): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += widthOf(character);
    if (used > columns) return text.slice(0, end) + dots;
    if (used <= columns - dots.length) end += character.length;
  }
  return text;
}

const LONGEST_BAR = 24;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const ASCII_SPINNER = ['|', '/', '-', '\\'];
const RED = 31;
const GREEN = 32;
const YELLOW = 33;

function pick(style: TextStyle, symbol: string, ascii: string): string {
  return style.symbols ? symbol : ascii;
}

function paint(style: TextStyle, colour: number, text: string): string {
  return style.colour ? `\u001B[${colour}m${text}\u001B[39m` : text;
}

function bar(fraction: number, cells: number, style: TextStyle): string {
  const filled = Math.floor(fraction * cells);
  const full = pick(style, '█', '#').repeat(filled);
  return `[${full}${pick(style, '░', '.').repeat(cells - filled)}]`;
}

function countText({ current, total, totalIsEstimate, unit }: OperationView): string {
  if (current === undefined) return '';
  if (total === undefined) return countWithUnit(current, unit);
  return `${number(current)}/${totalIsEstimate ? '~' : ''}${countWithUnit(total, unit)}`;
}

function paceTexts({ ratePerS, etaS, activeMs, total }: OperationView): string[] {
  return [
    ratePerS === undefined ? '' : rateText(ratePerS),
    (etaS ?? 0) > 0 ? `eta ${durationText(Math.ceil(etaS ?? 0), 0)}` : '',
    // Without an end in sight at least the time shows that something is going on.
    total === undefined ? durationText(activeMs / 1000) : '',
  ];
}

function rateText(perSecond: number): string {
  if (perSecond >= 0.995 || perSecond === 0) return `${number(Number(perSecond.toPrecision(3)))}/s`;
  return `${number(Number((perSecond * 60).toPrecision(3)))}/min`;
}

function countWithUnit(count: number, unit: string | undefined): string {
  return unit === undefined ? number(count) : `${number(count)} ${plain(unit)}`;
}

/** Thousands apart, at most 2 decimals: `12,345.6`. */
function number(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  if (Math.abs(rounded) >= 1e15) return rounded.toExponential(2);
  const [whole = '0', decimals] = String(rounded).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** `4.2 s` below ten seconds, then `45 s`, `3:07`, `2:03:07`. */
function durationText(seconds: number, decimals = 1): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(decimals) : Math.floor(seconds)} s`;
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

function tail(message: string | undefined): string {
  const text = plain(message ?? '').trim();
  return text === '' ? '' : `: ${text}`;
}

function because(what: string, reason: string | undefined): string {
  return reason === undefined ? what : `${what} (${plain(reason)})`;
}

/** Columns that a character takes, good enough to keep a line on one line. */
function widthOf(character: string): number {
  return (character.codePointAt(0) ?? 0) >= FIRST_WIDE ? 2 : 1;
}

// From Hangul on, with the symbols of the bar and the spinner as the exception below it.
const FIRST_WIDE = 0x2e80;
