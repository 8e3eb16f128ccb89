/** What the store holds, in numbers. */
import type { Reader, ReadOptions } from '@heartwood/store';
import { nsToInstant } from './instant.ts';

/** Size and content of the store. */
export interface StoreState {
  readonly sizeBytes: number;
  readonly memoryBytes: number;
  readonly spans: number;
  readonly runs: number;
  readonly features: number;
  readonly services: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly lastReceived: string | null;
}

/** Reads size and content of the store. */
export async function readStoreState(
  reader: Reader,
  options: ReadOptions = {},
): Promise<StoreState> {
  const [[size], [counts]] = await Promise.all([
    reader.read('system/size', {}, options),
    reader.read('system/counts', {}, options),
  ]);
  return {
    sizeBytes: size?.sizeBytes ?? 0,
    memoryBytes: size?.memoryBytes ?? 0,
    spans: counts?.spans ?? 0,
    runs: counts?.runs ?? 0,
    features: counts?.features ?? 0,
    services: counts?.services ?? 0,
    firstSeen: toInstant(counts?.firstSeen),
    lastSeen: toInstant(counts?.lastSeen),
    lastReceived: toInstant(counts?.lastReceived),
  };
}

const toInstant = (ns: string | null | undefined): string | null =>
  ns === null || ns === undefined ? null : nsToInstant(ns);
