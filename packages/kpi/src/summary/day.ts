/** Days of a zone by their date. */
import { QuestionError } from '../errors.ts';
import type { TimeZone } from '../time-zone.ts';
import { MAX_WINDOW_DAYS, type Window } from '../window.ts';

const DAY_MS = 86_400_000;

/** A day by what the clock of its zone shows at its start. */
export interface Day {
  /** `2026-11-22` */
  readonly date: string;
  readonly wallMs: number;
}

/** The day so many days before the one of a moment. */
export function dayBefore(nowMs: number, zone: TimeZone, days: number): Day {
  return toDay(Math.floor(zone.toWall(nowMs) / DAY_MS) * DAY_MS - days * DAY_MS);
}

/** The day of a date or word; rejects with `SUMMARY_DAY_INVALID` what is none, has not begun, or lies too far back. */
export function parseDay(text: string, zone: TimeZone, nowMs: number): Day {
  const word = text.trim().toLowerCase();
  if (word === 'today') return dayBefore(nowMs, zone, 0);
  if (word === 'yesterday') return dayBefore(nowMs, zone, 1);
  const isDate = /^\d{4}-\d{2}-\d{2}$/u.test(word);
  const wallMs = isDate ? Date.parse(`${word}T00:00:00Z`) : Number.NaN;
  const today = dayBefore(nowMs, zone, 0);
  const isDay = !Number.isNaN(wallMs) && toDay(wallMs).date === word;
  if (!isDay || wallMs > today.wallMs || wallMs < today.wallMs - MAX_WINDOW_DAYS * DAY_MS)
    throw new QuestionError('SUMMARY_DAY_INVALID', 'day', { value: text });
  return toDay(wallMs);
}

/** From midnight to midnight, or to now; days may be 23 or 25 hours long. */
export function windowOfDay(
  { wallMs }: Day,
  zone: TimeZone,
  { nowMs, watermarkMs }: Pick<Window, 'nowMs' | 'watermarkMs'>,
): Window & { readonly endMs: number } {
  const fromMs = zone.fromWall(wallMs);
  const endMs = zone.fromWall(wallMs + DAY_MS);
  return {
    fromMs,
    toMs: Math.max(fromMs + 1, Math.min(endMs, nowMs)),
    endMs,
    zone,
    nowMs,
    watermarkMs,
  };
}

const toDay = (wallMs: number): Day => ({
  date: new Date(wallMs).toISOString().slice(0, 10),
  wallMs,
});
