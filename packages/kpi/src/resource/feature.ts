/** What processes use while a feature runs in them, beside what they use while it does not. */
import { ATTR_FEATURE_METADATA_PREFIX, REPORTED_RESOURCE_KEYS } from '@heartwood/semconv';
import type { Reader, ReadOptions } from '@heartwood/store';
import { checkNames } from '../name.ts';
import { toNs, type Window } from '../window.ts';
import { PROCESS_KEYS } from '../process-keys.ts';
import { LONGEST_RUN_NS, readMinutes, type ProcessMinute } from './minute.ts';
import { toSpread, type ResourceSpread } from './spread.ts';

/** What minutes of some kind say; each number with the minutes that it is of. */
interface ResourceSide {
  readonly minutes: number;
  readonly cpuCores: ResourceSpread | null;
  readonly cpuUse: ResourceSpread | null;
  readonly memoryBytes: ResourceSpread | null;
  readonly loopDelayMs: ResourceSpread | null;
}

/** What the app itself measured of runs. */
interface ReportedResource {
  readonly key: string;
  readonly runs: number;
  readonly mean: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

export interface FeatureResources {
  readonly feature: string;
  /** That began in the window. */
  readonly runs: number;
  /** Processes that ran it and sent metrics. */
  readonly processes: number;
  /** Minutes of these processes that a run touched. */
  readonly during: ResourceSide;
  /** The other minutes of the same processes. */
  readonly without: ResourceSide;
  readonly reported: readonly ReportedResource[];
  readonly reading: string;
}

interface FeatureResourceOptions extends ReadOptions {
  readonly feature: string;
  readonly service?: string | undefined;
}

/** Reads it. Rejects a feature or service that never was. */
export async function readFeatureResources(
  reader: Reader,
  window: Window,
  { feature, service, ...options }: FeatureResourceOptions,
): Promise<FeatureResources> {
  const { from, to } = toNs(window);
  const runs = { from, to, feature, service };
  const busyParams = {
    ...runs,
    runsFrom: from - LONGEST_RUN_NS,
    ...PROCESS_KEYS,
    limit: MOST_BUSY,
  };
  const reportedParams = {
    ...runs,
    prefix: ATTR_FEATURE_METADATA_PREFIX,
    keys: REPORTED_RESOURCE_KEYS,
  };
  const [minutes, busy, reported] = await Promise.all([
    readMinutes(reader, window, { feature, service }, options),
    reader.read('resource/busy', busyParams, options),
    reader.read('resource/reported', reportedParams, options),
  ]);
  if (busy.length === 0) await checkNames(reader, { feature, service }, options);
  const touched = new Set(busy.map(({ process, minute }) => keyOf(process, minute)));
  const isDuring = ({ process, minute }: ProcessMinute): boolean =>
    touched.has(keyOf(process, minute));
  const during = toSide(minutes.filter(isDuring));
  const without = toSide(minutes.filter((minute) => !isDuring(minute)));
  return {
    feature,
    runs: reported[0]?.allRuns ?? 0,
    processes: new Set(minutes.map(({ process }) => process)).size,
    during,
    without,
    reported: reported
      .filter((row) => row.runs > 0)
      .map(({ key, runs, mean, p95, most }) => ({ key, runs, mean, p95, max: most })),
    reading: readingOf(during, without),
  };
}

/** As many as minutes may be. */
const MOST_BUSY = 1_000_000;

const keyOf = (process: string, minute: number): string => `${String(minute)} ${process}`;

function toSide(minutes: readonly ProcessMinute[]): ResourceSide {
  const spread = (read: (minute: ProcessMinute) => number | null): ResourceSpread | null =>
    toSpread(minutes.map(read));
  return {
    minutes: minutes.length,
    cpuCores: spread(({ cores }) => cores),
    cpuUse: spread(({ cpuUse }) => cpuUse),
    memoryBytes: spread(({ memory }) => memory),
    loopDelayMs: spread(({ loopDelay }) => (loopDelay === null ? null : loopDelay * 1000)),
  };
}

/** What the two sides say together; that one goes along with the other is all they can say. */
function readingOf(during: ResourceSide, without: ResourceSide): string {
  const cores = (side: ResourceSide): string => (side.cpuCores?.mean ?? 0).toFixed(2);
  if (during.minutes === 0)
    return 'No process that ran it sent metrics in the minutes of its runs: send process.cpu.time and process.memory.usage.';
  if (during.cpuCores === null || without.cpuCores === null)
    return `Told by ${String(during.minutes)} minutes with runs and ${String(without.minutes)} without: association, not cause.`;
  return `In ${String(during.cpuCores.n)} minutes with runs its processes kept ${cores(during)} cores busy on average, in ${String(without.cpuCores.n)} without ${cores(without)}: association, not cause; whatever else they did in these minutes counts too.`;
}
