/** Brings the members of a JSON object into the order of their keys, so that the same set is the same text. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Where a member and its key lie. */
interface Member {
  readonly start: number;
  readonly keyEnd: number;
  readonly end: number;
}

/**
 * Orders the members of the object `{"a":…,"b":…}` in `[start, end)`, which has no white space, by the bytes of their keys.
 * Members of one key stay in their order; what lies deeper stays as it is.
 */
export function orderMembers(bytes: Uint8Array, start: number, end: number): void {
  if (isOrdered(bytes, start, end)) return;
  const text = bytes.slice(start, end);
  const members: Member[] = [];
  for (let at = 1; at < text.length;) {
    const member = readMember(text, at);
    members.push(member);
    at = member.end + 1;
  }
  members.sort((a, b) => compareKeys(text, a, b));
  let to = start + 1;
  for (const member of members) {
    if (to > start + 1) bytes[to++] = COMMA;
    bytes.set(text.subarray(member.start, member.end), to);
    to += member.end - member.start;
  }
}

function isOrdered(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= 2) return true;
  let last = readMember(bytes, start + 1);
  while (last.end + 1 < end) {
    const next = readMember(bytes, last.end + 1);
    if (compareKeys(bytes, last, next) > 0) return false;
    last = next;
  }
  return true;
}

function readMember(bytes: Uint8Array, start: number): Member {
  const keyEnd = stringEnd(bytes, start);
  let depth = 0;
  let at = keyEnd + 1;
  for (; ; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = stringEnd(bytes, at) - 1;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth-- === 0) break;
    } else if (byte === COMMA && depth === 0) break;
  }
  return { start, keyEnd, end: at };
}

/** Behind the string that begins at `start`. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (; bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
  return at + 1;
}

const compareKeys = (bytes: Uint8Array, a: Member, b: Member): number =>
  Buffer.compare(
    bytes.subarray(a.start + 1, a.keyEnd - 1),
    bytes.subarray(b.start + 1, b.keyEnd - 1),
  );
