/** Lists within a cell of a table. */

/** Parts between separators that stand in no quotes and no brackets, trimmed; empty ones are left out. */
export function splitList(text: string, separator: RegExp): string[] {
  const parts: string[] = [];
  let begin = 0;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (isQuoted && character === '\\') at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if ('{[(<'.includes(character)) depth += 1;
    else if ('}])>'.includes(character)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && separator.test(character)) {
      parts.push(text.slice(begin, at));
      begin = at + 1;
    }
  }
  parts.push(text.slice(begin));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** A text that comes back as one part, whatever stands in it. */
export function quotePart(text: string): string {
  return /[,;"\n{}[\]()<>|:?\\]|^\s|\s$/.test(text) ? JSON.stringify(text) : text;
}
