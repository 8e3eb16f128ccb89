/** Tells in intervals what the machine is busy with. */
import { reportCallbackFailure } from '../host/report.ts';
import { AnalyticsConfigurationError } from './analytics-errors.ts';
import { APP_EVENTS, type EventRecorder } from './app-event.ts';
import { readCpuTimes, readSystemUsage, type CpuTimes, type SystemUsage } from './system-usage.ts';

/** How the machine is watched. */
export interface SystemTrackerOptions {
  /** A folder on the disk that is watched; the working folder when left out. */
  readonly diskPath?: string;
}

/** Sends `system_metrics`. It does not keep the process alive. */
export class SystemPerformanceTracker implements Disposable {
  readonly #events: EventRecorder;
  readonly #diskPath: string;
  #timer: NodeJS.Timeout | undefined;
  #before: CpuTimes = readCpuTimes();

  constructor(events: EventRecorder = APP_EVENTS, options: SystemTrackerOptions = {}) {
    this.#events = events;
    this.#diskPath = options.diskPath ?? process.cwd();
  }

  get isTracking(): boolean {
    return this.#timer !== undefined;
  }

  /** Sends now and in intervals; has no effect when it does so already. */
  startBackgroundTracking(intervalSeconds = 60): void {
    if (!(intervalSeconds >= LEAST_INTERVAL_S && intervalSeconds <= MOST_INTERVAL_S)) {
      throw new AnalyticsConfigurationError(
        'intervalSeconds',
        `a number from ${LEAST_INTERVAL_S} to ${MOST_INTERVAL_S}`,
        intervalSeconds,
      );
    }
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.trackSystemMetrics(), intervalSeconds * 1000);
    this.#timer.unref();
  }

  stopBackgroundTracking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Sends once, and gives what was sent. A sample that cannot be taken is said and harms nobody. */
  async trackSystemMetrics(): Promise<SystemUsage | undefined> {
    try {
      const before = this.#before;
      this.#before = readCpuTimes();
      const usage = await readSystemUsage(before, this.#diskPath);
      this.#events.trackEvent('system_metrics', { ...usage });
      return usage;
    } catch (error) {
      reportCallbackFailure('system_metrics', 'trackSystemMetrics', error);
      return undefined;
    }
  }

  [Symbol.dispose](): void {
    this.stopBackgroundTracking();
  }
}

// A sample takes a tenth of a millisecond; timers of Node end at 24.8 days.
const LEAST_INTERVAL_S = 0.1;
const MOST_INTERVAL_S = 86_400;
