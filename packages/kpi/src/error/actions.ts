/** What to do about an error, with the thing that it is about where it is known. */
import type { ErrorCategory } from './categories.ts';

/** What to do; `object` is the host, the path or the module that it names. */
export interface ErrorAction {
  readonly text: string;
  readonly object: string | null;
}

/** What to do about all errors of a category. */
export const CATEGORY_ACTIONS: Readonly<Record<ErrorCategory, string>> = {
  api: 'check network connectivity for API timeouts',
  database: 'check database file permissions and disk space',
  timeout:
    'see what became slow (heartwood features slowness) and whether the limit is still right',
  auth: 'check tokens, keys and rights: one may have expired or been taken back',
  rate_limit: 'send less at once or wait between attempts; ask for a higher limit',
  validation: 'see which input is refused, in the lines of its traces, and tell its sender',
  filesystem: 'check that the path exists, who may write there, and how much room is left',
  memory: 'raise the memory limit or find what holds memory; the newest change comes first',
  configuration: 'compare the settings with those of the last run that worked',
  dependency: 'install what is missing, and check the versions',
  unknown: 'read the lines around it: heartwood logs show --trace with the id of its trace',
};

/** What to do about one kind of error. */
export function actionOf(
  category: ErrorCategory,
  code: string | null,
  object: string | null,
): ErrorAction {
  const advice = code === null ? undefined : CODE_ACTIONS[code];
  if (advice === undefined || object === null) return { text: CATEGORY_ACTIONS[category], object };
  return { text: advice(object, category === 'database' ? 'the database' : 'the service'), object };
}

type Advice = (object: string, what: string) => string;

const CODE_ACTIONS: Readonly<Record<string, Advice>> = {
  ECONNREFUSED: (object, what) => `${object} refuses connections: is ${what} up?`,
  ECONNRESET: (object) => `${object} cuts connections: see its log, and what stands between`,
  ETIMEDOUT: (object) => `${object} does not answer: check network connectivity and firewalls`,
  ENOTFOUND: (object) => `${object} has no address: check the name and DNS`,
  EAI_AGAIN: (object) => `the address of ${object} cannot be looked up now: check DNS`,
  EHOSTUNREACH: (object) => `no way leads to ${object}: check network and routes`,
  EACCES: (object) => `this process may not touch ${object}: check owner and rights`,
  EPERM: (object) => `this process may not change ${object}: check owner and rights`,
  ENOSPC: (object) => `no room is left for ${object}: free disk space`,
  ENOENT: (object) => `${object} does not exist: check the path`,
  EISDIR: (object) => `${object} is a folder: check the path`,
  EROFS: (object) => `${object} is on a disk that cannot be written: check how it is mounted`,
  EMFILE: (object) =>
    `too many files are open, ${object} was one more: close them or raise the limit`,
  EADDRINUSE: (object) => `${object} is taken by another process: stop it or choose another port`,
  MODULE_NOT_FOUND: (object) => `${object} is not installed: install it`,
  ERR_MODULE_NOT_FOUND: (object) => `${object} is not installed: install it`,
};

/** What a message is about: a host with its port, else a path, else what is quoted; at most 200 letters. */
export function findObject(message: string, code: string | null): string | null {
  const words = wordsOf(message.slice(0, MOST_LETTERS));
  const found =
    words.find(({ text }) => portOf(text) !== null) ??
    words.find(({ text }) => isPlace(text)) ??
    (code === 'ENOTFOUND' || code === 'EAI_AGAIN'
      ? words.find(({ text }) => isHost(text))
      : undefined) ??
    (code?.includes('MODULE_NOT_FOUND') === true
      ? words.find(({ isQuoted }) => isQuoted)
      : undefined);
  return found === undefined ? null : found.text.slice(0, 200);
}

/** The port of `host:port`; null where the text is none. */
export function portOf(text: string): number | null {
  const colon = text.lastIndexOf(':');
  if (colon <= 0 || text.length - colon > 6 || colon === text.length - 1) return null;
  for (let at = colon + 1; at < text.length; at++) if (!isDigit(text.charCodeAt(at))) return null;
  const host = text.slice(0, colon);
  const isAddress = host.includes('.') || host === 'localhost' || host.endsWith(']');
  const isPathOrUrl = host.includes('/') || host.includes('\\');
  // `load.js:3` and `load.js:3:7` are places in files.
  const isFile = /\.(?:[cm]?[jt]sx?|py|java|kt|go|rb|rs):?\d*$/u.test(host.slice(-16));
  const port = Number(text.slice(colon + 1));
  return isAddress && !isPathOrUrl && !isFile && port > 0 && port < 65_536 ? port : null;
}

const MOST_LETTERS = 1024;

interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let start = 0;
  let quote = '';
  for (let at = 0; at <= text.length; at++) {
    const letter = text.charAt(at);
    const isMark = letter === '"' || letter === "'" || letter === '`';
    const ends =
      at === text.length || (quote === '' ? SPACES.has(letter) || isMark : letter === quote);
    if (!ends) continue;
    const word = text.slice(start, at);
    const trimmed = quote === '' ? withoutEnd(word) : word;
    if (trimmed !== '') words.push({ text: trimmed, isQuoted: quote !== '' && at < text.length });
    quote = quote === '' && isMark ? letter : '';
    start = at + 1;
  }
  return words;
}

const SPACES = new Set([' ', '\n', '\t', '\r', ',', ';', '(', ')', '<', '>', '=']);

const withoutEnd = (word: string): string =>
  '.:!?'.includes(word.at(-1) ?? ' ') ? word.slice(0, -1) : word;

const isPlace = (text: string): boolean =>
  (text.startsWith('/') && text.length > 1 && !text.startsWith('//')) ||
  text.startsWith('./') ||
  text.startsWith('../') ||
  (text.length > 3 && (text.slice(1, 3) === ':\\' || text.slice(1, 3) === ':/'));

const isHost = (text: string): boolean => {
  const dot = text.indexOf('.');
  return dot > 0 && dot < text.length - 1 && !text.includes('/');
};

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
