/** All that leaves the process through us: the outboxes of the three signals, opened and ended together. */
import { ATTR_FEATURE_NAME } from '@heartwood/semconv';
import { holdExit } from '../host/exit.ts';
import { briefly, warn, warnOnce } from '../host/report.ts';
import type { ReadableSpanLike, ResourceLike } from '../otlp/readable-span.ts';
import type { FeatureConfig } from '../settings/config.ts';
import { SETTINGS } from '../settings/table.ts';
import { adaptDelay } from './adaptive-delay.ts';
import { createDeliveryMetrics, type CountedOutlet } from './delivery-metrics.ts';
import { toEndpoint } from './endpoint.ts';
import { sendLast, type ExitUpload } from './last-chance.ts';
import { Ledger } from './ledger.ts';
import { MOST_LOG_RECORDS, OutboxLogOutlet } from './log-outlet.ts';
import { nowNs, OutboxMetricOutlet } from './metric-outlet.ts';
import { NOUNS, Outbox } from './outbox.ts';
import type { FinishedRun } from './packed-run.ts';
import { SpanQueue } from './queue.ts';
import { ResourceInSight } from './resource.ts';
import { RENEW_LEASE_MS, Spool } from './spool.ts';

/** Bounds of memory that are no settings. */
export interface DeliveryLimits {
  readonly maxQueueBytes: number;
  readonly maxBatchBytes: number;
}

/** What a flush left behind: in memory, or in the spool. */
export interface FlushResult {
  readonly spansLeft: number;
  readonly logRecordsLeft: number;
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
  readonly #spool: Spool | undefined;
  readonly #release: () => void;
  #spoolTimer: NodeJS.Timeout | undefined;
  /** When the last look for what other processes left was, milliseconds, and whether it found too much for once. */
  #adoptedMs = 0;
  #isMoreLeft = false;
  /** What had been received when metrics were collected for the end. */
  #collectedAt = -1;

  constructor(config: FeatureConfig, { maxQueueBytes, maxBatchBytes }: DeliveryLimits) {
    const { maxQueueSpans: maxSpans, maxBatchSpans, maxBatchRuns, flushInterval } = config;
    const problem = (message: string): void => warnOnce(message, message);
    const ledger = new Ledger(NOUNS.traces);
    const queue = new SpanQueue(
      {
        maxSpans,
        maxBytes: maxQueueBytes,
        maxBatchSpans: Math.min(maxBatchSpans, maxSpans),
        maxBatchRuns,
        // A number that somebody chose holds in any case.
        maxBatchRunsUnderLoad: isBatchSizeChosen(maxBatchRuns) ? maxBatchRuns : maxBatchSpans,
        maxBatchBytes,
      },
      (spans) => ledger.drop('queue_full', spans),
    );
    this.#queue = queue;
    const { spoolDir, spoolMb } = config;
    if (spoolDir !== '') this.#spool = new Spool(spoolDir, spoolMb * 1024 ** 2);
    const spool = this.#spool;
    this.outbox = new Outbox({
      signal: 'traces',
      endpoint: toEndpoint(config, 'traces', problem),
      queue,
      ledger,
      spool,
      delayMs: () => {
        const { runCount, spanCount, sizeBytes } = queue;
        const isFull =
          runCount >= flushInterval || spanCount >= maxBatchSpans || sizeBytes >= maxBatchBytes;
        const fill = Math.max(spanCount / maxSpans, sizeBytes / maxQueueBytes);
        return isFull ? 0 : adaptDelay(config.delayMs, fill);
      },
    });
    const resource = (): ResourceLike => this.resource.current;
    if (isOurs(config.logsExporter, config.logsProtocol)) {
      const endpoint = toEndpoint(config, 'logs', problem);
      this.logs = new OutboxLogOutlet(config, endpoint, resource, spool);
    }
    if (isOurs(config.metricsExporter, config.metricsProtocol)) {
      const endpoint = toEndpoint(config, 'metrics', problem);
      this.metrics = new OutboxMetricOutlet(config, endpoint, resource, spool);
    }
    this.metrics?.addSource(createDeliveryMetrics(this.#counted(maxSpans), nowNs()));
    if (spool !== undefined) this.#keepSpool(config.delayMs);
    const how = toExitUpload(config.exitUpload, problem);
    this.#release = holdExit({
      flush: async (timeoutMs) => {
        try {
          this.#adoptLeft();
          await this.#send(
            timeoutMs,
            (outbox, ms) => outbox.flushAtExit(this.#worthMs(outbox, ms)),
            () => this.#collectLast(),
          );
        } catch (error) {
          sayFailure(error);
        }
        return this.#outboxes.every(({ waiting }) => waiting === 0);
      },
      sendNow: (timeoutMs) => {
        try {
          this.#collectLast();
          const isSentByOther = sendLast(this.#outboxes, how, timeoutMs);
          // The files of the spool are the other process's, under our lease.
          if (!isSentByOther || this.#spool?.usedBytes === 0) this.#spool?.release();
        } catch (error) {
          sayFailure(error);
        }
      },
      received: () => this.#received,
    });
  }

  /** Takes a finished span. Never throws. */
  addSpan(span: ReadableSpanLike): void {
    const { outbox } = this;
    this.resource.see(span.resource);
    if (!outbox.receive(1)) return;
    try {
      this.#queued(this.#queue.add(span, span.attributes[ATTR_FEATURE_NAME] !== undefined));
    } catch {
      outbox.ledger.drop('encoding_failed', 1);
    }
  }

  /** Takes a finished run of the direct engine. Never throws. */
  addRun(run: FinishedRun): void {
    const { outbox } = this;
    this.resource.see(run.resource);
    if (!outbox.receive(1)) return;
    try {
      this.#queued(this.#queue.addRun(run));
    } catch {
      outbox.ledger.drop('encoding_failed', 1);
    }
  }

  /** Sends all that waits and what is on its way, within the time; says what is left. Never rejects. */
  async flush(timeoutMs: number): Promise<FlushResult> {
    const untilMs = Date.now() + timeoutMs;
    this.#adoptLeft();
    do {
      await this.#send(untilMs - Date.now(), (outbox, ms) => outbox.flush(ms));
    } while (this.#isEmpty && Date.now() < untilMs && this.#isMoreLeft && this.#adoptLeft());
    return { spansLeft: this.outbox.waiting, logRecordsLeft: this.logs?.outbox.waiting ?? 0 };
  }

  /** Sends all that waits, within the time, and takes nothing any more. */
  async stop(timeoutMs: number): Promise<void> {
    clearInterval(this.#spoolTimer);
    this.metrics?.stop();
    this.outbox.close();
    this.logs?.outbox.close();
    // An unreachable receiver is not waited for: whoever shuts down wants to end.
    await this.#send(timeoutMs, (outbox, ms) => outbox.flush(ms, true));
    // Not before: the app may exit while it is being flushed.
    this.#release();
    for (const outbox of this.#outboxes) outbox.dispose();
    this.#spool?.release();
  }

  #queued(isSmallEnough: boolean): void {
    if (isSmallEnough) this.outbox.queued();
    else this.outbox.ledger.drop('too_large', 1);
  }

  #counted(maxSpans: number): CountedOutlet[] {
    const counted = (
      signal: CountedOutlet['signal'],
      outbox: Outbox,
      capacity: number,
    ): CountedOutlet => ({
      signal,
      capacity,
      get inflight() {
        return outbox.inflight;
      },
      stats: () => outbox.stats(),
    });
    return [
      counted('traces', this.outbox, maxSpans),
      ...(this.logs === undefined ? [] : [counted('logs', this.logs.outbox, MOST_LOG_RECORDS)]),
    ];
  }

  /** The end is announced again and again: metrics are sent once more only when there is news to count. */
  #collectLast(): void {
    if (this.#received === this.#collectedAt) return;
    this.#collectedAt = this.#received;
    this.metrics?.collect();
  }

  /** What waits during an outage goes to disk in the rhythm in which it would have been sent. */
  #keepSpool(delayMs: number): void {
    const timer = setInterval(
      () => {
        for (const outbox of this.#outboxes) outbox.spillWhileFailing();
        this.#spool?.renewLease();
        this.#adoptLeft();
      },
      Math.min(Math.max(delayMs, LEAST_SPOOL_MS), RENEW_LEASE_MS),
    );
    this.#spoolTimer = timer.unref();
  }

  /**
   * Takes on what processes have left that are no more: once a minute, or as soon as there is room for the rest. Not
   * while the receiver is away: whoever reaches it may have them. True when there was something.
   */
  #adoptLeft(): boolean {
    const spool = this.#spool;
    if (spool === undefined) return false;
    const isDue = this.#isMoreLeft ? spool.mayClaim : Date.now() - this.#adoptedMs >= ADOPT_MS;
    const willing = this.#outboxes.filter(({ isFailing }) => !isFailing);
    if (!isDue || willing.length === 0) return false;
    this.#adoptedMs = Date.now();
    const { requests, isMoreLeft } = spool.claim(new Set(willing.map(({ signal }) => signal)));
    this.#isMoreLeft = isMoreLeft;
    for (const outbox of willing) outbox.adopt(requests);
    return requests.length > 0;
  }

  /** Whether nothing waits, in memory or on disk. */
  get #isEmpty(): boolean {
    return this.#outboxes.every(({ waiting }) => waiting === 0);
  }

  get #received(): number {
    return this.outbox.ledger.received + (this.logs?.outbox.ledger.received ?? 0);
  }

  get #outboxes(): Outbox[] {
    return [this.outbox, this.logs?.outbox, this.metrics?.outbox].filter(
      (outbox) => outbox !== undefined,
    );
  }

  /** Where records are left after their time, metrics are not waited for as well. */
  #worthMs(outbox: Outbox, timeoutMs: number): number {
    const left = this.outbox.waiting + (this.logs?.outbox.waiting ?? 0);
    return outbox === this.metrics?.outbox && left > 0 ? 0 : timeoutMs;
  }

  /** Metrics last: they count what became of the others. */
  async #send(
    timeoutMs: number,
    flush: (outbox: Outbox, timeoutMs: number) => Promise<void>,
    collect = (): void => this.metrics?.collect(),
  ): Promise<void> {
    const untilMs = Date.now() + timeoutMs;
    const records = [this.outbox, ...(this.logs === undefined ? [] : [this.logs.outbox])];
    await Promise.all(records.map(async (outbox) => flush(outbox, timeoutMs)));
    collect();
    if (this.metrics !== undefined) {
      await flush(this.metrics.outbox, Math.max(0, untilMs - Date.now()));
    }
  }
}

function sayFailure(error: unknown): void {
  warn('end', `what waited at the end was not all sent: ${briefly(error)}`);
}

const LEAST_SPOOL_MS = 100;
const ADOPT_MS = 60_000;

/** In another protocol the address is one that would not understand us. */
function isOurs(exporters: readonly string[], protocol: string): boolean {
  return exporters.includes('otlp') && protocol === 'http/protobuf';
}

function toExitUpload(text: string, problem: (message: string) => void): ExitUpload {
  if (text === 'auto' || text === 'detach' || text === 'wait') return text;
  problem(`HEARTWOOD_EXIT_UPLOAD="${text.slice(0, 60)}" is not auto, detach or wait; auto is used`);
  return 'auto';
}

function isBatchSizeChosen(maxBatchRuns: number): boolean {
  const { env, default: usual } = SETTINGS.maxBatchRuns;
  return String(maxBatchRuns) !== usual || env.some((name) => process.env[name]?.trim());
}
