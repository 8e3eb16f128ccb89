/** JSON whose integers may need 64 bits. */

/** Parses JSON; integers that a JavaScript number cannot hold exactly come as decimal text instead of being rounded. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(
    SIXTEEN_DIGITS.test(text) ? text.replaceAll(TEXT_OR_NUMBER, quoteUnsafe) : text,
  );
}

const SIXTEEN_DIGITS = /\d{16}/;

/** Texts are matched so that digits inside them are passed over. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** What has a fraction or an exponent is a double already. */
const quoteUnsafe = (token: string): string =>
  /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
