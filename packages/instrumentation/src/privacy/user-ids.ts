/** The ids of the users who act, wherever an app writes them: in a text, as a number, in a key. */
import { MASK } from './value-rules.ts';

/** Whose id must not be in what is said: the users as the app knows them, the longest id first. */
export type RawUserId = string | readonly string[] | undefined;

/** The text with the ids masked. */
export function withoutIds(text: string, userId: RawUserId): string {
  if (userId === undefined) return text;
  if (typeof userId === 'string') return withoutId(text, userId);
  let left = text;
  for (const id of userId) left = withoutId(left, id);
  return left;
}

/** True for a number that is one of the ids. */
export function isId(number: number, userId: RawUserId): boolean {
  if (userId === undefined) return false;
  if (typeof userId === 'string') return isNumberOf(number, userId);
  return userId.some((id) => isNumberOf(number, id));
}

// Shorter ids are words and numbers that stand in texts for many other reasons.
const SHORTEST_ID = 4;

function withoutId(text: string, id: string): string {
  if (id.length < SHORTEST_ID) return text;
  let left = text;
  for (const form of writingsOf(id).texts) {
    if (left.includes(form)) left = left.replaceAll(form, () => MASK);
  }
  return left;
}

function isNumberOf(number: number, id: string): boolean {
  return id.length >= SHORTEST_ID && writingsOf(id).number === number;
}

/** An id as it may be written. */
interface Writings {
  readonly id: string;
  /** As it is, in a URL, in JSON. */
  readonly texts: readonly string[];
  /** Of digits; one of more than 16 digits has lost its last ones, as that of the app has. */
  readonly number: number | undefined;
}

/** Facts of one user come one after the other. */
let last: Writings = { id: '', texts: [], number: undefined };

function writingsOf(id: string): Writings {
  if (last.id !== id) last = createWritings(id);
  return last;
}

function createWritings(id: string): Writings {
  if (/^[\w.~-]*$/.test(id)) {
    return { id, texts: [id], number: /^\d+$/.test(id) ? Number(id) : undefined };
  }
  const texts = new Set([id, JSON.stringify(id).slice(1, -1)]);
  try {
    texts.add(encodeURIComponent(id));
  } catch {
    // Half a character has no form in a URL.
  }
  return { id, texts: [...texts].toSorted((a, b) => b.length - a.length), number: undefined };
}
