/** Analytics: events, errors and durations of the app, and reading the numbers back. */
import { FeatureStatus, type PlanDocument, type TrackingPlan } from '@heartwood/semconv';
import { parseTrackingPlan, validateEvent } from '@heartwood/semconv/plan';
import type { Metadata } from '../facts/metadata.ts';
import { reportCallbackFailure } from '../host/report.ts';
import {
  AnalyticsConfigurationError,
  AnalyticsSchemaError,
  EventTrackingError,
  MetricsRetrievalError,
} from './analytics-errors.ts';
import { setTrackingPlan } from '../work/plan-check.ts';
import { sendAppEvent, type EventOrigin, type EventRecorder } from './app-event.ts';
import { asyncTimed, type TimedOptions } from './async-timed.ts';
import { ContentAnalyticsTracker } from './content-analytics-tracker.ts';
import { errorAttributes } from './error-facts.ts';
import type { FeatureStats, StatsFilter } from './feature-tracker.ts';
import { recordPastRun } from './past-run.ts';
import { createReader, type Query, type Reader, type ReaderOptions } from './reader.ts';
import { SystemPerformanceTracker } from './system-performance-tracker.ts';
import { UserInteractionTracker, type UserInteractionOptions } from './user-interaction-tracker.ts';

/** What code that notes something depends on; a test may stand in for it. */
export interface Analytics extends EventRecorder {
  trackError(error: unknown, context?: Metadata, origin?: EventOrigin): void;
  trackPerformance(operation: string, durationMs: number, context?: Metadata): void;
}

/** How analytics is made. */
export interface AnalyticsOptions extends ReaderOptions, UserInteractionOptions {
  /** The plan that all events of the process are checked against, or its JSON text; `HEARTWOOD_TRACKING_PLAN` when left out. */
  readonly trackingPlan?: PlanDocument | string;
  /** An event that `trackingPlan` does not allow throws an `EventTrackingError` and is not sent: for tests. */
  readonly strict?: boolean;
}

/** Runs in buckets of time. */
export interface TimelineFilter extends StatsFilter {
  readonly featureName?: string;
  /** Length of a bucket, such as `1h` or `1d`; chosen by the server when left out. */
  readonly interval?: string;
}

/** See {@link Analytics}. Nothing happens before the first call; system metrics are sent once they are started. */
export class AnalyticsManager implements Analytics {
  readonly userInteractions: UserInteractionTracker;
  readonly content: ContentAnalyticsTracker;
  readonly system: SystemPerformanceTracker;
  readonly #reader: Reader;
  readonly #strictPlan: TrackingPlan | undefined;

  /** Throws an `AnalyticsSchemaError` for a plan that is none, an `AnalyticsConfigurationError` for `strict` without one. */
  constructor(options: AnalyticsOptions = {}) {
    this.#reader = createReader(options);
    const plan = toPlan(options.trackingPlan);
    if (plan !== undefined) {
      setTrackingPlan((name, properties) => validateEvent(plan, name, properties));
    }
    if (options.strict === true) {
      if (plan === undefined) {
        throw new AnalyticsConfigurationError('strict', 'given with a trackingPlan', 'none');
      }
      this.#strictPlan = plan;
    }
    this.userInteractions = new UserInteractionTracker(this, options);
    this.content = new ContentAnalyticsTracker(this);
    this.system = new SystemPerformanceTracker(this);
  }

  trackEvent(eventType: string, properties: Metadata = {}, origin?: EventOrigin): void {
    this.#insist(eventType, properties);
    sendAppEvent(eventType, properties, origin);
  }

  /** Sends `error_occurred` with type, message and stack, as far as `HEARTWOOD_ERRORS` lets them leave. */
  trackError(error: unknown, context: Metadata = {}, origin?: EventOrigin): void {
    sendAppEvent('error_occurred', context, {
      ...origin,
      severity: 17,
      own: (userId) => errorAttributes(error, userId),
    });
  }

  /** Records a run of the feature `operation` that took so long and ends now. */
  trackPerformance(operation: string, durationMs: number, context: Metadata = {}): void {
    try {
      const status = context['success'] === false ? FeatureStatus.FAILED : FeatureStatus.SUCCESS;
      recordPastRun(operation, { durationMs, status, options: { metadata: context } });
    } catch (error) {
      reportCallbackFailure(operation, 'trackPerformance', error);
    }
  }

  /** See {@link asyncTimed}. */
  asyncTimed(operationName?: string, options?: TimedOptions): ReturnType<typeof asyncTimed> {
    return asyncTimed(operationName, options);
  }

  /** Numbers of all features together. Rejects with a `MetricsRetrievalError`. */
  async getUsageStatistics(filter: StatsFilter = {}): Promise<FeatureStats> {
    return (await this.#read('usage_statistics', '/api/stats', filter, {})) as FeatureStats;
  }

  /** Numbers of one operation. Rejects with a `MetricsRetrievalError`. */
  async getPerformanceMetrics(operation: string, filter: StatsFilter = {}): Promise<FeatureStats> {
    const path = `/api/v1/features/${encodeURIComponent(operation)}`;
    return (await this.#read(operation, path, filter, {})) as FeatureStats;
  }

  /** Runs in buckets of time, oldest first, as `/api/v1/usage` has them. Rejects with a `MetricsRetrievalError`. */
  async getTimeline(filter: TimelineFilter = {}): Promise<readonly Metadata[]> {
    const { featureName, interval } = filter;
    const rows = await this.#read('timeline', '/api/v1/usage', filter, {
      feature: featureName,
      interval,
    });
    return rows as readonly Metadata[];
  }

  async #read(metric: string, path: string, filter: StatsFilter, more: Query): Promise<unknown> {
    const { startDate: from, endDate: to, since, category, component, status } = filter;
    const query = { from, to, since, category, component, status, ...more };
    try {
      return (await this.#reader.read(path, query)).data;
    } catch (error) {
      throw new MetricsRetrievalError(metric, { ...filter }, error as Error);
    }
  }

  #insist(eventType: string, properties: Metadata): void {
    if (this.#strictPlan === undefined) return;
    const { valid, errors } = validateEvent(this.#strictPlan, eventType, properties);
    if (!valid) throw new EventTrackingError(errors.join('; '), eventType, properties);
  }
}

function toPlan(given: PlanDocument | string | undefined): TrackingPlan | undefined {
  if (given === undefined) return undefined;
  try {
    return parseTrackingPlan(given);
  } catch (error) {
    throw new AnalyticsSchemaError(error);
  }
}
