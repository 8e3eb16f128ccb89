/** How many columns a text takes in a terminal, and cutting and padding it to a width. */

/** Columns that a cleaned text takes: two for wide characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  if (isAscii(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter().segment(text)) width += clusterWidth(segment);
  return width;
}

/** The text, or as much of its beginning as fits before the mark of what was cut. */
export function truncate(text: string, width: number, mark: string): string {
  if (displayWidth(text) <= width) return text;
  if (width <= displayWidth(mark)) return mark.slice(0, Math.max(0, width));
  const room = width - displayWidth(mark);
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter().segment(text)) {
    used += clusterWidth(segment);
    if (used > room) break;
    kept += segment;
  }
  return kept.trimEnd() + mark;
}

/** Fills up with spaces: after the text, or before it for numbers. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** Breaks between words so that no line is wider than asked; a longer word keeps its own line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

const isAscii = (text: string): boolean => /^[\x20-\x7E]*$/u.test(text);

let shared: Intl.Segmenter | undefined;
// Made on first need: help and plain names never pay for it.
function segmenter(): Intl.Segmenter {
  shared ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return shared;
}

function clusterWidth(cluster: string): number {
  if (/^[\p{Mark}\p{Cf}]+$/u.test(cluster)) return 0;
  if (/\p{Emoji_Presentation}|\uFE0F/u.test(cluster) || WIDE.test(cluster)) return 2;
  return 1;
}

// East Asian Width W and F (Unicode 16, EastAsianWidth.txt), joined over unassigned gaps; emoji stand above.
const WIDE =
  /^[\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6B\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{1B2FB}\u{1F200}-\u{1F265}\u{20000}-\u{3FFFD}]/u;
