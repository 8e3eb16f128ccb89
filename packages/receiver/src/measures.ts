/** What the receiver tells of itself: a copy of its counters at one moment. */
import type { DeadLetterUse } from './dead-letters.ts';
import type { Gauges, Reasons, SignalGauges } from './gauges.ts';
import type { Spread } from './histogram.ts';

/** The records of one signal: received = stored + rejected + refused + duplicate + dead-lettered + waiting. */
export interface SignalMeasures {
  readonly signal: string;
  readonly received: number;
  /** Those of the received that an earlier process had received and left in its journal. */
  readonly recovered: number;
  readonly stored: number;
  readonly rejected: Reasons;
  readonly refused: Reasons;
  readonly duplicate: number;
  readonly deadLettered: Reasons;
  readonly waiting: number;
  readonly marked: Reasons;
  readonly acceptedRequests: number;
  readonly duplicateRequests: number;
  readonly acceptedBytes: number;
  readonly acknowledgement: Spread;
}

/** Everything; durations in seconds. */
export interface ReceiverMeasures {
  readonly signals: readonly SignalMeasures[];
  readonly refusedRequests: Reasons;
  readonly refusedConnections: Reasons;
  readonly landing: Spread;
  readonly landedRecords: Spread;
  readonly freshness: Spread;
  readonly journalSync: Spread;
  readonly failedLandings: number;
  readonly waitingBatches: number;
  readonly damagedJournalBytes: number;
  readonly deadLetters: number;
  readonly deadLetterUse: DeadLetterUse;
  readonly inFlightBytes: number;
  /** As of the last look, undefined before the first. */
  readonly freeDiskBytes: number | undefined;
  readonly connections: number;
}

export function measure(
  gauges: Gauges,
  now: Pick<ReceiverMeasures, 'deadLetterUse' | 'inFlightBytes' | 'freeDiskBytes' | 'connections'>,
): ReceiverMeasures {
  const { failedLandings, waitingBatches, damagedJournalBytes, deadLetters } = gauges;
  return {
    signals: gauges.signals.map(measureSignal),
    refusedRequests: new Map(gauges.refusedRequests),
    refusedConnections: new Map(gauges.refusedConnections),
    landing: gauges.landing.read(),
    landedRecords: gauges.landedRecords.read(),
    freshness: gauges.freshness.read(),
    journalSync: gauges.journalSync.read(),
    failedLandings,
    waitingBatches,
    damagedJournalBytes,
    deadLetters,
    ...now,
  };
}

/** Sums over all signals by name, in snake_case. */
export function totalsOf(gauges: Gauges): Record<string, number> {
  const totals: Record<string, number> = {
    requests: gauges.decoded,
    received: gauges.received,
    stored: gauges.stored,
    rejected: gauges.rejected,
    refused: gauges.refused,
    duplicate: gauges.duplicate,
    dead_lettered: gauges.deadLettered,
    waiting: gauges.waiting,
    duplicate_requests: gauges.duplicateRequests,
    dead_letters: gauges.deadLetters,
    failed_landings: gauges.failedLandings,
    waiting_batches: gauges.waitingBatches,
    damaged_journal_bytes: gauges.damagedJournalBytes,
  };
  for (const [code, count] of gauges.refusedRequests)
    totals[`refused_requests_${code.toLowerCase()}`] = count;
  for (const [reason, count] of gauges.refusedConnections)
    totals[`refused_connections_${reason.toLowerCase()}`] = count;
  return totals;
}

function measureSignal(gauges: SignalGauges): SignalMeasures {
  const { name, rejected, refused, deadLettered, marked, acknowledgement, ...numbers } = gauges;
  return {
    ...numbers,
    signal: name,
    rejected: new Map(rejected),
    refused: new Map(refused),
    deadLettered: new Map(deadLettered),
    marked: new Map(marked),
    acknowledgement: acknowledgement.read(),
  };
}
