/** The metrics that the server tells of itself: metrics like any other, but not counted among what they tell of. */
import { METRICS } from './signal.ts';

/** Stands in the journal and in `requests.signal` instead of the number of metrics; never changes its meaning. */
export const OWN_METRICS_NUMBER = 64;

/** Number of the signal by whose decoder a body is read. */
export const decodedAs = (signal: number): number =>
  signal === OWN_METRICS_NUMBER ? METRICS.number : signal;
