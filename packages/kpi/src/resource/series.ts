/** What processes use over time: CPU, memory, disk and event loop, bucket by bucket. */
import type { Reader, ReadOptions } from '@heartwood/store';
import { msToInstant } from '../instant.ts';
import { createGrid, type Grid, type Interval } from '../interval.ts';
import { checkNames } from '../name.ts';
import type { Window } from '../window.ts';
import { readMinutes, type ProcessMinute } from './minute.ts';

/** Numbers of one process, or of one bucket of it; null where it did not send the metric. */
interface ResourceNumbers {
  /** Cores that it kept busy: 1 is one whole core. */
  readonly cpuCores: number | null;
  /** Share of all cores, as it tells itself. */
  readonly cpuUse: number | null;
  readonly memoryBytes: number | null;
  readonly memoryMaxBytes: number | null;
  /** Of its machine, everything that runs there. */
  readonly machineCpu: number | null;
  readonly machineMemory: number | null;
  /** Of the fullest disk. */
  readonly diskUse: number | null;
  /** Longest of the 99th percentiles. */
  readonly loopDelayMs: number | null;
  /** Share of the time that its event loop was busy. */
  readonly loopUse: number | null;
}

interface ResourcePoint extends ResourceNumbers {
  readonly start: string;
  readonly end: string;
  readonly complete: boolean;
}

/** One process. */
export interface ProcessResources {
  readonly service: string | null;
  readonly instance: string | null;
  readonly host: string | null;
  readonly pid: string | null;
  /** Minutes with a metric. */
  readonly minutes: number;
  readonly numbers: ResourceNumbers;
  readonly points: readonly ResourcePoint[];
}

interface ResourceOptions extends ReadOptions {
  readonly service?: string | undefined;
  readonly interval: Interval | 'auto';
}

/** Reads what processes used, by service and process. Rejects an unknown service. */
export async function readResources(
  reader: Reader,
  window: Window,
  { service, interval, ...options }: ResourceOptions,
): Promise<{ readonly rows: readonly ProcessResources[]; readonly interval: Interval }> {
  const grid = createGrid(window, interval);
  const minutes = await readMinutes(reader, window, { service }, options);
  if (minutes.length === 0) await checkNames(reader, { service }, options);
  const rows = [...groupBy(minutes, ({ process }) => process).values()].map((own) =>
    toProcess(own, grid),
  );
  return { rows, interval: grid.interval };
}

function toProcess(minutes: readonly ProcessMinute[], grid: Grid): ProcessResources {
  const [first] = minutes;
  const buckets = groupBy(minutes, ({ minute }) => bucketOf(grid, minute * MINUTE_MS));
  return {
    service: first?.service ?? null,
    instance: first?.instance ?? null,
    host: first?.host ?? null,
    pid: first?.pid ?? null,
    minutes: minutes.length,
    numbers: toNumbers(minutes),
    points: grid.buckets.map(({ startMs, endMs, complete }, index) => ({
      start: msToInstant(startMs),
      end: msToInstant(endMs),
      complete,
      ...toNumbers(buckets.get(index) ?? []),
    })),
  };
}

function groupBy<Key>(
  minutes: readonly ProcessMinute[],
  toKey: (minute: ProcessMinute) => Key,
): Map<Key, ProcessMinute[]> {
  const groups = new Map<Key, ProcessMinute[]>();
  for (const minute of minutes) {
    const key = toKey(minute);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [minute]);
    else group.push(minute);
  }
  return groups;
}

const MINUTE_MS = 60_000;

/** A window may begin within a minute, whose numbers are those of the first bucket then. */
function bucketOf({ buckets }: Grid, atMs: number): number {
  let low = 0;
  let high = buckets.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((buckets[middle]?.startMs ?? 0) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Means of minutes, and the most of what is told by its most. */
function toNumbers(minutes: readonly ProcessMinute[]): ResourceNumbers {
  const known = (read: (minute: ProcessMinute) => number | null): number[] =>
    minutes.map(read).filter((value) => value !== null);
  const mean = (read: (minute: ProcessMinute) => number | null): number | null => {
    const values = known(read);
    return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
  };
  const most = (read: (minute: ProcessMinute) => number | null): number | null =>
    known(read).reduce<number | null>((high, one) => Math.max(high ?? one, one), null);
  const delayS = most(({ loopDelay }) => loopDelay);
  return {
    cpuCores: mean(({ cores }) => cores),
    cpuUse: mean(({ cpuUse }) => cpuUse),
    memoryBytes: mean(({ memory }) => memory),
    memoryMaxBytes: most(({ memoryHigh }) => memoryHigh),
    machineCpu: mean(({ machineCpu }) => machineCpu),
    machineMemory: mean(({ machineMemory }) => machineMemory),
    diskUse: most(({ disk }) => disk),
    loopDelayMs: delayS === null ? null : delayS * 1000,
    loopUse: mean(({ loopUse }) => loopUse),
  };
}
