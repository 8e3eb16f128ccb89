/** Moments as people read them, in the time zone of the answer. */

import { clean } from './clean.ts';

/** The smallest part that is shown. */
export type TimePrecision = 'minute' | 'second';

/**
 * An ISO 8601 moment as `2026-11-21 09:30` in a zone; UTC when the zone is not known here. A text that is no moment
 * comes back as one line that no terminal obeys.
 */
export function showTime(instant: string, timeZone: string, precision: TimePrecision): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return clean(instant);
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(date)) part[type] = value;
  const minute = `${part.year ?? ''}-${part.month ?? ''}-${part.day ?? ''} ${part.hour ?? ''}:${part.minute ?? ''}`;
  return precision === 'minute' ? minute : `${minute}:${part.second ?? ''}`;
}

/** The zone that this machine is set to. */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = makeFormat(timeZone);
  formats.set(timeZone, made);
  return made;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat {
  const options = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
  }
}
