/** Amounts in the words of a check. */

/** `312 B`, `4.2 MiB`, `1.3 GiB`. */
export function sayBytes(bytes: number): string {
  const [size, unit] = BYTE_UNITS.find(([least]) => bytes >= least) ?? [1, 'B'];
  return `${sayNumber(bytes / size)} ${unit}`;
}

const BYTE_UNITS = [
  [2 ** 40, 'TiB'],
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
] as const;

/** A length of time: `0.4 ms`, `2.5 s`, `3 h`. */
export function sayLength(seconds: number): string {
  const [size, unit] = TIME_UNITS.find(([least]) => Math.abs(seconds) >= least) ?? [0.001, 'ms'];
  return `${sayNumber(seconds / size)} ${unit}`;
}

const TIME_UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
  [0.001, 'ms'],
] as const;

/** A share as per cent; what is not nothing never reads as 0 %. */
export function sayShare(share: number): string {
  if (share > 0 && share < 0.001) return 'less than 0.1 %';
  return `${sayNumber(share * 100)} %`;
}

/** The number with its noun: `1 file`, `1,204 files`. */
export function sayCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',')} ${count === 1 ? noun : plural}`;
}

/** One digit after the point below ten, and none where it says nothing. */
const sayNumber = (value: number): string =>
  (Math.abs(value) < 9.95 ? value.toFixed(1) : String(Math.round(value))).replace(/\.0$/u, '');
