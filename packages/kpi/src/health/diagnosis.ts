/** Diagnosis: what trying it out says of the server and its database, where health tells of what happened by itself. */
import { sayBytes, sayCount, sayLength } from './amount.ts';
import {
  fail,
  pass,
  toCheck,
  warn,
  worstOf,
  type HealthCheck,
  type HealthResult,
  type HealthRow,
} from './check.ts';
import { judgeArchive } from './checks/data.ts';
import type { ArchiveFacts, DiskFacts, Fact, Timings } from './facts.ts';

/** What may be tried out. */
export type DiagnosisTest = 'api' | 'database';

/** What trying it out gave; what was not asked for is unknown. Nothing is written for it. */
export interface DiagnosisFacts {
  readonly atMs: number;
  /** Why requests would be refused now; empty while they are taken. */
  readonly refusals: Fact<readonly string[]>;
  /** How long each of some turns of the event loop waited, milliseconds. */
  readonly turns: Fact<readonly number[]>;
  /** How long the database took for each of some questions that read nothing, milliseconds. */
  readonly trips: Fact<readonly number[]>;
  /** A plain scan of the newest runs. */
  readonly scan: Fact<{ readonly rows: number; readonly tookMs: number }>;
  /** The newest record that can be asked for. */
  readonly newest: Fact<{
    /** When it came, epoch milliseconds; null when there is none. */
    readonly receivedMs: number | null;
    readonly tookMs: number;
    /** From the receipt of requests until their records can be asked for. */
    readonly freshness: Timings;
  }>;
  readonly disk: Fact<DiskFacts>;
  readonly archive: Fact<ArchiveFacts>;
}

type Check = HealthCheck<DiagnosisFacts> & { readonly test: DiagnosisTest };

const TURN_WARN_MS = 100;
const TURN_FAIL_MS = 1000;
const TRIP_WARN_MS = 100;
const TRIP_FAIL_MS = 1000;
/** Fewer rows are read before a clock of milliseconds has moved. */
const SCAN_ROWS = 100_000;
/** Rows a second; a core of this decade reads fifty times as many. */
const SCAN_WARN = 2_000_000;
const READ_WARN_MS = 1000;
const FRESHNESS_WARN_S = 5;

const middle = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

const say = (ms: number): string => sayLength(ms / 1000);

const CHECKS: readonly Check[] = [
  {
    test: 'api',
    ...toCheck<DiagnosisFacts, 'refusals'>({
      id: 'api.ready',
      group: 'server',
      title: 'Requests are taken',
      fact: 'refusals',
      judge: (refusals) =>
        refusals.length === 0
          ? pass('data and questions', { refusals })
          : fail(
              `refused: ${refusals.join(', ')}`,
              'heartwood debug health names what is missing.',
              { refusals },
            ),
    }),
  },
  {
    test: 'api',
    ...toCheck<DiagnosisFacts, 'turns'>({
      id: 'api.turn',
      group: 'server',
      title: 'The server has time to answer',
      fact: 'turns',
      judge: (turns) => {
        const longestMs = Math.max(...turns);
        const message = `${sayCount(turns.length, 'turn')} of the event loop, the longest ${say(longestMs)}`;
        const evidence = { turnsMs: turns, longestMs };
        const remedy = 'The machine is too busy: look at cpu.use of heartwood debug health.';
        if (longestMs > TURN_FAIL_MS) return fail(message, remedy, evidence);
        return longestMs > TURN_WARN_MS ? warn(message, remedy, evidence) : pass(message, evidence);
      },
    }),
  },
  {
    test: 'database',
    ...toCheck<DiagnosisFacts, 'trips'>({
      id: 'database.answers',
      group: 'data',
      title: 'The database answers',
      fact: 'trips',
      unread: {
        result: 'fail',
        remedy:
          'Look at the log of the server and restart it; heartwood verify looks at the files.',
      },
      judge: (trips) => {
        const medianMs = middle(trips);
        const message = `${say(medianMs)}, the median of ${sayCount(trips.length, 'question')} that read nothing`;
        const evidence = { tripsMs: trips, medianMs };
        const remedy =
          'It is busy with landings or other questions: look at cpu.use, and ask again.';
        if (medianMs > TRIP_FAIL_MS) return fail(message, remedy, evidence);
        return medianMs > TRIP_WARN_MS ? warn(message, remedy, evidence) : pass(message, evidence);
      },
    }),
  },
  {
    test: 'database',
    ...toCheck<DiagnosisFacts, 'scan'>({
      id: 'database.scan',
      group: 'data',
      title: 'The database reads fast',
      fact: 'scan',
      judge: ({ rows, tookMs }) => {
        const perS = tookMs === 0 ? null : (rows * 1000) / tookMs;
        const evidence = { rows, tookMs, rowsPerSecond: perS };
        if (rows < SCAN_ROWS)
          return pass(`${sayCount(rows, 'span')} in ${say(tookMs)}: too few to tell`, evidence);
        const message = `${sayCount(rows, 'span')} in ${say(tookMs)}`;
        return perS !== null && perS < SCAN_WARN
          ? warn(
              message,
              'The disk is slow or the processor busy: put the data on a local disk, look at cpu.use.',
              evidence,
            )
          : pass(message, evidence);
      },
    }),
  },
  {
    test: 'database',
    ...toCheck<DiagnosisFacts, 'newest'>({
      id: 'database.freshness',
      group: 'data',
      title: 'What was sent can soon be asked for',
      fact: 'newest',
      judge: ({ receivedMs, tookMs, freshness }, { atMs }) => {
        const ageS = receivedMs === null ? null : Math.max(0, (atMs - receivedMs) / 1000);
        const evidence = { receivedMs, ageS, tookMs, freshness };
        if (ageS === null) return pass('nothing was ever received', evidence);
        const { count, p95S } = freshness;
        const usual =
          count === 0
            ? ''
            : `; 95 of 100 requests could be asked for within ${p95S === null ? 'more than 10 s' : sayLength(p95S)}`;
        const message = `the newest record came ${sayLength(ageS)} ago and was read back in ${say(tookMs)}${usual}`;
        const isSlow = count > 0 && (p95S === null || p95S > FRESHNESS_WARN_S);
        return isSlow || tookMs > READ_WARN_MS
          ? warn(
              message,
              'The machine is too slow for what is sent: look at cpu.use and disk, and send less or sample.',
              evidence,
            )
          : pass(message, evidence);
      },
    }),
  },
  {
    test: 'database',
    ...toCheck<DiagnosisFacts, 'disk'>({
      id: 'database.room',
      group: 'machine',
      title: 'The disk takes more data',
      fact: 'disk',
      judge: (disk) => {
        const { freeBytes, leastBytes } = disk;
        const message = `${sayBytes(freeBytes)} free, ${sayBytes(Math.max(0, freeBytes - leastBytes))} until data are refused`;
        return freeBytes < leastBytes
          ? fail(message, 'Make room on that disk, or keep fewer days.', { ...disk })
          : pass(message, { ...disk });
      },
    }),
  },
  {
    test: 'database',
    ...toCheck<DiagnosisFacts, 'archive'>({
      id: 'archive.listing',
      group: 'data',
      title: 'The archive is whole',
      fact: 'archive',
      judge: judgeArchive,
    }),
  },
];

/** What the tests that were asked for say. */
export function judgeDiagnosis(
  tests: readonly DiagnosisTest[],
  facts: DiagnosisFacts,
): { readonly rows: readonly HealthRow[]; readonly worst: HealthResult } {
  const rows = CHECKS.filter(({ test }) => tests.includes(test)).map((check) => check.run(facts));
  return { rows, worst: worstOf(rows) };
}

/** Facts of a server that can try out nothing, with the reason. */
export function createUnknownDiagnosis(atMs: number, reason: string): DiagnosisFacts {
  const fact = { isKnown: false, reason, tookMs: 0 } as const;
  return {
    atMs,
    refusals: fact,
    turns: fact,
    trips: fact,
    scan: fact,
    newest: fact,
    disk: fact,
    archive: fact,
  };
}
