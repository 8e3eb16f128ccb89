/** The project tracker: sessions of work on components, and reports on them. */
import { writeFileSync } from 'node:fs';
import type { Metadata } from '../facts/metadata.ts';
import { sessionHistory } from '../work/session-history.ts';
import { startSession } from '../work/session.ts';
import { type SessionStatus, type WorkSession } from '../work/work-session.ts';
import { trackingError } from '../errors.ts';
import { LogManager, type Logger } from './log-manager.ts';
import {
  readCiFacts,
  toActivitySummary,
  toCsv,
  toTrackingMetrics,
  type ActivitySummary,
  type TrackingMetrics,
} from './project-report.ts';

/** How a tracker works. */
export interface TrackingConfig {
  /** Starts a session of `component` at once. */
  readonly autoStart?: boolean;
  /** The component that `startTracking()` means without a name; `project` when left out. */
  readonly component?: string;
  /** Logs each change as a line of the logger `project_tracker`. Off when left out: the session's own events are sent anyway. */
  readonly loggingEnabled?: boolean;
  /** Where those lines go; OpenTelemetry when left out. */
  readonly logManager?: LogManager;
  /** What `stopTracking()` gives: `detailed`, the default, is all that is known, `brief` component, state and times. */
  readonly summaryFormat?: 'detailed' | 'brief';
}

/** What `stopTracking()` gives. Milliseconds; `activeMs` does not count pauses. */
export type TrackingSummary = Pick<
  SessionStatus,
  'component' | 'state' | 'durationMs' | 'activeMs' | 'pausedMs'
> &
  Partial<SessionStatus>;

/** How it stands now. */
export interface TrackingStatus {
  /** The session that calls without a name mean; undefined when none is open. */
  readonly current: SessionStatus | undefined;
  /** All sessions of this tracker that have not ended, in the order of their start. */
  readonly open: readonly SessionStatus[];
}

/**
 * Tracks sessions, of several components at a time if need be: calls without a name mean the one that was started last
 * and is still open. History and reports cover all sessions of this process, the last thousand.
 */
export class ProjectTracker {
  readonly #config: TrackingConfig;
  readonly #logger: Logger | undefined;
  #open: WorkSession[] = [];
  /** By component, in the order of their ends: those that stopping or pausing once more is about. */
  readonly #ended = new Map<string, WorkSession>();
  #ciFacts: Metadata | undefined;

  constructor(config: TrackingConfig = {}) {
    this.#config = config;
    if (config.loggingEnabled === true) {
      const manager = config.logManager ?? new LogManager({ level: 'DEBUG' });
      this.#logger = manager.getLogger('project_tracker');
    }
    if (config.autoStart === true) this.startTracking();
  }

  /** Starts a session. Throws a `TrackingError` when one of this component is under way. */
  startTracking(componentName?: string): void {
    this.#start(componentName);
  }

  /** Ends the current session, or that of a component, and sums it up; undefined when there was none. Never throws. */
  stopTracking(componentName?: string): TrackingSummary | undefined {
    const open = this.#find(componentName);
    const session = open ?? this.#endedLast(componentName);
    if (session === undefined) return undefined;
    const status = session.stop();
    if (open === undefined) return this.#summarize(status);
    this.#open = this.#open.filter((other) => other !== open);
    this.#noteEnd(open);
    this.#logger?.info(`tracking of ${session.component} stopped`, {
      session: session.id,
      active_ms: status.activeMs,
    });
    return this.#summarize(status);
  }

  /** Throws a `TrackingError` when nothing is active. */
  pauseTracking(componentName?: string): void {
    const session = this.#need(componentName);
    session.pause();
    this.#logger?.debug(`tracking of ${session.component} paused`, { session: session.id });
  }

  /** Throws a `TrackingError` when nothing is paused. */
  resumeTracking(componentName?: string): void {
    const session = this.#need(componentName);
    session.resume();
    this.#logger?.debug(`tracking of ${session.component} resumed`, { session: session.id });
  }

  getCurrentStatus(): TrackingStatus {
    return {
      current: this.#find()?.status(),
      open: this.#open.filter(isOpen).map((session) => session.status()),
    };
  }

  /** Oldest first. */
  getTrackingHistory(): SessionStatus[] {
    return sessionHistory();
  }

  getComponentHistory(componentName: string): SessionStatus[] {
    return sessionHistory(componentName);
  }

  getActivitySummary(): ActivitySummary {
    return toActivitySummary(sessionHistory());
  }

  getTrackingMetrics(): TrackingMetrics {
    return toTrackingMetrics(sessionHistory());
  }

  /** True between start and stop, pauses left out. */
  isComponentActive(componentName: string): boolean {
    return sessionHistory(componentName).some(({ state }) => state === 'active');
  }

  /** Calls `fn` inside a session that ends when it has returned or thrown, or its promise has settled. */
  run<R>(componentName: string, fn: () => R): R {
    const session = this.#start(componentName);
    const stop = (): unknown => this.stopTracking(session.component);
    let result: R;
    try {
      result = session.run(fn);
    } catch (error) {
      stop();
      throw error;
    }
    if (result instanceof Promise) return result.finally(stop) as R;
    stop();
    return result;
  }

  /** Starts a session for each component: all or, when one cannot be started, none. `using` stops them. */
  trackMany(componentNames: readonly string[]): Disposable & { stop(): TrackingSummary[] } {
    const started: string[] = [];
    const stop = (): TrackingSummary[] =>
      started.splice(0).flatMap((name) => this.stopTracking(name) ?? []);
    try {
      for (const name of componentNames) {
        this.startTracking(name);
        started.push(name);
      }
    } catch (error) {
      stop();
      throw error;
    }
    return { stop, [Symbol.dispose]: () => void stop() };
  }

  /** Sessions started from now on carry what the build server says: build, job, commit, branch. */
  enableCiMode(env: Readonly<Record<string, string | undefined>> = process.env): void {
    this.#ciFacts = readCiFacts(env);
  }

  /** A report on one session and its process as JSON; written to `file` too when one is given, which may throw. */
  exportCiReport(summary: TrackingSummary | undefined, file?: string): string {
    const report = {
      generatedAt: new Date().toISOString(),
      ci: this.#ciFacts ?? {},
      summary: summary ?? null,
      metrics: this.getTrackingMetrics(),
    };
    const text = `${JSON.stringify(report, undefined, 2)}\n`;
    if (file !== undefined) writeFileSync(file, text);
    return text;
  }

  /** All sessions: `json` with their metrics, `csv` a row each. */
  exportMetrics(format: 'json' | 'csv' = 'json'): string {
    const sessions = sessionHistory();
    if (format === 'csv') return toCsv(sessions);
    const metrics = toTrackingMetrics(sessions);
    return `${JSON.stringify({ metrics, sessions }, undefined, 2)}\n`;
  }

  #start(componentName = this.#config.component ?? 'project'): WorkSession {
    const options = this.#ciFacts === undefined ? {} : { metadata: this.#ciFacts };
    const session = startSession(componentName, options);
    this.#open.push(session);
    this.#logger?.info(`tracking of ${session.component} started`, { session: session.id });
    return session;
  }

  /** The open session of a component, or the one started last. */
  #find(componentName?: string): WorkSession | undefined {
    return this.#open.findLast(
      (session) =>
        isOpen(session) &&
        (componentName === undefined || session.component === componentName.trim()),
    );
  }

  #endedLast(componentName?: string): WorkSession | undefined {
    return componentName === undefined
      ? [...this.#ended.values()].at(-1)
      : this.#ended.get(componentName.trim());
  }

  #noteEnd(session: WorkSession): void {
    // Taken out first: a map keeps the order of the first time.
    this.#ended.delete(session.component);
    this.#ended.set(session.component, session);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > MOST_ENDED && oldest !== undefined) this.#ended.delete(oldest);
  }

  #need(componentName?: string): WorkSession {
    const session = this.#find(componentName) ?? this.#endedLast(componentName);
    if (session !== undefined) return session;
    const component = componentName ?? this.#config.component ?? 'project';
    throw trackingError('TRACKING_NOT_STARTED', { component });
  }

  #summarize(status: SessionStatus): TrackingSummary {
    if (this.#config.summaryFormat !== 'brief') return status;
    const { component, state, durationMs, activeMs, pausedMs } = status;
    return { component, state, durationMs, activeMs, pausedMs };
  }
}

// As many as the history has.
const MOST_ENDED = 1000;

function isOpen({ state }: WorkSession): boolean {
  return state !== 'ended';
}
