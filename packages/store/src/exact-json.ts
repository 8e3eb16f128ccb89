/** JSON whose integers may need 64 bits. */

/** Parses JSON; integers that a JavaScript number cannot hold exactly come as decimal text instead of being rounded. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(
    SIXTEEN_DIGITS.test(text)
      ? text.replaceAll(TEXT_OR_INTEGER, (token) =>
          token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
        )
      : text,
  );
}

const SIXTEEN_DIGITS = /\d{16}/;

/** Texts are matched so that digits inside them are passed over; numbers with a fraction or exponent are doubles already. */
const TEXT_OR_INTEGER = /"(?:[^"\\]|\\.)*"|-?\b\d{16,}\b(?![.eE])/g;
