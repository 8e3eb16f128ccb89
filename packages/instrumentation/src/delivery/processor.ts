/** `FeatureSpanProcessor`: encodes finished spans, batches them to an OTLP receiver, and counts what it had to drop. */
import { TraceFlags } from '@opentelemetry/api';
import { ATTR_FEATURE_NAME } from '@heartwood/semconv';
import { currentConfig, type FeatureConfig } from '../settings/config.ts';
import { holdExit } from '../host/exit.ts';
import type { Batch } from './batch.ts';
import { toEndpoint, type Endpoint } from './endpoint.ts';
import { SendLoop } from './loop.ts';
import { SpanQueue } from './queue.ts';
import { createSender, type Sent } from './sender.ts';
import { sendSynchronously } from './last-send.ts';
import type { ReadableSpanLike } from '../otlp/readable-span.ts';
import { warn, warnOnce } from '../host/report.ts';

/** Why a span was not delivered. */
export type DropReason =
  /** More waited than the queue may hold; the oldest went. */
  | 'queue_full'
  /** The receiver took the request and refused this span. */
  | 'rejected'
  /** The receiver refused the request for good, e.g. HTTP 400 or 401. */
  | 'refused'
  /** Larger than a request may be, even shortened. */
  | 'too_large'
  /** The span could not be encoded. */
  | 'encoding_failed'
  /** Ended after shutdown(). */
  | 'already_shutdown'
  /** Still waiting when shutdown() ran out of time. */
  | 'undelivered';

/** What became of the spans: `received` = `exported` + all of `dropped` + `queued`, at any time. */
export interface ProcessorStats {
  readonly received: number;
  readonly exported: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly queued: number;
  readonly queuedBytes: number;
}

/** Settings from code; they go before the environment. */
export interface FeatureSpanProcessorOptions {
  readonly settings?: Partial<FeatureConfig>;
  /** Encoded bytes that may wait. Default 8 MiB, about 40000 spans. */
  readonly maxQueueBytes?: number;
  /** Bytes of spans in one request. Default 1 MiB. */
  readonly maxBatchBytes?: number;
}

/**
 * A span processor for the 2.x and 3.x SDKs. Takes sampled spans of every library, not only features. All times are
 * bounded and no timer or socket of it keeps the process alive; what is left at a natural end is sent within 2 s.
 */
export class FeatureSpanProcessor {
  readonly #config: FeatureConfig;
  readonly #endpoint: Endpoint;
  readonly #queue: SpanQueue;
  readonly #loop: SendLoop;
  readonly #release: () => void;
  readonly #dropped: Record<DropReason, number> = {
    queue_full: 0,
    rejected: 0,
    refused: 0,
    too_large: 0,
    encoding_failed: 0,
    already_shutdown: 0,
    undelivered: 0,
  };
  #received = 0;
  #exported = 0;
  #failures = 0;
  #triedAtExit = 0;
  #exitFlush: Promise<void> = Promise.resolve();
  #gaveUpAt = 0;
  #said = 0;
  #shutdown: Promise<void> | undefined;

  constructor(options: FeatureSpanProcessorOptions = {}) {
    this.#config = { ...currentConfig(), ...options.settings };
    this.#endpoint = toEndpoint(this.#config, (message) => warnOnce(message, message));
    const maxBatchBytes = options.maxBatchBytes ?? 1024 * 1024;
    const { maxQueueSpans, maxBatchSpans, maxBatchRuns } = this.#config;
    this.#queue = new SpanQueue(
      {
        maxSpans: maxQueueSpans,
        maxBytes: options.maxQueueBytes ?? 8 * 1024 * 1024,
        maxBatchSpans: Math.min(maxBatchSpans, maxQueueSpans),
        maxBatchRuns,
        maxBatchBytes,
      },
      (spans) => this.#drop('queue_full', spans),
    );
    this.#loop = new SendLoop({
      queue: this.#queue,
      sender: createSender(this.#endpoint),
      delayMs: this.#config.delayMs,
      isUrgent: () =>
        this.#queue.runCount >= this.#config.flushInterval ||
        this.#queue.spanCount >= this.#config.maxBatchSpans ||
        this.#queue.sizeBytes >= maxBatchBytes,
      resourceTimeoutMs: RESOURCE_TIMEOUT_MS,
      onSent: (batch, sent) => this.#account(batch, sent),
    });
    this.#release = holdExit({
      flush: (timeoutMs) => this.#flushAtExit(timeoutMs),
      sendNow: (timeoutMs) => this.#sendNow(timeoutMs),
    });
  }

  /** Nothing to do: a span is looked at when it ends. */
  onStart(): void {}

  /** Takes a finished span. Never throws. */
  onEnd(span: ReadableSpanLike): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    this.#received += 1;
    if (this.#shutdown !== undefined) {
      this.#dropped.already_shutdown += 1;
      return;
    }
    try {
      if (this.#queue.add(span, span.attributes[ATTR_FEATURE_NAME] !== undefined)) {
        this.#loop.wake();
      } else this.#drop('too_large', 1);
    } catch {
      this.#drop('encoding_failed', 1);
    }
  }

  /** Sends all that waits and what is on its way; resolves at the latest after OTEL_BSP_EXPORT_TIMEOUT. */
  forceFlush(): Promise<void> {
    return this.#shutdown ?? this.#flush(this.#config.flushTimeoutMs, false);
  }

  /** Sends all that waits, within OTEL_BSP_EXPORT_TIMEOUT, and takes no more spans. The second call is the first. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#stop();
    return this.#shutdown;
  }

  /** What became of the spans so far. */
  stats(): ProcessorStats {
    return {
      received: this.#received,
      exported: this.#exported,
      dropped: { ...this.#dropped },
      queued: this.#queue.spanCount,
      queuedBytes: this.#queue.sizeBytes,
    };
  }

  #flush(timeoutMs: number, final: boolean): Promise<void> {
    return this.#queue.spanCount === 0 ? Promise.resolve() : this.#loop.flush({ timeoutMs, final });
  }

  /** At a natural end, which is announced again after each bit of work: only what came since the last try. */
  #flushAtExit(timeoutMs: number): Promise<void> {
    if (this.#received !== this.#triedAtExit) {
      this.#triedAtExit = this.#received;
      this.#exitFlush = this.#flush(timeoutMs, true).then(() => {
        if (this.#queue.spanCount > 0) this.#gaveUpAt = this.#received;
        return undefined;
      });
    }
    return this.#exitFlush;
  }

  /** In the very last moment, when nothing asynchronous runs any more: process.exit(), a crash. */
  #sendNow(timeoutMs: number): void {
    const waiting = this.#queue.spanCount;
    if (waiting === 0) {
      this.#sayLoss('dropped at the end');
      return;
    }
    // A receiver that did not answer before will not now: the process is not held up for it a second time.
    const hopeless = this.#failures > 0 || this.#gaveUpAt === this.#received;
    const delivered =
      !hopeless && sendSynchronously(this.#endpoint, this.#queue.requests(), timeoutMs);
    if (delivered) this.#exported += waiting;
    else this.#dropped.undelivered += waiting;
    this.#queue.clear();
    this.#sayLoss('dropped at the end');
  }

  async #stop(): Promise<void> {
    this.#release();
    // An unreachable receiver is not waited for: whoever shuts down wants to end.
    await this.#flush(this.#config.flushTimeoutMs, true);
    this.#loop.close();
    const lost = this.#queue.clear();
    this.#dropped.undelivered += lost;
    this.#sayLoss('dropped at the end');
  }

  #account(batch: Batch, sent: Sent): void {
    const count = batch.spanCount;
    switch (sent.kind) {
      case 'delivered': {
        const rejected = Math.min(count, sent.rejectedSpans);
        this.#exported += count - rejected;
        this.#failures = 0;
        if (rejected > 0) this.#drop('rejected', rejected, sent.message);
        break;
      }
      case 'refused':
        this.#drop('refused', count, sent.reason);
        break;
      case 'too_large':
        if (count === 1) this.#drop('too_large', 1);
        break;
      case 'retry':
        this.#failures += 1;
        // Once may be a restart of the receiver; twice is worth a word.
        if (this.#failures === 2) {
          warn(
            'unreachable',
            `${this.#endpoint.url.origin} does not take spans (${sent.reason}); they wait, the oldest go first. ` +
              'Is the server running, and is HEARTWOOD_OTLP_ENDPOINT right?',
          );
        }
        break;
      default:
        sent satisfies never;
    }
  }

  #drop(reason: DropReason, count: number, detail = ''): void {
    this.#dropped[reason] += count;
    this.#sayLoss('dropped', detail);
  }

  /** The numbers of the last minute may still be unsaid when the process ends. */
  #sayLoss(topic: string, detail = ''): void {
    const losses = Object.entries(this.#dropped).filter(([, spans]) => spans > 0);
    const total = losses.reduce((sum, [, spans]) => sum + spans, 0);
    if (total === this.#said) return;
    const counts = losses.map(([reason, spans]) => `${reason}=${spans}`).join(' ');
    if (warn(topic, `spans lost so far: ${counts}${detail === '' ? '' : ` (${detail})`}`)) {
      this.#said = total;
    }
  }
}

// Host and cloud detectors of the SDK take milliseconds to seconds; spans wait for them, but not for ever.
const RESOURCE_TIMEOUT_MS = 5000;
