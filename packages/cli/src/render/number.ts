/** Numbers as people read them: grouped, rounded without lying, and with what they count. */

/** A whole number with thousands separated: `1,204`. */
export function showCount(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
}

/** A number that need not be whole, with two decimals at most: `1.5`, `1,204`, `<0.01`. */
export function showNumber(value: number): string {
  if (Number.isInteger(value)) return showCount(value);
  if (Math.abs(value) < 0.005) return value < 0 ? '>-0.01' : '<0.01';
  const [whole = '', decimals] = String(Number(value.toFixed(2))).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** Milliseconds with about three digits: `0.042`, `4.21`, `42.1`, `1,204`. */
export function showMs(ms: number): string {
  const size = Math.abs(ms);
  if (size === 0) return '0';
  if (size < 0.0005) return '<0.001';
  if (size < 0.9995) return ms.toFixed(3);
  if (size < 9.995) return ms.toFixed(2);
  if (size < 99.95) return ms.toFixed(1);
  return showCount(ms);
}

/** A length of time with its unit, for what takes milliseconds here and days there: `42.1 ms`, `5.00 min`, `14.0 d`. */
export function showDuration(ms: number): string {
  const size = Math.abs(ms);
  const [unitMs, unit] = UNITS.find(([length]) => size >= length) ?? [1, 'ms'];
  return `${showMs(ms / unitMs)} ${unit}`;
}

/** A length of time in whole seconds and at most two units, for what is looked at while it grows: `42 s`, `2 min 05 s`. */
export function showSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const at = SPANS.findIndex(([length]) => seconds >= length);
  const [length, unit] = SPANS[at] ?? [1, 's'];
  const [part, partUnit] = SPANS[at + 1] ?? [1, ''];
  const rest = Math.floor((seconds % length) / part);
  const whole = `${String(Math.floor(seconds / length))} ${unit}`;
  return partUnit === '' || at < 0
    ? whole
    : `${whole} ${String(rest).padStart(2, '0')} ${partUnit}`;
}

const SPANS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** Bytes with a binary prefix and up to four digits: `512 B`, `87.52 MiB`. */
export function showBytes(bytes: number): string {
  const power = Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10);
  const unit = Math.min(PREFIXES.length - 1, power);
  return `${String(Number((bytes / 1024 ** unit).toPrecision(4)))} ${PREFIXES[unit] ?? ''}`;
}

const PREFIXES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A share as per cent with one digit. What is not all never reads 100.0 %, what is not nothing never 0.0 %. */
export function showShare(share: number): string {
  const text = (share * 100).toFixed(1);
  if (share < 1 && text === '100.0') return '>99.9 %';
  if (share > 0 && text === '0.0') return '<0.1 %';
  return `${text} %`;
}

/** A score with two digits: `0.71`. */
export function showScore(score: number): string {
  return score.toFixed(2);
}

/** The number with its noun, in the plural when there is not exactly one: `1 run`, `1,204 runs`. */
export function showAmount(count: number, noun: string): string {
  return `${showCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
