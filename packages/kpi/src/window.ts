/** Windows of time: `1h`, `7d`, from-to, time zone; the one parser of durations and times. */
import { QuestionError } from './errors.ts';
import { parseTimeZone, type TimeZone, type WeekStart } from './time-zone.ts';

/** Longest window that may be asked about, in days. */
export const MAX_WINDOW_DAYS = 1830;
/** Runs are expected to arrive within this time after they started; younger numbers are not complete. */
export const LATENESS_MS = 10 * 60_000;

const DEFAULT_WINDOW_MS = 24 * 3_600_000;
const DAY_MS = 86_400_000;
/** Last whole second before 2262, where nanoseconds leave 64 bits. */
const MAX_TIME_MS = Date.UTC(2262, 0, 1) - 1000;

/** A half-open range of time `[fromMs, toMs)` and the zone in which it is cut and labelled. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: TimeZone;
  /** The moment at which the question was asked. */
  readonly nowMs: number;
  /** What started before this moment is taken to be in the database; what ends later is not complete. */
  readonly watermarkMs: number;
}

/** A range as a person or program wrote it. */
export interface WindowText {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly since?: string | undefined;
  readonly timeZone?: string | undefined;
}

/**
 * Until when numbers are complete: what was received before `waitingSinceMs` has landed, and runs may take
 * {@link LATENESS_MS} to be received.
 */
export function toWatermark(nowMs: number, waitingSinceMs: number | undefined): number {
  return Math.min(nowMs, waitingSinceMs ?? nowMs) - LATENESS_MS;
}

/**
 * Reads a range; what is not said is the last 24 hours, in `zone`. Without a watermark nothing waits to land. Rejects with
 * a {@link QuestionError}.
 */
export function parseWindow(
  text: WindowText,
  nowMs: number,
  zoneName = 'UTC',
  watermarkMs: number = toWatermark(nowMs, undefined),
  weekStart?: WeekStart,
): Window {
  const zone = parseTimeZone(text.timeZone ?? zoneName, undefined, weekStart);
  if (text.from !== undefined && text.since !== undefined)
    throw new QuestionError('RANGE_AMBIGUOUS', 'since');
  const toMs = text.to === undefined ? nowMs : parseTime(text.to, 'to', zone, nowMs);
  const fromMs =
    text.from === undefined
      ? toMs - (text.since === undefined ? DEFAULT_WINDOW_MS : parseDuration(text.since, 'since'))
      : parseTime(text.from, 'from', zone, nowMs);
  checkWindow(fromMs, toMs, text);
  return { fromMs, toMs, zone, nowMs, watermarkMs };
}

/** False while runs that started before `endMs` may still arrive or land. */
export function isComplete(endMs: number, { watermarkMs }: Pick<Window, 'watermarkMs'>): boolean {
  return endMs <= watermarkMs;
}

/** Start and end of a window in nanoseconds, as the store wants them. */
export function toNs({ fromMs, toMs }: Pick<Window, 'fromMs' | 'toMs'>): {
  from: bigint;
  to: bigint;
} {
  return { from: BigInt(fromMs) * 1_000_000n, to: BigInt(toMs) * 1_000_000n };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** Milliseconds of `90s`, `15m`, `1.5h`, `7d`, `4w` or a sum such as `1h30m`; at least 1. A day is 24 hours. */
export function parseDuration(text: string, parameter: string): number {
  const trimmed = text.trim();
  let totalMs = 0;
  let length = 0;
  for (const part of trimmed.matchAll(/(\d{1,9}(?:\.\d{1,9})?)\s?(ms|[smhdw])/gu)) {
    if (part.index !== length) break;
    totalMs += Number(part[1]) * (UNIT_MS[part[2] ?? ''] ?? 0);
    length += part[0].length;
  }
  const durationMs = Math.round(totalMs);
  if (trimmed === '' || length !== trimmed.length || durationMs < 1)
    throw new QuestionError('DURATION_INVALID', parameter, { value: text });
  return durationMs;
}

const ISO_TIME =
  /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}:?\d{2})?$/iu;

/** Epoch milliseconds of a written time; without an offset it is read on the clock of the zone. */
export function parseTime(text: string, parameter: string, zone: TimeZone, nowMs: number): number {
  const trimmed = text.trim();
  const word = parseWord(trimmed.toLowerCase(), zone, nowMs);
  const timeMs = word ?? parseEpoch(trimmed) ?? parseIso(trimmed, zone);
  if (timeMs === undefined || Number.isNaN(timeMs))
    throw new QuestionError('TIME_INVALID', parameter, { value: text });
  if (timeMs < 0 || timeMs > MAX_TIME_MS)
    throw new QuestionError('TIME_OUT_OF_RANGE', parameter, { value: text });
  return timeMs;
}

function parseWord(word: string, zone: TimeZone, nowMs: number): number | undefined {
  if (word === 'now') return nowMs;
  if (word !== 'today' && word !== 'yesterday') return undefined;
  const todayWall = Math.floor(zone.toWall(nowMs) / DAY_MS) * DAY_MS;
  return zone.fromWall(word === 'today' ? todayWall : todayWall - DAY_MS);
}

/** Four digits are a year and eight a date, which nobody writes as milliseconds: those would lie on 1 January 1970. */
function parseEpoch(text: string): number | undefined {
  return /^-?\d{1,15}(?:\.0+)?$/u.test(text) && !/^(?:\d{4}|\d{8})$/u.test(text)
    ? Number(text)
    : undefined;
}

function parseIso(text: string, zone: TimeZone): number | undefined {
  const match = ISO_TIME.exec(text.replace(/^(\d{4})(\d{2})(\d{2})$/u, '$1-$2-$3'));
  if (match === null) return undefined;
  const [, year, month, day = '01', hour = '00', minute = '00', second = '00', fraction] = match;
  const offset = match[8];
  const ms = Math.floor(Number(`0.${fraction ?? '0'}`) * 1000);
  const read = new Date(0);
  // Date.UTC takes the years from 0 to 99 for those of the last century.
  read.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  read.setUTCHours(Number(hour), Number(minute), Number(second), ms);
  const wallMs = read.getTime();
  const stands =
    read.getUTCMonth() + 1 === Number(month) &&
    read.getUTCDate() === Number(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  if (!stands) return Number.NaN;
  return offset === undefined ? zone.fromWall(wallMs) : wallMs - offsetMs(offset);
}

function offsetMs(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  const digits = offset.replaceAll(/\D/gu, '');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  return hours < 24 && minutes < 60 ? sign * (hours * 60 + minutes) * 60_000 : Number.NaN;
}

function checkWindow(fromMs: number, toMs: number, text: WindowText): void {
  const start = new Date(Math.max(fromMs, 0)).toISOString();
  const parameter = text.from === undefined ? (text.since === undefined ? 'to' : 'since') : 'from';
  if (fromMs === toMs) throw new QuestionError('RANGE_EMPTY', parameter, { from: start });
  if (fromMs > toMs)
    throw new QuestionError('RANGE_REVERSED', parameter, {
      from: start,
      to: new Date(toMs).toISOString(),
    });
  const days = Math.ceil((toMs - fromMs) / DAY_MS);
  if (days > MAX_WINDOW_DAYS)
    throw new QuestionError('RANGE_TOO_LONG', parameter, { days, limit: MAX_WINDOW_DAYS });
  if (fromMs < 0)
    throw new QuestionError('TIME_OUT_OF_RANGE', parameter, { value: String(fromMs) });
}
