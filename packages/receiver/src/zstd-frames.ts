/** Finds the frames of a zstd body (RFC 8878): Node decompresses the first one alone, and takes one that is cut off for whole. */

export interface ZstdFrame {
  readonly bytes: Buffer;
  /** What it says it holds; undefined when it says nothing. */
  readonly contentBytes: number | undefined;
}

const FRAME_MAGIC = 0xfd2fb528;
/** Of frames that hold no data; the last four bits may be any. */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** Senders write one, or one for each thread. An empty frame has 9 bytes and costs as much as a call of zstd for each of them. */
export const ZSTD_FRAMES_MAX = 1024;

/**
 * The frames that hold data, in their order. Throws when they do not fill the body exactly, and when there are more than
 * {@link ZSTD_FRAMES_MAX}, those to be skipped included.
 */
export function zstdFrames(body: Buffer): ZstdFrame[] {
  const frames: ZstdFrame[] = [];
  for (let at = 0, count = 0; at < body.length;) {
    if (++count > ZSTD_FRAMES_MAX) throw new Error(`there are more than ${ZSTD_FRAMES_MAX} frames`);
    const magic = readUInt(body, at, 4);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      at += 8 + readUInt(body, at + 4, 4);
      if (at > body.length) throw new Error('a skippable frame is cut off');
      continue;
    }
    if (magic !== FRAME_MAGIC) throw new Error('a frame does not begin with the number of zstd');
    const { end, contentBytes } = measure(body, at + 4);
    frames.push({ bytes: body.subarray(at, end), contentBytes });
    at = end;
  }
  return frames;
}

/** Sizes of the fields by the two bits that tell them. */
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const RLE_BLOCK = 1;

/** Reads the header of a frame behind its magic number, and walks over its blocks. */
function measure(
  body: Buffer,
  begin: number,
): { readonly end: number; readonly contentBytes: number | undefined } {
  const descriptor = readUInt(body, begin, 1);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const flag = descriptor >> 6;
  const sizeBytes = flag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[flag] ?? 0);
  let at = begin + 1 + (isSingleSegment ? 0 : 1) + (DICTIONARY_BYTES[descriptor & 3] ?? 0);
  const contentBytes =
    sizeBytes === 0
      ? undefined
      : // A field of two bytes counts from 256.
        readUInt(body, at, Math.min(sizeBytes, 6)) + (sizeBytes === 2 ? 256 : 0);
  at += sizeBytes;
  for (let isLast = false; !isLast;) {
    const header = readUInt(body, at, 3);
    isLast = (header & 1) === 1;
    const size = header >>> 3;
    at += 3 + (((header >>> 1) & 3) === RLE_BLOCK ? 1 : size);
  }
  const hasChecksum = (descriptor & 4) !== 0;
  const end = at + (hasChecksum ? 4 : 0);
  if (end > body.length) throw new Error('a frame is cut off');
  return { end, contentBytes };
}

function readUInt(body: Buffer, at: number, bytes: number): number {
  if (at + bytes > body.length) throw new Error('a frame is cut off');
  return body.readUIntLE(at, bytes);
}
