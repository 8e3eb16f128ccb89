/** Lands what the process tells of itself in its own store, now and then. */
import { randomUUID } from 'node:crypto';
import type { MetricFamily } from '@heartwood/api';
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
  SELF_SERVICE,
} from '@heartwood/semconv';
import { toOtlpMetrics, type MetricSource } from './otlp-metrics.ts';

export interface SelfExportOptions {
  readonly intervalMs: number;
  readonly version: string;
  readonly read: () => Promise<readonly MetricFamily[]>;
  /** Takes an export request in OTLP/JSON, which must not count among what it tells of. */
  readonly accept: (body: Buffer) => Promise<unknown>;
}

/** Tells from its creation until {@link close}. */
export class SelfExport {
  readonly #options: SelfExportOptions;
  readonly #source: MetricSource;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;

  constructor(options: SelfExportOptions) {
    this.#options = options;
    this.#source = {
      resource: {
        [ATTR_SERVICE_NAME]: SELF_SERVICE,
        [ATTR_SERVICE_VERSION]: options.version,
        [ATTR_SERVICE_INSTANCE_ID]: randomUUID(),
      },
      scopeVersion: options.version,
      // All that is told counts from the start of the process.
      startNs: BigInt(Math.floor(performance.timeOrigin)) * 1_000_000n,
    };
    this.#timer = setInterval(() => {
      this.#running ??= this.#tell().finally(() => (this.#running = undefined));
    }, options.intervalMs);
    this.#timer.unref();
  }

  /** Tells nothing more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #tell(): Promise<void> {
    const { read, accept } = this.#options;
    try {
      const request = toOtlpMetrics(await read(), this.#source, nowNs());
      await accept(Buffer.from(JSON.stringify(request)));
    } catch {
      // Whoever is refused now tells the same sums the next time; a warning each time would be noise on top of the trouble.
    }
  }
}

const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;
