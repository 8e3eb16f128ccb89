/** Which words a text must have that holds another one or in which a pattern is found. */

/**
 * Letters and digits that stand together in a text, in lower case. Any text that holds it, in any letter case, has them
 * within its words. Shorter ones and other letters say nothing.
 */
export const wordsOfText = (text: string): string[] =>
  (text.match(/[A-Za-z0-9]{3,}/gu) ?? []).map((word) => word.toLowerCase());

/**
 * The same for whatever a pattern of RE2 is found in. Only what stands outside of groups and classes is demanded for sure;
 * nothing is where there are alternatives, flags within, or signs that are not known here.
 */
export function wordsOfPattern(pattern: string): string[] {
  const ignoresCase = pattern.startsWith('(?i)');
  const literal = literalOf(ignoresCase ? pattern.slice(4) : pattern);
  // Of the letters in any case, s is found in a sign that has no lower case in ASCII.
  return wordsOfText(ignoresCase ? literal.replaceAll(/s/giu, ' ') : literal);
}

/** What is found as it stands, with blanks for everything else. */
function literalOf(pattern: string): string {
  let literal = '';
  let depth = 0;
  for (const { 0: token } of pattern.matchAll(TOKEN)) {
    if (token === '|' || token.startsWith('(?') || token === '\\') return '';
    if (token === '(' && depth++ === 0) literal += ' ';
    else if (token === ')') depth -= 1;
    else if (depth > 0) continue;
    else if (/^(?:[?*]|\{\d*,?\d*\})$/u.test(token)) literal = `${literal.slice(0, -1)} `;
    else literal += /^[A-Za-z0-9]$/u.test(token) ? token : ' ';
  }
  return literal;
}

/**
 * A class, a counted repetition, the start of a group with flags or a name, a known escape, or one sign. A backslash alone
 * is what begins any other escape.
 */
const TOKEN = /\[\^?\]?(?:\[:[^\]]*\]|\\[^]|[^\]\\])*\]|\{\d*,?\d*\}|\(\?|\\[dDwWsSbBAz\W_]|[^]/gu;
