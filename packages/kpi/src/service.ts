/** Services: spans, errors and latencies of each sender. */
import type { Reader, ReadOptions } from '@heartwood/store';
import { nsToInstant } from './instant.ts';
import { checkNames } from './name.ts';
import { rate } from './ratio.ts';
import { keptWarnings, readRemoved } from './removed.ts';
import { filterWarnings } from './run.ts';
import { toNs, type Window } from './window.ts';

/** Numbers of one service. */
export interface ServiceNumbers {
  readonly service: string | null;
  readonly spans: number;
  readonly errors: number;
  readonly errorRate: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
  /** Spans whose end lies before their start. */
  readonly negative: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** How the table is made. */
export interface ServiceTableOptions extends ReadOptions {
  readonly service?: string | undefined;
  readonly limit: number;
}

/** Reads the numbers of the services that sent spans of a window, the busiest first. Rejects an unknown service. */
export async function readServices(
  reader: Reader,
  window: Window,
  { service, limit, ...options }: ServiceTableOptions,
): Promise<{ rows: ServiceNumbers[]; truncated: boolean; warnings: string[] }> {
  const [stored, removed] = await Promise.all([
    reader.read('service/table', { ...toNs(window), service }, options),
    readRemoved(reader, window, {}, options),
  ]);
  if (stored.length === 0) await checkNames(reader, { service }, options);
  const rows = stored.slice(0, limit).map((row) => ({
    service: row.service,
    spans: row.spans,
    errors: row.errors,
    errorRate: rate(row.errors, row.spans, row),
    p50Ms: row.p50Ms,
    p95Ms: row.p95Ms,
    p99Ms: row.p99Ms,
    maxMs: row.maxMs,
    negative: row.negative,
    firstSeen: nsToInstant(row.firstSeen),
    lastSeen: nsToInstant(row.lastSeen),
  }));
  const filtered = stored.reduce((sum, row) => sum + row.filtered, 0);
  const spans = stored.reduce((sum, row) => sum + row.spans, 0);
  const warnings = [
    ...filterWarnings(filtered, spans, 'spans'),
    ...keptWarnings(removed, window, 'services'),
  ];
  return { rows, truncated: stored.length > limit, warnings };
}
