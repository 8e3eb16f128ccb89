/** The message of an error without what varies from one occurrence to the next, read once from left to right. */

/** No more of a message is looked at. */
const MOST_LETTERS = 4096;
/** A quotation mark that is not closed within this is a letter. */
const LONGEST_QUOTE = 256;

/**
 * Puts `<time> <uuid> <ip> <mail> <path> <text> <hex> <n>` for what stands for one thing of many: ISO 8601 times, UUIDs,
 * addresses, paths, texts in quotation marks, hexadecimal ids of eight digits and more, numbers. Looks at each letter a fixed
 * number of times, whatever the text.
 */
export function toTemplate(message: string): string {
  const text = message.slice(0, MOST_LETTERS);
  let template = '';
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      while (at < text.length && isSpace(text.charCodeAt(at))) at++;
      if (template !== '' && at < text.length) template += ' ';
      continue;
    }
    const quoted = isQuote(code) ? endOfQuote(text, at) : undefined;
    if (quoted !== undefined) {
      template += '<text>';
      at = quoted;
    } else if (isDelimiter(code)) {
      template += text.charAt(at++);
    } else {
      const end = endOfWord(text, at);
      template += wordTemplate(text.slice(at, end));
      // A date and its time of day may be two words.
      at = template.endsWith('<time>') ? endOfClock(text, end) : end;
    }
  }
  return template;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean =>
  (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code > 127;
const isHexLetter = (code: number): boolean =>
  (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
/** Control characters too: nothing may hide in a template. */
const isSpace = (code: number): boolean =>
  code <= 32 || (code >= 127 && code <= 160) || code === 0x20_28 || code === 0x20_29;
const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96;
/** What parts words: brackets, commas, semicolons, `=`, `|`, quotation marks. */
const isDelimiter = (code: number): boolean => isQuote(code) || DELIMITERS.has(code);
const DELIMITERS = new Set(Array.from('()[]{}<>,;=|', (letter) => letter.charCodeAt(0)));

/** Behind the closing mark; undefined where the mark is an apostrophe or is not closed. */
function endOfQuote(text: string, start: number): number | undefined {
  const before = start === 0 ? 32 : text.charCodeAt(start - 1);
  if (isLetter(before) || isDigit(before)) return undefined;
  const mark = text.charAt(start);
  const last = Math.min(text.length, start + LONGEST_QUOTE);
  for (let at = start + 1; at < last; at++) {
    if (text.charCodeAt(at) === 10) return undefined;
    if (text.charAt(at) !== mark) continue;
    // The apostrophe of a word within the text closes nothing.
    const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 32;
    if (mark !== "'" || !isLetter(next)) return at + 1;
  }
  return undefined;
}

function endOfWord(text: string, start: number): number {
  let end = start;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    // Of a URL all up to the next space belongs together.
    if (isSpace(code) || isQuote(code) || (DELIMITERS.has(code) && code !== EQUALS)) break;
    if (code === EQUALS && !isUrl(text, start, end)) break;
    end++;
  }
  return end;
}

const EQUALS = 61;

/** Looks at no more than the scheme, which is short. */
function isUrl(text: string, start: number, end: number): boolean {
  const mark = text.slice(start, Math.min(end, start + 20)).indexOf('://');
  return mark > 0;
}

function wordTemplate(word: string): string {
  let end = word.length;
  while (end > 1 && '.:,!?'.includes(word.charAt(end - 1))) end--;
  const tail = word.slice(end);
  const body = word.slice(0, end);
  return wholeTemplate(body) + tail;
}

function wholeTemplate(word: string): string {
  const scheme = word.slice(0, 20).indexOf('://');
  if (scheme > 0) return urlTemplate(word, scheme + 3);
  if (isPath(word)) return '<path>';
  if (isMail(word)) return '<mail>';
  if (endOfTime(word) === word.length) return '<time>';
  if (isIp(word)) return '<ip>';
  return runsTemplate(word);
}

/** What is asked for behind the `?` varies, the rest as any text. */
function urlTemplate(word: string, host: number): string {
  const query = word.indexOf('?');
  const path = query < 0 ? word : word.slice(0, query);
  const slash = path.indexOf('/', host);
  const place = path.slice(host, slash < 0 ? path.length : slash);
  const shown = isIp(place) ? '<ip>' : runsTemplate(place);
  const rest = slash < 0 ? '' : runsTemplate(path.slice(slash));
  return `${path.slice(0, host)}${shown}${rest}${query < 0 ? '' : '?<text>'}`;
}

function isPath(word: string): boolean {
  const isRooted =
    word.startsWith('/') ||
    word.startsWith('./') ||
    word.startsWith('../') ||
    word.startsWith('~/');
  if (isRooted) return word.length > 2 && isLetter(word.charCodeAt(word.search(/[^./~]/u)));
  return (
    word.length > 3 &&
    isLetter(word.charCodeAt(0)) &&
    word.charAt(1) === ':' &&
    (word.charAt(2) === '\\' || word.charAt(2) === '/')
  );
}

function isMail(word: string): boolean {
  const at = word.indexOf('@');
  return (
    at > 0 &&
    word.indexOf('@', at + 1) < 0 &&
    word.indexOf('.', at + 2) > 0 &&
    !word.includes('/') &&
    !word.endsWith('.')
  );
}

/** Whether digits stand where the pattern has `0`, and its other letters as they are. */
function fits(word: string, start: number, pattern: string): boolean {
  for (let index = 0; index < pattern.length; index++) {
    const code = word.charCodeAt(start + index);
    if (pattern.charAt(index) === '0' ? !isDigit(code) : code !== pattern.charCodeAt(index))
      return false;
  }
  return true;
}

/** Where the ISO 8601 date or time that the word begins with ends; 0 where it begins with none. */
function endOfTime(word: string): number {
  if (!fits(word, 0, '0000-00-00')) return 0;
  if (word.length === 10) return 10;
  return word.charAt(10) === 'T' && fits(word, 11, '00:00') ? endOfDay(word, 11) : 0;
}

/** Behind the time of day that begins here, with seconds, their fraction and the offset where they are given. */
function endOfDay(text: string, start: number): number {
  let end = start + 5;
  if (fits(text, end, ':00')) end += 3;
  if ('.,'.includes(text.charAt(end)) && isDigit(text.charCodeAt(end + 1))) {
    end++;
    while (isDigit(text.charCodeAt(end))) end++;
  }
  if (text.charAt(end) === 'Z') return end + 1;
  for (const offset of ['00:00', '0000', '00'])
    if ('+-'.includes(text.charAt(end) || ' ') && fits(text, end + 1, offset))
      return end + 1 + offset.length;
  return end;
}

function endOfClock(text: string, end: number): number {
  const isClock = text.charAt(end) === ' ' && fits(text, end + 1, '00:00');
  return isClock ? endOfDay(text, end + 1) : end;
}

/** IPv4 or IPv6, with a port or without. */
function isIp(word: string): boolean {
  let dots = 0;
  let colons = 0;
  let digits = 0;
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    if (code === DOT) dots++;
    else if (code === COLON) colons++;
    else if (isDigit(code)) digits++;
    else if (!isHexLetter(code) || dots > 0) return false;
  }
  if (word.length > 45 || digits === 0) return false;
  if (dots === 3) return colons <= 1 && word.split(':', 1).join().split('.').every(isByte);
  return dots === 0 && colons >= 2 && (colons === 7 || word.includes('::'));
}

const DOT = 46;
const COLON = 58;

const isByte = (text: string): boolean => text !== '' && text.length <= 3 && Number(text) <= 255;

/** Runs of letters and digits within a word: ids and numbers among them are masked, the rest is kept. */
function runsTemplate(word: string): string {
  let template = '';
  for (let at = 0; at < word.length;) {
    const code = word.charCodeAt(at);
    if (!isDigit(code) && !isLetter(code)) {
      template += word.charAt(at++);
      continue;
    }
    if (isUuid(word, at)) {
      template += '<uuid>';
      at += UUID.length;
      continue;
    }
    let end = at;
    let digits = 0;
    let isHex = true;
    for (; end < word.length; end++) {
      const next = word.charCodeAt(end);
      if (isDigit(next)) digits++;
      else if (isLetter(next)) isHex &&= isHexLetter(next);
      else break;
    }
    const run = word.slice(at, end);
    template += runTemplate(run, { isHex: isHex && digits > 0 && end - at >= 8, digits });
    at = digits === end - at ? endOfFraction(word, end) : end;
  }
  return template;
}

function runTemplate(
  run: string,
  { isHex, digits }: { readonly isHex: boolean; readonly digits: number },
): string {
  if (digits === run.length) return '<n>';
  if (isHex || isPrefixedHex(run)) return '<hex>';
  // `12ms` is a number with its unit; in `sha256` and `E11000` the digits belong to the name.
  if (!isDigit(run.charCodeAt(0))) return run;
  let end = 0;
  while (isDigit(run.charCodeAt(end))) end++;
  return `<n>${run.slice(end)}`;
}

function isPrefixedHex(run: string): boolean {
  if (!run.startsWith('0x') || run.length < 3) return false;
  for (let at = 2; at < run.length; at++) {
    const code = run.charCodeAt(at);
    if (!isDigit(code) && !isHexLetter(code)) return false;
  }
  return true;
}

/** `3.5` and `1.024.000` are one number. */
function endOfFraction(word: string, start: number): number {
  let end = start;
  while (word.charCodeAt(end) === DOT && isDigit(word.charCodeAt(end + 1))) {
    end++;
    while (isDigit(word.charCodeAt(end))) end++;
  }
  return end;
}

const UUID = '00000000-0000-0000-0000-000000000000';

function isUuid(word: string, start: number): boolean {
  if (word.length < start + UUID.length) return false;
  for (let at = 0; at < UUID.length; at++) {
    const code = word.charCodeAt(start + at);
    if (UUID.charAt(at) === '-' ? code !== 45 : !isDigit(code) && !isHexLetter(code)) return false;
  }
  const next = word.charCodeAt(start + UUID.length);
  return !isDigit(next) && !isLetter(next);
}
