/** Stacks of JavaScript, Python and Java as the calls of the app itself, which tell one error from another. */

/** A call: who called, in which file, without what a build or a machine puts there. */
interface Frame {
  readonly call: string;
  readonly file: string;
  /** Neither of the platform nor of a package. */
  readonly isOwn: boolean;
}

/** The innermost calls of the app, at most this many, innermost first: `load (file.js)`. */
const MOST_FRAMES = 5;
/** Lines and letters beyond are not looked at. */
const MOST_LINES = 400;
const LONGEST_LINE = 512;
const MOST_LETTERS = 32_768;

/** Empty where the stack names no call of the app. */
export function ownFrames(stack: string): readonly string[] {
  const lines = stack.slice(0, MOST_LETTERS).split('\n', MOST_LINES * 2);
  const isPython = lines.some((line) => line.startsWith('Traceback (most recent call last)'));
  // Python has the innermost call last.
  const ordered = isPython ? lines.toReversed() : lines;
  const found: string[] = [];
  for (const line of ordered.slice(0, MOST_LINES)) {
    const frame = parseFrame(line.slice(0, LONGEST_LINE).trim());
    if (frame?.isOwn === true) found.push(`${frame.call} (${frame.file})`);
    if (found.length === MOST_FRAMES) break;
  }
  return found;
}

function parseFrame(line: string): Frame | undefined {
  if (line.startsWith('at ')) return parseAt(line.slice(3));
  return line.startsWith('File "') ? parsePython(line) : undefined;
}

/** `load (file:///app/src/load.js:3:7)`, `async /app/load.js:3:7`, `com.shop.Cart.add(Cart.java:12)`. */
function parseAt(text: string): Frame | undefined {
  const open = text.lastIndexOf('(');
  const hasCall = open >= 0 && text.endsWith(')');
  const place = hasCall ? text.slice(open + 1, -1) : withoutWord(text, 'async ');
  const called = hasCall ? withoutWord(text.slice(0, open).trim(), 'async ') : '';
  const alias = called.indexOf(' [as ');
  const call = alias < 0 ? called : called.slice(0, alias);
  const path = withoutPosition(place);
  // Without a line it is no place in a file.
  if (path === '' || path === place) return undefined;
  const isJava = hasCall && (path.endsWith('.java') || path.endsWith('.kt'));
  return {
    call: call === '' ? '<anonymous>' : call,
    file: fileOf(path),
    isOwn: isJava
      ? !JAVA_PLATFORM.some((prefix) => call.startsWith(prefix))
      : !NODE_PLATFORM.some((prefix) => path.startsWith(prefix)) && !path.includes('node_modules'),
  };
}

const JAVA_PLATFORM = ['java.', 'javax.', 'jdk.', 'sun.', 'java.base/', 'kotlin.'];
const NODE_PLATFORM = ['node:', 'internal/', 'native ', 'index '];

const withoutWord = (text: string, word: string): string =>
  text.startsWith(word) ? text.slice(word.length) : text;

/** `File "/app/load.py", line 3, in load` */
function parsePython(line: string): Frame | undefined {
  const end = line.indexOf('"', 6);
  if (end < 0) return undefined;
  const path = line.slice(6, end);
  const name = line.lastIndexOf(', in ');
  return {
    call: name < 0 ? '<module>' : line.slice(name + 5),
    file: fileOf(path),
    isOwn:
      !path.startsWith('<') &&
      !PYTHON_PACKAGES.some((folder) => path.includes(folder)) &&
      !path.includes('/lib/python'),
  };
}

const PYTHON_PACKAGES = ['site-packages', 'dist-packages'];

/** Without `:line:column`. */
function withoutPosition(place: string): string {
  let end = place.length;
  for (let part = 0; part < 2; part++) {
    let at = end;
    while (at > 0 && isDigit(place.charCodeAt(at - 1))) at--;
    if (at === end || place.charAt(at - 1) !== ':') break;
    end = at - 1;
  }
  return place.slice(0, end);
}

/** The name of a file without its folder and without hashes: `main.3f2a9c1b.js?v=1` is `main.js`. */
function fileOf(path: string): string {
  const [clean = ''] = path.split('?', 1);
  const name = clean.slice(Math.max(clean.lastIndexOf('/'), clean.lastIndexOf('\\')) + 1);
  const parts = name.split('.');
  const kept = parts.filter((part, index) => index === 0 || !isHash(part));
  const [first = ''] = kept;
  const dash = first.lastIndexOf('-');
  const base = dash > 0 && isHash(first.slice(dash + 1)) ? first.slice(0, dash) : first;
  return [base, ...kept.slice(1)].join('.');
}

/** Letters and digits in disorder, eight or more. */
function isHash(part: string): boolean {
  if (part.length < 8) return false;
  let digits = 0;
  for (let at = 0; at < part.length; at++) {
    const code = part.charCodeAt(at);
    if (isDigit(code)) digits++;
    else if (!((code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95))
      return false;
  }
  return digits > 0;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
