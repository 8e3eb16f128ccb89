/** The trackers of earlier systems, in their words, over the same runs, sessions, events and operations. */
export {
  FeatureTracker,
  featureTracker,
  type CompletionFacts,
  type FeatureStats,
  type FeatureTracking,
  type RecordFilter,
  type StatsFilter,
  type TimeFilter,
} from './feature-tracker.ts';
export type { FeatureUsageRecord } from './usage-record.ts';
export type { ReaderOptions } from './reader.ts';
export { TrackerUnavailableError, type TrackerUnavailableCode } from '../errors.ts';
