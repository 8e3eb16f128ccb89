/** Log records as lines of text: when, how severe, from where, what. */
import { cleanLines } from './clean.ts';
import { showDuration } from './number.ts';
import { paint, type Tone, type View } from './style.ts';
import { showTime } from './time.ts';

/** What a line is made of; the rest of a record stands in the formats for machines. */
interface LogLine {
  readonly time: string;
  readonly severity: string | null;
  readonly severityText: string | null;
  readonly component: string | null;
  readonly event: string | null;
  readonly body: string | null;
  readonly errorType: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** How times are written: in a zone, or as what has gone by until a moment in milliseconds since 1970. */
type LogClock = { readonly timeZone: string } | { readonly nowMs: number };

/**
 * The record as a line, without the line feed; further lines of its body are indented. Nothing in it can act on a
 * terminal.
 */
export function drawLogLine(row: LogLine, view: Pick<View, 'colour'>, clock: LogClock): string {
  const level = oneLine(row.severity ?? row.severityText ?? '-').toUpperCase();
  const from = row.component === null ? '' : `${paint(view, 'link', oneLine(row.component))}: `;
  const error = row.errorType === null ? '' : ` (${oneLine(row.errorType)})`;
  return [
    paint(view, 'quiet', showMoment(row.time, clock)),
    paint(view, toneOfLevel(row.severity), level.padEnd(5)),
    from + saying(row) + error,
  ].join(' ');
}

/** What colour says of a severity. */
export function toneOfLevel(severity: string | null): Tone | undefined {
  if (severity === 'error' || severity === 'fatal') return 'bad';
  if (severity === 'warn') return 'middling';
  return severity === 'debug' || severity === 'trace' ? 'quiet' : undefined;
}

function showMoment(time: string, clock: LogClock): string {
  if ('nowMs' in clock) {
    const pastMs = clock.nowMs - new Date(time).getTime();
    return pastMs < 0 ? `in ${showDuration(-pastMs)}` : `${showDuration(pastMs)} ago`;
  }
  const fraction = /\.(\d{3})/u.exec(time)?.[1] ?? '000';
  return `${showTime(time, clock.timeZone, 'second')}.${fraction}`;
}

/** The event and the body; of an event that says nothing else, its attributes. */
function saying({ event, body, attributes }: LogLine): string {
  if (event === null) return manyLines(body ?? '');
  const name = oneLine(event);
  if (body !== null && body !== '') return `${name} ${manyLines(body)}`;
  const facts = Object.entries(attributes).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return oneLine([name, ...facts].join(' '));
}

const manyLines = (text: string): string =>
  cleanLines(text)
    .trimEnd()
    .replaceAll('\t', '    ')
    .replaceAll(/[\n\u2028\u2029]/gu, '\n    ');

const oneLine = (text: string): string => cleanLines(text).replaceAll(/[\t\n\u2028\u2029]/gu, ' ');
