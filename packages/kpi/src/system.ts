/** What the store holds, in numbers. */
import { SELF_SERVICE } from '@heartwood/semconv';
import type { Reader, ReadOptions } from '@heartwood/store';
import { nsToInstant } from './instant.ts';

/** Size and content of the store. */
export interface StoreState {
  readonly sizeBytes: number;
  readonly memoryBytes: number;
  readonly spans: number;
  readonly logs: number;
  readonly runs: number;
  readonly features: number;
  readonly services: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Of spans, log records and metric points, but for the server's own. */
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
  // After them, so that nothing is counted of which it is not known that it came.
  const [arrival] = await reader.read('health/arrival', { ownService: SELF_SERVICE }, options);
  return {
    sizeBytes: size?.sizeBytes ?? 0,
    memoryBytes: size?.memoryBytes ?? 0,
    spans: counts?.spans ?? 0,
    logs: counts?.logs ?? 0,
    runs: counts?.runs ?? 0,
    features: counts?.features ?? 0,
    services: counts?.services ?? 0,
    firstSeen: toInstant(counts?.firstSeen),
    lastSeen: toInstant(counts?.lastSeen),
    lastReceived: toInstant(arrival?.received),
  };
}

const toInstant = (ns: string | null | undefined): string | null =>
  ns === null || ns === undefined ? null : nsToInstant(ns);
