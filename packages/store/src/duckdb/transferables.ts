/** What of an answer the thread of the database gives away. */
import type { Answer, EntriesAnswer } from './protocol.ts';

/** Buffers that go over without a copy. */
export function transferables({ value }: Answer): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value))
      if (isEntries(part)) buffers.push(part.hashes.buffer, part.ids.buffer);
  return buffers;
}

const isEntries = (value: unknown): value is EntriesAnswer =>
  typeof value === 'object' && value !== null && 'hashes' in value && 'ids' in value;
