/** JSON that may be printed: lossless, yet without a character that a terminal would obey. */

/** Like `JSON.stringify`; what JSON leaves raw and a terminal would act on is written as `\uXXXX`. */
export function toJson(value: unknown, indent = 0): string {
  return escapeHidden(JSON.stringify(value, undefined, indent));
}

/** The same for JSON that is there as text. */
export const escapeHidden = (json: string): string =>
  json.replaceAll(
    HIDDEN,
    (sign) => String.raw`\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const HIDDEN =
  // oxlint-disable-next-line no-control-regex
  /[\x7F-\x9F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/gu;
