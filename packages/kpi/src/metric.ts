/** Metrics: which ones there are, and the points of one as they were sent. */
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { nsToInstant } from './instant.ts';
import { toObject, toObjects, toTexts } from './json.ts';
import { checkNames } from './name.ts';
import { keptWarnings, readRemoved } from './removed.ts';
import { toNs, type Window } from './window.ts';

/** Which metrics. */
export interface MetricListOptions extends ReadOptions {
  readonly service?: string | undefined;
  readonly limit: number;
}

/** One metric: what it is called, what it measures, who sends it and how much of it there is. */
export type MetricSummary = ReturnType<typeof toSummary>;

/** Reads the metrics with points in a window, by name. Rejects an unknown service. */
export async function readMetrics(
  reader: Reader,
  window: Window,
  { service, limit, ...options }: MetricListOptions,
): Promise<{ rows: MetricSummary[]; truncated: boolean; warnings: string[] }> {
  const params = { ...toNs(window), service, limit: limit + 1 };
  const [stored, removed] = await Promise.all([
    reader.read('metric/list', params, options),
    readRemoved(reader, window, {}, options),
  ]);
  if (stored.length === 0) await checkNames(reader, { service }, options);
  const warnings = keptWarnings(removed, window, 'metrics');
  return {
    rows: stored.slice(0, limit).map(toSummary),
    truncated: stored.length > limit,
    warnings,
  };
}

function toSummary({ services, firstSeen, lastSeen, ...row }: QueryRow<'metric/list'>) {
  return {
    ...row,
    services: toTexts(services),
    firstSeen: nsToInstant(firstSeen),
    lastSeen: nsToInstant(lastSeen),
  };
}

/** Which points. */
export interface MetricPointsOptions extends ReadOptions {
  /** The exact name of the metric. */
  readonly name: string;
  readonly service?: string | undefined;
  readonly limit: number;
}

/** One data point with all that is stored of it. */
export type MetricPointReport = ReturnType<typeof toPoint>;

/** Reads the points of a metric in a window, latest first. Rejects an unknown name when nothing is found. */
export async function readMetricPoints(
  reader: Reader,
  window: Window,
  { name, service, limit, ...options }: MetricPointsOptions,
): Promise<{ rows: MetricPointReport[]; truncated: boolean; warnings: string[] }> {
  const params = { ...toNs(window), name, service, limit: limit + 1 };
  const [stored, removed] = await Promise.all([
    reader.read('metric/points', params, options),
    readRemoved(reader, window, {}, options),
  ]);
  if (stored.length === 0) await checkNames(reader, { metric: name, service }, options);
  const warnings = keptWarnings(removed, window, 'points');
  return { rows: stored.slice(0, limit).map(toPoint), truncated: stored.length > limit, warnings };
}

function toPoint(row: QueryRow<'metric/points'>) {
  const { time, startTime, attributes, distribution, exemplars, original, ...rest } = row;
  return {
    ...rest,
    time: nsToInstant(time),
    startTime: startTime === null ? null : nsToInstant(startTime),
    attributes: toObject(attributes),
    distribution: distribution === null ? null : toObject(distribution),
    exemplars: toObjects(exemplars),
    original: original === null ? null : toObject(original),
  };
}
