/** What counts as one step: runs of features, or events. */
import type { FeatureStatus } from '@heartwood/semconv';
import type { Condition } from './condition.ts';

/**
 * Runs or events by name; everything given holds together. Events are log records with an event name, and span events. Of
 * these, and of those that SDKs send of themselves, only such as are asked for by name. Events have no status and no duration: asked for, none match.
 */
export interface EventSelector {
  readonly source: 'run' | 'event';
  /** Exact names of features or events; a name that never occurred matches nothing. */
  readonly names: readonly string[] | 'any';
  readonly statuses?: readonly FeatureStatus[] | undefined;
  /** Inclusive; untimed runs never match. */
  readonly minDurationNs?: bigint | undefined;
  /** Inclusive; untimed runs never match. */
  readonly maxDurationNs?: bigint | undefined;
  readonly where?: Condition | undefined;
}
