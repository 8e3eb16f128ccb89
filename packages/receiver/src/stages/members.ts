/** The members of the attributes of a record as they lie in the arena: `,"a":1,"b":{}` without the braces around them. */

/** Where a member lies, its comma included, and its key. */
interface Member {
  readonly start: number;
  readonly end: number;
  readonly key: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Members of bytes that we wrote ourselves, in their order. */
export function findMembers(bytes: Buffer): Member[] {
  const members: Member[] = [];
  let pos = 0;
  while (pos < bytes.length) {
    const start = pos;
    const keyEnd = skipText(bytes, start + 1);
    const key = JSON.parse(bytes.toString('utf8', start + 1, keyEnd)) as string;
    pos = skipValue(bytes, keyEnd + 1);
    members.push({ start, end: pos, key });
  }
  return members;
}

/** Takes members with these keys out, in place; returns how many bytes are left. */
export function cutMembers(bytes: Buffer, keys: ReadonlySet<string>): number {
  let length = 0;
  for (const { start, end, key } of findMembers(bytes)) {
    if (keys.has(key)) continue;
    bytes.copyWithin(length, start, end);
    length += end - start;
  }
  return length;
}

/** Behind the text that begins at `pos`. */
function skipText(bytes: Buffer, pos: number): number {
  let at = pos + 1;
  for (; bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
  return at + 1;
}

/** Behind the value that begins at `pos`: at the comma of the next member, or at the end. */
function skipValue(bytes: Buffer, pos: number): number {
  let depth = 0;
  for (let at = pos; at < bytes.length;) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = skipText(bytes, at);
      continue;
    }
    if (byte === COMMA && depth === 0) return at;
    if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    at++;
  }
  return bytes.length;
}
