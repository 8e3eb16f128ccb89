/** What processes used in a random world, counted point by point. */
import type { WorldPoint, WorldProcess } from './resource-world.ts';

const MINUTE_MS = 60_000;
const GAP_MS = 600_000;

/** Numbers of one minute by name; absent where nothing tells them. */
export type OracleMinute = Partial<
  Record<'cpuCores' | 'cpuUse' | 'memoryBytes' | 'machineCpu' | 'loopDelayMs', number>
>;

/** The minutes of a process in a window, by minutes since 1970. */
export function countMinutes(
  { points }: WorldProcess,
  fromMs: number,
  toMs: number,
): Map<number, OracleMinute> {
  const minutes = new Map<number, OracleMinute>();
  const at = (minute: number): OracleMinute => {
    const known = minutes.get(minute) ?? {};
    minutes.set(minute, known);
    return known;
  };
  const seen = points.filter(({ atMs }) => atMs >= fromMs - GAP_MS && atMs < toMs);
  for (const [minute, cores] of countCores(seen, fromMs)) at(minute).cpuCores = cores;
  const inside = seen.filter(({ atMs }) => atMs >= fromMs);
  const minuteOf = ({ atMs }: WorldPoint): number => Math.floor(atMs / MINUTE_MS);
  for (const minute of new Set(inside.map(minuteOf))) {
    const own = inside.filter((point) => minuteOf(point) === minute);
    /** Mean of each series of a metric. */
    const means = (metric: string): { attributes: string[]; mean: number }[] => {
      const values = new Map<string, number[]>();
      for (const point of own)
        if (point.metric === metric) {
          const series = JSON.stringify(Object.values(point.attributes));
          values.set(series, [...(values.get(series) ?? []), point.value]);
        }
      return [...values].map(([series, list]) => ({
        attributes: JSON.parse(series) as string[],
        mean: list.reduce((sum, one) => sum + one, 0) / list.length,
      }));
    };
    const sum = (list: { mean: number }[]): number => list.reduce((all, { mean }) => all + mean, 0);
    const use = means('process.cpu.utilization');
    if (use.length > 0) at(minute).cpuUse = sum(use);
    const memory = means('process.memory.usage');
    if (memory.length > 0) at(minute).memoryBytes = sum(memory);
    const machine = means('system.cpu.utilization');
    if (machine.length > 0)
      at(minute).machineCpu = sum(machine.filter(({ attributes }) => attributes[0] !== 'idle')) / 2;
    const delays = own.filter(({ metric }) => metric === 'nodejs.eventloop.delay.p99');
    if (delays.length > 0)
      at(minute).loopDelayMs = Math.max(...delays.map(({ value }) => value)) * 1000;
  }
  return minutes;
}

/** Each counter walked by itself: what it grew by, over the time in which it did. */
function countCores(points: readonly WorldPoint[], fromMs: number): Map<number, number> {
  const cores = new Map<number, number>();
  const counters = points.filter(({ metric }) => metric === 'process.cpu.time');
  for (const mode of ['user', 'system']) {
    const used = new Map<number, { seconds: number; ms: number }>();
    let before: WorldPoint | undefined;
    const own = counters
      .filter(({ attributes }) => Object.values(attributes).includes(mode))
      .toSorted((a, b) => a.atMs - b.atMs);
    for (const point of own) {
      const step = stepOf(before, point);
      before = point;
      if (step === undefined || step.ms <= 0 || step.ms > GAP_MS || point.atMs < fromMs) continue;
      const minute = Math.floor(point.atMs / MINUTE_MS);
      const sum = used.get(minute) ?? { seconds: 0, ms: 0 };
      used.set(minute, { seconds: sum.seconds + step.seconds, ms: sum.ms + step.ms });
    }
    for (const [minute, { seconds, ms }] of used)
      cores.set(minute, (cores.get(minute) ?? 0) + seconds / (ms / 1000));
  }
  return cores;
}

function stepOf(
  before: WorldPoint | undefined,
  { atMs, startMs = 0, isDelta, value }: WorldPoint,
): { seconds: number; ms: number } | undefined {
  if (isDelta) return { seconds: value, ms: atMs - Math.max(startMs, before?.atMs ?? startMs) };
  if (before === undefined) return undefined;
  const beganAnew = startMs > (before.startMs ?? 0) || value < before.value;
  const sinceMs = startMs > before.atMs && startMs < atMs ? startMs : before.atMs;
  return { seconds: beganAnew ? value : value - before.value, ms: atMs - sinceMs };
}

/** Minutes of a process that a run touched within a window. */
export function countBusy({ runs }: WorldProcess, fromMs: number, toMs: number): Set<number> {
  const busy = new Set<number>();
  for (const run of runs) {
    if (run.fromMs >= toMs || run.toMs < fromMs) continue;
    const last = Math.floor(Math.min(run.toMs, toMs - 1) / MINUTE_MS);
    for (let at = Math.floor(Math.max(run.fromMs, fromMs) / MINUTE_MS); at <= last; at++)
      busy.add(at);
  }
  return busy;
}
