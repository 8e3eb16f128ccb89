/** Doubles as JSON text that reads back as the same double, and never as an integer. */

/** JSON of a double: `1.0`, `-0.0`, `1e+21`; `{"$double":"NaN"}` and the infinities where JSON has no number. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `{"$double":"${value}"}`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
