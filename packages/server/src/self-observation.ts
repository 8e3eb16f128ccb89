/** Everything that the server tells of itself: read when asked for, and kept in its own store now and then. */
import type { MetricFamily } from '@heartwood/api';
import type { Receiver } from '@heartwood/receiver';
import { EventLoop } from './event-loop.ts';
import { SelfExport } from './self-export.ts';
import { readSelfMetrics } from './self-metrics.ts';
import { VERSION } from './version.ts';

export interface SelfObservationOptions {
  readonly receiver: Pick<Receiver, 'measures' | 'acceptOwnMetrics'>;
  readonly databaseFile: string;
  readonly journalDir: string;
  /** How often the metrics are kept; 0 never. */
  readonly intervalMs: number;
}

/** Observes from its creation until {@link close}. */
export class SelfObservation {
  readonly #options: SelfObservationOptions;
  readonly #eventLoop = new EventLoop();
  readonly #export: SelfExport | undefined;

  constructor(options: SelfObservationOptions) {
    this.#options = options;
    const { intervalMs, receiver } = options;
    if (intervalMs === 0) return;
    this.#export = new SelfExport({
      intervalMs,
      version: VERSION,
      read: () => this.read(),
      accept: (body) => receiver.acceptOwnMetrics(body),
    });
  }

  read(): Promise<MetricFamily[]> {
    return readSelfMetrics({ ...this.#options, eventLoop: this.#eventLoop });
  }

  async close(): Promise<void> {
    await this.#export?.close();
    this.#eventLoop.close();
  }
}
