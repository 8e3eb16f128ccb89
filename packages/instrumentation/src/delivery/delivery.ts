/** All that leaves the process through us: the outboxes of the three signals, opened and ended together. */
import { ATTR_FEATURE_NAME } from '@heartwood/semconv';
import { holdExit } from '../host/exit.ts';
import { warnOnce } from '../host/report.ts';
import type { ReadableSpanLike, ResourceLike } from '../otlp/readable-span.ts';
import type { FeatureConfig } from '../settings/config.ts';
import { toEndpoint } from './endpoint.ts';
import { sendSynchronously } from './last-send.ts';
import { Ledger } from './ledger.ts';
import { OutboxLogOutlet } from './log-outlet.ts';
import { OutboxMetricOutlet } from './metric-outlet.ts';
import { NOUNS, Outbox } from './outbox.ts';
import { SpanQueue } from './queue.ts';
import { ResourceInSight } from './resource.ts';

/** Bounds of memory that are no settings. */
export interface DeliveryLimits {
  readonly maxQueueBytes: number;
  readonly maxBatchBytes: number;
}

/** The outboxes. Takes part in the end of the process from the beginning. */
export class Delivery {
  /** Of spans. */
  readonly outbox: Outbox;
  /** Undefined when the environment says that logs, or metrics, are not sent over OTLP. */
  readonly logs: OutboxLogOutlet | undefined;
  readonly metrics: OutboxMetricOutlet | undefined;
  readonly resource = new ResourceInSight();
  readonly #queue: SpanQueue;
  readonly #release: () => void;

  constructor(config: FeatureConfig, { maxQueueBytes, maxBatchBytes }: DeliveryLimits) {
    const { maxQueueSpans, maxBatchSpans, maxBatchRuns, flushInterval } = config;
    const problem = (message: string): void => warnOnce(message, message);
    const ledger = new Ledger(NOUNS.traces);
    const queue = new SpanQueue(
      {
        maxSpans: maxQueueSpans,
        maxBytes: maxQueueBytes,
        maxBatchSpans: Math.min(maxBatchSpans, maxQueueSpans),
        maxBatchRuns,
        maxBatchBytes,
      },
      (spans) => ledger.drop('queue_full', spans),
    );
    this.#queue = queue;
    this.outbox = new Outbox({
      signal: 'traces',
      endpoint: toEndpoint(config, 'traces', problem),
      queue,
      ledger,
      delayMs: () =>
        queue.runCount >= flushInterval ||
        queue.spanCount >= maxBatchSpans ||
        queue.sizeBytes >= maxBatchBytes
          ? 0
          : config.delayMs,
    });
    const resource = (): ResourceLike => this.resource.current;
    if (config.logsExporter.includes('otlp')) {
      this.logs = new OutboxLogOutlet(config, toEndpoint(config, 'logs', problem), resource);
    }
    if (config.metricsExporter.includes('otlp')) {
      this.metrics = new OutboxMetricOutlet(
        config,
        toEndpoint(config, 'metrics', problem),
        resource,
      );
    }
    this.#release = holdExit({
      flush: async (timeoutMs) => {
        this.metrics?.collect();
        await this.#each((outbox) => outbox.flushAtExit(timeoutMs));
      },
      sendNow: (timeoutMs) => this.#outboxes.forEach((outbox) => sendNow(outbox, timeoutMs)),
    });
  }

  /** Takes a finished span. Never throws. */
  addSpan(span: ReadableSpanLike): void {
    const { outbox } = this;
    this.resource.see(span.resource);
    if (!outbox.receive(1)) return;
    try {
      if (this.#queue.add(span, span.attributes[ATTR_FEATURE_NAME] !== undefined)) outbox.queued();
      else outbox.ledger.drop('too_large', 1);
    } catch {
      outbox.ledger.drop('encoding_failed', 1);
    }
  }

  /** Sends all that waits and what is on its way, within the time. Never rejects. */
  async flush(timeoutMs: number): Promise<void> {
    this.metrics?.collect();
    await this.#each((outbox) => outbox.flush(timeoutMs));
  }

  /** Sends all that waits, within the time, and takes nothing any more. */
  async stop(timeoutMs: number): Promise<void> {
    this.#release();
    this.metrics?.collect();
    this.metrics?.stop();
    for (const outbox of this.#outboxes) outbox.close();
    // An unreachable receiver is not waited for: whoever shuts down wants to end.
    await this.#each((outbox) => outbox.flush(timeoutMs, true));
    for (const outbox of this.#outboxes) outbox.dispose();
  }

  get #outboxes(): Outbox[] {
    return [this.outbox, this.logs?.outbox, this.metrics?.outbox].filter(
      (outbox) => outbox !== undefined,
    );
  }

  async #each(work: (outbox: Outbox) => Promise<void>): Promise<void> {
    await Promise.all(this.#outboxes.map(work));
  }
}

/** In the very last moment, when nothing asynchronous runs any more: process.exit(), a crash. */
function sendNow(outbox: Outbox, timeoutMs: number): void {
  const { queue, ledger } = outbox;
  const waiting = queue.recordCount;
  if (waiting > 0) {
    // A receiver that was waited for in vain is not waited for a second time.
    const delivered =
      !outbox.gaveUp && sendSynchronously(outbox.endpoint, queue.requests(), timeoutMs);
    if (delivered) ledger.exported += waiting;
    else ledger.dropped.undelivered += waiting;
    queue.clear();
  }
  ledger.sayAtTheEnd();
}
