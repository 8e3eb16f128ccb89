/** The measures of the receiver in the words of the API. */
import type { ReceiverState, SignalState } from '@heartwood/api/contract';
import type { Reasons, ReceiverMeasures, SignalMeasures } from '@heartwood/receiver';

export function toReceiverState(measures: ReceiverMeasures): ReceiverState {
  const signals = measures.signals.map(toSignalState);
  const total = (read: (signal: SignalState) => number): number =>
    signals.reduce((sum, signal) => sum + read(signal), 0);
  const requests = (read: (signal: SignalMeasures) => number): number =>
    measures.signals.reduce((sum, signal) => sum + read(signal), 0);
  return {
    received: total(({ received }) => received),
    recovered: total(({ recovered }) => recovered),
    stored: total(({ stored }) => stored),
    rejected: total(({ rejected }) => rejected),
    refused: total(({ refused }) => refused),
    duplicate: total(({ duplicate }) => duplicate),
    deadLettered: total(({ deadLettered }) => deadLettered),
    waiting: total(({ waiting }) => waiting),
    signals,
    requests: {
      accepted: requests(({ acceptedRequests }) => acceptedRequests),
      duplicate: requests(({ duplicateRequests }) => duplicateRequests),
      refused: Object.fromEntries(measures.refusedRequests),
    },
    connections: {
      open: measures.connections,
      refused: Object.fromEntries(measures.refusedConnections),
    },
    deadLetters: measures.deadLetterUse,
    waitingBatches: measures.waitingBatches,
    inFlightBytes: measures.inFlightBytes,
    landings: measures.landing.counts.reduce((sum, count) => sum + count, 0),
    failedLandings: measures.failedLandings,
    damagedJournalBytes: measures.damagedJournalBytes,
  };
}

function toSignalState(measures: SignalMeasures): SignalState {
  const { signal, received, recovered, stored, duplicate, waiting } = measures;
  const { rejected, refused, deadLettered, marked } = measures;
  return {
    signal,
    received,
    recovered,
    stored,
    rejected: sum(rejected),
    refused: sum(refused),
    duplicate,
    deadLettered: sum(deadLettered),
    waiting,
    reasons: {
      rejected: Object.fromEntries(rejected),
      refused: Object.fromEntries(refused),
      deadLettered: Object.fromEntries(deadLettered),
    },
    marked: Object.fromEntries(marked),
  };
}

const sum = (reasons: Reasons): number =>
  [...reasons.values()].reduce((total, count) => total + count, 0);
