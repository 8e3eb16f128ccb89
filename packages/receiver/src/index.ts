/** Listens for OTLP, decodes it into batches and answers the sender exactly as the protocol says. */
export { DEFAULT_LIMITS, type ReceiverLimits } from './limits.ts';
export { type DeadLetterHead, readDeadLetters } from './dead-letter.ts';
export type { Reasons } from './gauges.ts';
export { DURATION_BOUNDS, Histogram, type Spread } from './histogram.ts';
export { checkJournal, type JournalState } from './journal/check.ts';
export type { OperationEvent } from './operation-event.ts';
export type { ReceiverMeasures, SignalMeasures } from './measures.ts';
export { BUILT_IN_RULES, type MappingRule } from './mapping.ts';
export { openReceiver, type Receiver, type ReceiverOptions } from './receiver.ts';
export { followTls, type Tls, tlsOptions } from './tls.ts';
