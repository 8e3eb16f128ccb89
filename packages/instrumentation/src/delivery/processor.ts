/** `FeatureSpanProcessor`: what the SDK gives finished spans to. */
import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpanLike, ResourceLike } from '../otlp/readable-span.ts';
import { install } from '../runtime.ts';
import { currentConfig, LONGEST_TIMER_MS, type FeatureConfig } from '../settings/config.ts';
import { Delivery, type FlushResult } from './delivery.ts';
import type { DropReason } from './ledger.ts';
import type { FinishedRun } from './packed-run.ts';
import type { OutletStats } from './ports.ts';

/** What became of the spans: `received` = `exported` + all of `dropped` + `spooled` + `queued`, at any time. */
export type ProcessorStats = OutletStats<DropReason>;

/** Settings from code; they go before the environment. */
export interface FeatureSpanProcessorOptions {
  readonly settings?: Partial<FeatureConfig>;
  /** Encoded bytes that may wait. Default 8 MiB, about 40000 spans. */
  readonly maxQueueBytes?: number;
  /** Bytes of spans in one request. Default 1 MiB. */
  readonly maxBatchBytes?: number;
}

/**
 * A span processor for the 2.x and 3.x SDKs. Takes sampled spans of every library, not only features, and opens the
 * way out for events and metrics of features. All times are bounded and no timer or socket of it keeps the process
 * alive; what is left at a natural end is sent within 2 s.
 */
export class FeatureSpanProcessor {
  readonly #delivery: Delivery;
  readonly #flushTimeoutMs: number;
  readonly #uninstall: () => void;
  #shutdown: Promise<void> | undefined;

  constructor(options: FeatureSpanProcessorOptions = {}) {
    const config = { ...currentConfig(), ...options.settings };
    // From code, 0 is no limit as it is in the environment.
    this.#flushTimeoutMs = config.flushTimeoutMs || LONGEST_TIMER_MS;
    this.#delivery = new Delivery(config, {
      maxQueueBytes: options.maxQueueBytes ?? 8 * 1024 * 1024,
      maxBatchBytes: options.maxBatchBytes ?? 1024 * 1024,
    });
    const { logs, metrics } = this.#delivery;
    this.#uninstall = install({ logs, metrics });
  }

  /** Learns who the app is; the span itself is looked at when it ends. */
  onStart(span?: { readonly resource?: ResourceLike }): void {
    this.#delivery.resource.see(span?.resource);
  }

  /** Takes a finished span. Never throws. */
  onEnd(span: ReadableSpanLike): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.#delivery.addSpan(span);
  }

  /** Takes a finished, sampled run of the direct engine. Never throws. */
  addRun(run: FinishedRun): void {
    this.#delivery.addRun(run);
  }

  /** Sends all that waits and what is on its way; resolves at the latest after OTEL_BSP_EXPORT_TIMEOUT. */
  async forceFlush(): Promise<void> {
    if (this.#shutdown === undefined) await this.flush();
    else await this.#shutdown;
  }

  /** The same in a time of one's own, and says what is left, for instance at the end of a call of a cloud function. */
  flush(timeoutMs = this.#flushTimeoutMs): Promise<FlushResult> {
    return this.#delivery.flush(timeoutMs);
  }

  /** Sends all that waits, within OTEL_BSP_EXPORT_TIMEOUT, and takes no more spans. The second call is the first. */
  shutdown(): Promise<void> {
    if (this.#shutdown === undefined) {
      this.#uninstall();
      this.#shutdown = this.#delivery.stop(this.#flushTimeoutMs);
    }
    return this.#shutdown;
  }

  /** What became of the spans so far. */
  stats(): ProcessorStats {
    return this.#delivery.outbox.stats();
  }
}
