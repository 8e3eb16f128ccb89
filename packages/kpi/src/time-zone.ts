/** Wall clocks: what the clock shows in a zone at a moment, and when a zone's clock shows a time. */
import { QuestionError } from './errors.ts';

const DAY_MS = 86_400_000;

/** A wall clock reading as if it were UTC, in milliseconds since 1970: days and weeks are plain arithmetic on it. */
type WallMs = number;

/** Days on which weeks may start: ISO 8601 says Monday. */
export const WEEK_STARTS = ['monday', 'sunday'] as const;

export type WeekStart = (typeof WEEK_STARTS)[number];

/** A time zone by its IANA name, and the calendar by which its days are weeks. */
export interface TimeZone {
  readonly name: string;
  readonly weekStart: WeekStart;
  /** What the clock shows at a moment (epoch ms). */
  toWall(epochMs: number): WallMs;
  /** When the clock shows a reading: the earlier moment when it does so twice, the moment of the jump when never. */
  fromWall(wallMs: WallMs): number;
}

/** The zone of a name; rejects an unknown one with `TIME_ZONE_UNKNOWN`. */
export function parseTimeZone(
  name: string,
  parameter = 'timeZone',
  weekStart: WeekStart = 'monday',
): TimeZone {
  const format = formatOf(name, parameter);
  const toWall = (epochMs: number): WallMs => readWall(format, epochMs);
  return {
    // As it was asked for: the runtime may know a zone by an older name (Asia/Katmandu).
    name,
    weekStart,
    toWall,
    fromWall: (wallMs) => solveWall(toWall, wallMs),
  };
}

const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 was a Monday, the day before it a Sunday. */
const FIRST_DAY = { monday: 4, sunday: 3 } as const;

/** The start of the week in which the clock shows a reading. */
export function floorWeek({ weekStart }: TimeZone, wallMs: WallMs): WallMs {
  const since = wallMs - FIRST_DAY[weekStart] * DAY_MS;
  return wallMs - (((since % WEEK_MS) + WEEK_MS) % WEEK_MS);
}

function formatOf(name: string, parameter: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'iso8601',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new QuestionError('TIME_ZONE_UNKNOWN', parameter, { value: name });
  }
}

function readWall(format: Intl.DateTimeFormat, epochMs: number): WallMs {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(epochMs)) part[type] = Number(value);
  const seconds = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'] ?? 1,
    part['hour'] ?? 0,
    part['minute'] ?? 0,
    part['second'] ?? 0,
  );
  return seconds + (((epochMs % 1000) + 1000) % 1000);
}

/** Offsets a day before and after cover both sides of any jump; the earliest moment that shows the reading wins. */
function solveWall(toWall: (epochMs: number) => WallMs, wallMs: WallMs): number {
  const before = toWall(wallMs - DAY_MS) - (wallMs - DAY_MS);
  const after = toWall(wallMs + DAY_MS) - (wallMs + DAY_MS);
  const candidates = [wallMs - before, wallMs - after].toSorted((a, b) => a - b);
  const exact = candidates.find((moment) => toWall(moment) === wallMs);
  return exact ?? findJump(toWall, candidates[0] ?? wallMs, candidates[1] ?? wallMs, wallMs);
}

/** The first moment in (low, high] whose reading is past one that the clock skips. */
function findJump(
  toWall: (epochMs: number) => WallMs,
  low: number,
  high: number,
  wallMs: WallMs,
): number {
  let below = low;
  let above = high;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (toWall(middle) < wallMs) below = middle;
    else above = middle;
  }
  return above;
}
