/** The feature tracker: runs by decorator or by hand, and reading them back. */
import { FeatureStatus, type FeatureCategory } from '@heartwood/semconv';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import { currentFeature } from '../context/context.ts';
import type { Metadata } from '../facts/metadata.ts';
import { reportCallbackFailure, warnOnce } from '../host/report.ts';
import { toUserIdentity } from '../privacy/privacy.ts';
import type { FeatureHandle } from '../run/feature-run.ts';
import { startFeature } from '../run/run.ts';
import { currentConfig } from '../settings/config.ts';
import { Feature, type FeatureDecoration } from '../wrap/feature-decorator.ts';
import type { AnyFunction } from '../wrap/likeness.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';
import type { WrapOptions } from '../wrap/wrap-options.ts';
import { toStatus } from '../work/status-word.ts';
import { createWorkId } from '../work/work-id.ts';
import { createReader, type Query, type Reader, type ReaderOptions } from './reader.ts';
import { toUsageRecord, type FeatureUsageRecord } from './usage-record.ts';

/** What stands around a function: called with it, or as a decorator of a member. */
export type FeatureTracking<Args extends readonly unknown[], Result> = (<F extends AnyFunction>(
  fn: F,
) => F) &
  FeatureDecoration<Args, Result>;

/** What is known at the end of a run that was started by hand. */
export interface CompletionFacts {
  /** Bytes. */
  readonly inputSize?: number;
  /** Bytes. */
  readonly outputSize?: number;
  /** Between 0 and 1, in the place of the computed one. */
  readonly efficiencyScore?: number;
  readonly iterations?: number;
  readonly errorMessage?: string;
  readonly metadata?: Metadata;
}

/** The last 24 hours when neither `since` nor dates are given. */
export interface TimeFilter {
  readonly startDate?: Date;
  readonly endDate?: Date;
  /** Length of a range that ends now, such as `15m`, `24h`, `7d`. */
  readonly since?: string;
}

/** All given filters hold together. */
export interface StatsFilter extends TimeFilter {
  readonly category?: string;
  readonly component?: string;
  readonly status?: FeatureStatus;
}

export interface RecordFilter extends StatsFilter {
  readonly featureName?: string;
  /** The user as the app knows them. */
  readonly userId?: string;
  readonly sessionId?: string;
  readonly errorType?: string;
  readonly minDurationMs?: number;
  /** How many at most; 1000 when left out. */
  readonly limit?: number;
}

/** Numbers of runs in the range, as `/api/v1/features/{name}` and `/api/stats` have them; null where there is nothing to divide by. */
export interface FeatureStats {
  readonly runs: number;
  readonly users: number | null;
  readonly sessions: number | null;
  readonly success: number;
  readonly failed: number;
  readonly partial: number;
  readonly timeout: number;
  readonly cancelled: number;
  readonly successRate: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly meanMs: number | null;
  readonly efficiency: number | null;
  readonly [number: string]: unknown;
}

/** Tracks features. It keeps no records: they go to the server by OpenTelemetry, and are read back from there. */
export class FeatureTracker {
  readonly #reader: Reader;
  readonly #open = new Map<string, FeatureHandle>();

  constructor(options: ReaderOptions = {}) {
    if (typeof options !== 'object') {
      warnOnce(
        'face:db_path',
        'new FeatureTracker() takes no database: the server has it, and FEATURE_TRACKING_DB_PATH there names its file; ' +
          'give { url } or HEARTWOOD_URL to read back from another server',
      );
    }
    this.#reader = createReader(typeof options === 'object' ? options : {});
  }

  /** `trackFeature('search', FeatureCategory.OTHER)(fn)`, or `@tracker.trackFeature(…)` before a method. */
  trackFeature<Args extends readonly unknown[] = never[], Result = unknown>(
    featureName: string,
    category: FeatureCategory | (string & {}),
    options: WrapOptions<Args, Result> = {},
  ): FeatureTracking<Args, Result> {
    const all = { ...options, category };
    const decorate = Feature(featureName, all) as (...target: readonly unknown[]) => unknown;
    return ((...target: readonly unknown[]): unknown => {
      const [fn] = target;
      return target.length === 1 && typeof fn === 'function'
        ? tracedFeature({ ...all, name: featureName } as never, fn as AnyFunction)
        : decorate(...target);
    }) as FeatureTracking<Args, Result>;
  }

  /** Starts a run; the answer is the id of its record, with which {@link completeCustomTracking} ends it. */
  startCustomTracking(
    featureName: string,
    category: FeatureCategory | (string & {}),
    userId?: string,
    metadata?: Metadata,
  ): string {
    const run = startFeature(featureName, {
      category,
      ...(userId !== undefined && { userId }),
      ...(metadata !== undefined && { metadata }),
    });
    const recordId = recordIdOf(run);
    this.#open.set(recordId, run);
    if (this.#open.size > MOST_OPEN) this.#giveUpOldest();
    return recordId;
  }

  /**
   * Ends a run. An id that is not (or no longer) under way is said and has no effect: tracking never breaks the app. So is
   * a status that is none: with an error message it stands for a failure.
   */
  completeCustomTracking(
    recordId: string,
    status: FeatureStatus,
    facts: CompletionFacts = {},
  ): void {
    const run = this.#open.get(recordId);
    if (run === undefined) {
      warnOnce(
        'face:record',
        'completeCustomTracking() was called for a record that is not under way; each ends once',
      );
      return;
    }
    this.#open.delete(recordId);
    try {
      noteFacts(run, facts);
      end(run, status, facts.errorMessage);
    } catch (error) {
      reportCallbackFailure(run.name, 'completeCustomTracking', error);
      run.complete();
    }
  }

  /** Numbers of one feature, or of all together. Rejects with a `TrackerUnavailableError`. */
  async getFeatureStats(featureName?: string, filter: StatsFilter = {}): Promise<FeatureStats> {
    const { data } = await this.#reader.read(
      featureName === undefined
        ? '/api/stats'
        : `/api/v1/features/${encodeURIComponent(featureName)}`,
      toQuery(filter),
    );
    return data as FeatureStats;
  }

  /** Records, the latest first. Runs of the last second may still be on their way. Rejects with a `TrackerUnavailableError`. */
  async getAllRecords(filter: RecordFilter = {}): Promise<FeatureUsageRecord[]> {
    const { featureName, userId, sessionId, errorType, minDurationMs, limit = 1000 } = filter;
    const rows = await this.#reader.readRows(
      '/api/v1/records',
      {
        ...toQuery(filter),
        feature: featureName,
        user: userId === undefined ? undefined : storedUserOf(userId),
        session: sessionId,
        errorType,
        minDurationMs,
      },
      limit,
    );
    return rows.map(toUsageRecord);
  }

  #giveUpOldest(): void {
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    this.#open.delete(oldest[0]);
    oldest[1].cancel('never completed');
    warnOnce(
      'face:open',
      `${MOST_OPEN} records of startCustomTracking() are not completed; the oldest are cancelled`,
    );
  }
}

/** A tracker for the whole process. */
export const featureTracker = new FeatureTracker();

// Each holds a run of about 1 KiB; more than these under way at a time were forgotten.
const MOST_OPEN = 10_000;

/** The id that the record will have: that of the run's span. A run that is not recorded gets one all the same. */
function recordIdOf(run: FeatureHandle): string {
  const span = run.run(() => (currentFeature() === run ? trace.getActiveSpan() : undefined));
  const identity = span?.spanContext();
  return identity !== undefined && isSpanContextValid(identity)
    ? identity.spanId
    : createWorkId('unrecorded');
}

function noteFacts(run: FeatureHandle, facts: CompletionFacts): void {
  const { inputSize, outputSize, efficiencyScore, iterations, metadata } = facts;
  if (inputSize !== undefined) run.setInputSize(inputSize);
  if (outputSize !== undefined) run.setOutputSize(outputSize);
  if (efficiencyScore !== undefined) run.setEfficiency(efficiencyScore);
  if (iterations !== undefined) run.setIterations(iterations);
  if (metadata !== undefined) run.setMetadata(metadata);
}

function end(run: FeatureHandle, given: FeatureStatus, errorMessage: string | undefined): void {
  const otherwise = errorMessage === undefined ? FeatureStatus.SUCCESS : FeatureStatus.FAILED;
  const status = toStatus(given, otherwise);
  run.setStatus(status);
  if (status === FeatureStatus.FAILED || status === FeatureStatus.TIMEOUT) {
    run.fail(errorMessage ?? '');
    return;
  }
  if (errorMessage !== undefined) run.setMetadata('error_message', errorMessage);
  run.complete();
}

function toQuery({ startDate, endDate, since, category, component, status }: StatsFilter): Query {
  return { from: startDate, to: endDate, since, category, component, status };
}

/** As the server knows the user. */
function storedUserOf(userId: string): string {
  const { id, hash } = toUserIdentity(userId, currentConfig());
  return id ?? hash ?? '';
}
