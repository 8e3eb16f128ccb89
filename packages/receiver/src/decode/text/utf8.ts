/** UTF-8 from outside: where it may be cut, and how what is invalid is repaired. */
import { isUtf8 } from 'node:buffer';

const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** The same text with each invalid sequence replaced by U+FFFD; the very same bytes when all are valid. */
export function repairUtf8(text: Uint8Array): Uint8Array {
  return isUtf8(text) ? text : Buffer.from(lossy.decode(text));
}

/** Largest length of at most `max` bytes that does not split a character of the text at `start`. */
export function cutLength(view: DataView, start: number, max: number): number {
  let length = max;
  while (length > max - 3 && length > 0 && (view.getUint8(start + length) & 0xc0) === 0x80)
    length--;
  return length;
}
