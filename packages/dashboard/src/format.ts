/** Numbers, moments and names as people read them. */

/** A number and its unit, apart so that columns align. */
export interface Shown {
  readonly number: string;
  readonly unit: string;
}

/** What stands where there is no value. */
const NONE: Shown = { number: '–', unit: '' };

const twoDecimals = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const digits = [0, 1, 2, 3].map(
  (count) =>
    new Intl.NumberFormat('en', { minimumFractionDigits: count, maximumFractionDigits: count }),
);

function fixed(value: number, decimals: number): string {
  return digits[decimals]?.format(value) ?? String(value);
}

/** A count: exact up to 999,999, then three digits with M or G. */
export function formatCount(value: number | null | undefined): Shown {
  if (value === null || value === undefined) return NONE;
  if (Math.abs(value) < 1e6) return { number: whole.format(value), unit: '' };
  const [scaled, unit] = value < 1e9 ? [value / 1e6, 'M'] : [value / 1e9, 'G'];
  return { number: fixed(scaled, scaled < 10 ? 2 : scaled < 100 ? 1 : 0), unit };
}

/** The same of a number that need not be whole: below a million with two decimals at most. */
export function formatAmount(value: number): Shown {
  if (Number.isInteger(value) || Math.abs(value) >= 1e6) return formatCount(value);
  if (Math.abs(value) < 0.005) return { number: value < 0 ? '>-0.01' : '<0.01', unit: '' };
  return { number: twoDecimals.format(value), unit: '' };
}

/** A count with every digit. */
export function formatExactCount(value: number): string {
  return whole.format(value);
}

/** A count and what is counted, in the singular for one. */
export function formatNumberOf(value: number, noun: string): string {
  return `${whole.format(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A ratio in percent; only 1 itself is shown as 100 and only 0 as 0. */
export function formatPercent(ratio: number | null | undefined): Shown {
  if (ratio === null || ratio === undefined) return NONE;
  const percent = ratio * 100;
  if (ratio === 1 || ratio === 0) return { number: whole.format(percent), unit: '%' };
  const shown = Math.min(99.9, Math.max(0.1, percent));
  return { number: fixed(shown, 1), unit: '%' };
}

/** Milliseconds in the unit that gives two to four digits. */
export function formatMs(ms: number | null | undefined): Shown {
  if (ms === null || ms === undefined) return NONE;
  if (ms === 0) return { number: '0', unit: 'ms' };
  if (ms < 0.000_995) return { number: fixed(ms * 1e6, 0), unit: 'ns' };
  if (ms < 0.0995) return { number: fixed(ms * 1000, ms < 0.00995 ? 1 : 0), unit: 'µs' };
  if (ms < 9.995) return { number: fixed(ms, ms < 0.995 ? 2 : 1), unit: 'ms' };
  if (ms < 999.5) return { number: fixed(ms, 0), unit: 'ms' };
  if (ms < 59_950) return { number: fixed(ms / 1000, ms < 9995 ? 2 : 1), unit: 's' };
  if (ms < 3_597_000) return { number: fixed(ms / 60_000, 1), unit: 'min' };
  return { number: fixed(ms / 3_600_000, 1), unit: 'h' };
}

/** A score between 0 and 1. */
export function formatScore(score: number | null | undefined): Shown {
  return score === null || score === undefined ? NONE : { number: fixed(score, 2), unit: '' };
}

/** Bytes with a binary prefix. */
export function formatBytes(bytes: number): Shown {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(4, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const scaled = bytes / 1024 ** power;
  return {
    number: fixed(scaled, power === 0 || scaled >= 100 ? 0 : 1),
    unit: units[power] ?? 'B',
  };
}

/** Number and unit in one text. */
export function toText({ number, unit }: Shown): string {
  return unit === '' ? number : `${number} ${unit}`;
}

/** How something moved against the period before. */
export interface Change {
  readonly text: string;
  readonly direction: 'up' | 'down' | 'flat';
}

/** Change of a number in percent of the one before; undefined where that says nothing. */
export function relativeChange(now: number | null, before: number | null): Change | undefined {
  if (now === null || before === null || before === 0) return undefined;
  const ratio = now / before - 1;
  if (ratio > 9.99) return { text: `×${fixed(now / before, 0)}`, direction: 'up' };
  return toChange(ratio * 100, Math.abs(ratio) < 0.0995 ? 1 : 0, '%');
}

/** Change of a ratio in percentage points. */
export function pointChange(now: number | null, before: number | null): Change | undefined {
  if (now === null || before === null) return undefined;
  return toChange((now - before) * 100, 1, 'pp');
}

function toChange(value: number, decimals: number, unit: string): Change {
  const text = fixed(Math.abs(value), decimals);
  if (Number(text) === 0) return { text: `±0 ${unit}`, direction: 'flat' };
  return value > 0
    ? { text: `+${text} ${unit}`, direction: 'up' }
    : { text: `−${text} ${unit}`, direction: 'down' };
}

/** How long ago, in one unit. */
export function formatAge(instant: string | number, nowMs: number): string {
  const ms = nowMs - (typeof instant === 'number' ? instant : Date.parse(instant));
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${String(seconds)} s ago`;
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))} min ago`;
  if (seconds < 172_800) return `${String(Math.floor(seconds / 3600))} h ago`;
  return `${String(Math.floor(seconds / 86_400))} d ago`;
}

const moment = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const shortMoment = new Intl.DateTimeFormat('en-GB', {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** A moment in the reader's time zone, to the second. */
export function formatMoment(instant: string | number): string {
  return moment.format(new Date(instant));
}

/** Day and time in the reader's time zone. */
export function formatShortMoment(instant: string | number): string {
  return shortMoment.format(new Date(instant));
}

/** The reader's time zone, by its IANA name. */
export function timeZoneName(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * Text from telemetry with characters that are invisible or turn the reading direction made visible, so that
 * one name cannot pass for another.
 */
export function toVisible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu,
    (character) =>
      `⟨${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}

/** The same for the label of an element, where no browser wraps it well: the beginning of a long text. */
export function toTooltip(text: string): string {
  const beginning = text.slice(0, MAX_TOOLTIP);
  return `${toVisible(beginning)}${beginning === text ? '' : '…'}`;
}

/** Some ten lines. */
const MAX_TOOLTIP = 500;

/** A word of the data as a label: `ai_provider` is read as `ai provider`. */
export function toLabel(word: string): string {
  return word.replaceAll('_', ' ');
}
