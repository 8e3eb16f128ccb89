/** Text from outside, made harmless for a terminal: no control sequences, no invisible reordering. */

/**
 * One line of text that cannot move the cursor, recolour, retitle or reorder what a person reads. Line breaks and
 * tabs become one space each; escape sequences and all other control characters go.
 */
export function clean(text: string): string {
  return isPlain(text) ? text : cleanLines(text).replaceAll(BREAKS, ' ');
}

/** The same for a place where line breaks and tabs may stay, such as a quoted CSV cell. */
export function cleanLines(text: string): string {
  if (isPlain(text)) return text;
  return text
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(SEQUENCES, '')
    .replaceAll(CONTROLS, '')
    .replaceAll(REORDERING, '')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

const isPlain = (text: string): boolean => /^[\x20-\x7E]*$/u.test(text);

const BREAKS = /[\t\n\u2028\u2029]/gu;

// ECMA-48: strings (OSC, DCS, SOS, PM, APC) up to BEL or ST, control sequences (CSI), two-character escapes; each
// also in its 8-bit form. A string without an end loses only its opening, so that no text can hide behind it;
// it ends at the next opening too, which keeps the search linear.
const SEQUENCES =
  // oxlint-disable-next-line no-control-regex
  /(?:\x1B[\]PX^_]|[\x90\x98\x9D-\x9F])[^\x07\x1B\x90\x98\x9C-\x9F]*(?:\x07|\x1B\\|\x9C)|(?:\x1B\[|\x9B)[\x30-\x3F]*[\x20-\x2F]*[\x40-\x7E]|\x1B[\x20-\x2F]*[\x30-\x7E]/gu;

// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\x00-\x08\x0B-\x1F\x7F-\x9F]/gu;

// Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX 9), and invisible fillers. The
// joiners U+200C and U+200D stay: Persian and emoji need them.
const REORDERING = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/gu;
