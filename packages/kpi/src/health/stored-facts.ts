/** Facts of health that the store knows. */
import { EVENT_SESSION_END, EVENT_SESSION_START, SELF_SERVICE } from '@heartwood/semconv';
import type { Reader, ReadOptions } from '@heartwood/store';
import type { DefinitionState } from '../definition/kinds.ts';
import { msToNs } from '../instant.ts';
import { toTexts } from '../json.ts';
import type { ErrorTrend } from '../error/trend.ts';
import { readErrorKinds, type ErrorKind } from '../error/groups.ts';
import { SESSION_SILENCE_MS } from '../session/limits.ts';
import { readTotals } from '../usage.ts';
import { parseWindow } from '../window.ts';
import type {
  ClockFacts,
  DefinitionFacts,
  PlanFacts,
  SessionFacts,
  TroubleFacts,
} from './facts.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Clocks of machines that are kept by NTP differ by less. */
const TOLERANCE_NS = 5_000_000_000n;
const SAMPLES = 5;

/** Whether the database answers, and how much memory and disk it takes. */
export async function readDatabaseFact(
  reader: Reader,
  options: ReadOptions,
): Promise<{ memoryBytes: number; sizeBytes: number }> {
  const [row] = await reader.read('system/size', {}, options);
  return { memoryBytes: row?.memoryBytes ?? 0, sizeBytes: row?.sizeBytes ?? 0 };
}

/** When the last record came that is none of our own, epoch milliseconds; null when none ever did. */
export async function readArrivalFact(
  reader: Reader,
  options: ReadOptions,
): Promise<number | null> {
  const [row] = await reader.read('health/arrival', { ownService: SELF_SERVICE }, options);
  const received = row?.received ?? null;
  return received === null ? null : Number(BigInt(received) / 1_000_000n);
}

/** Senders whose clocks were ahead in the last hour. */
export async function readClockFacts(
  reader: Reader,
  nowMs: number,
  options: ReadOptions,
): Promise<ClockFacts[]> {
  const params = { from: msToNs(nowMs - HOUR_MS), toleranceNs: TOLERANCE_NS };
  const rows = await reader.read('health/clocks', params, options);
  return rows.map(({ service, records, aheadNs }) => ({
    service,
    records,
    aheadMs: Number(BigInt(aheadNs) / 1_000_000n),
  }));
}

/** Work sessions that began in the last day. */
export async function readSessionFacts(
  reader: Reader,
  nowMs: number,
  options: ReadOptions,
): Promise<SessionFacts> {
  const [row] = await reader.read(
    'health/sessions',
    {
      from: msToNs(nowMs - DAY_MS),
      silentSince: msToNs(nowMs - SESSION_SILENCE_MS),
      startEvent: EVENT_SESSION_START,
      endEvent: EVENT_SESSION_END,
      limit: SAMPLES,
    },
    options,
  );
  return {
    started: row?.started ?? 0,
    ended: row?.ended ?? 0,
    abandoned: row?.abandoned ?? 0,
    samples: toTexts(row?.samples),
  };
}

/** Runs and errors of the last hour. */
export async function readTroubleFacts(
  reader: Reader,
  nowMs: number,
  options: ReadOptions,
): Promise<TroubleFacts> {
  const window = parseWindow({ since: '1h' }, nowMs);
  const [{ totals }, kinds] = await Promise.all([
    readTotals(reader, window, {}, options),
    readErrorKinds(reader, window, options),
  ]);
  const ofTrend = (trend: ErrorTrend): ErrorKind[] => kinds.filter((kind) => kind.trend === trend);
  const sample = (rows: readonly ErrorKind[]): TroubleFacts['fresh'] =>
    rows.slice(0, SAMPLES).map(({ title, occurrences }) => ({ title, occurrences }));
  const fresh = ofTrend('new');
  return {
    runs: totals.runs,
    failed: totals.failed + totals.timeout,
    errors: kinds.reduce((sum, { occurrences }) => sum + occurrences, 0),
    freshKinds: fresh.length,
    fresh: sample(fresh),
    rising: sample(ofTrend('rising')),
  };
}

/** What events of the last day did that the plan does not say. */
export async function readPlanFacts(
  reader: Reader,
  nowMs: number,
  isPlanned: boolean,
  options: ReadOptions,
): Promise<PlanFacts> {
  const range = { from: msToNs(nowMs - DAY_MS), to: msToNs(nowMs), limit: SAMPLES };
  const [row] = isPlanned ? await reader.read('health/plan', range, options) : [];
  return {
    isPlanned,
    records: row?.records ?? 0,
    blocked: row?.blocked ?? 0,
    events: toTexts(row?.events),
  };
}

/** What the definition files say, and what is wrong with them. */
export function toDefinitionFacts({ folder, set, problems }: DefinitionState): DefinitionFacts {
  return {
    folder,
    definitions: set.all.length,
    errors: problems
      .filter(({ severity }) => severity === 'error')
      .map(({ place, message }) => `${place.file}:${String(place.line)}: ${message}`),
  };
}

/** The files that the archive should have, with their length in bytes. */
export const readArchiveList = (
  reader: Reader,
  options: ReadOptions,
): Promise<{ file: string; bytes: number }[]> => reader.read('health/archive', {}, options);

/** How long the database took for each of some questions that read nothing, milliseconds. */
export async function readPings(reader: Reader, options: ReadOptions): Promise<number[]> {
  const times: number[] = [];
  for (let ping = 0; ping < PINGS; ping++) {
    const began = performance.now();
    await reader.read('health/ping', {}, options);
    times.push(performance.now() - began);
  }
  return times;
}

const PINGS = 5;

/** How long a plain scan took, and of how many spans. */
export async function readScan(
  reader: Reader,
  options: ReadOptions,
): Promise<{ rows: number; tookMs: number }> {
  const began = performance.now();
  const [row] = await reader.read('health/scan', {}, options);
  return { rows: row?.rows ?? 0, tookMs: performance.now() - began };
}
