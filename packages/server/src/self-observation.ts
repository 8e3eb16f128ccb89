/** Everything that the server tells of itself: read when asked for, and kept in its own store now and then. */
import type { MetricFamily } from '@heartwood/api';
import type { DefinitionState, OperationBoard } from '@heartwood/kpi';
import { DURATION_BOUNDS, Histogram, type Receiver, type Spread } from '@heartwood/receiver';
import type { Store } from '@heartwood/store';
import { CpuUse } from './cpu-use.ts';
import { EventLoop, type LoopDelay } from './event-loop.ts';
import { SelfExport } from './self-export.ts';
import { readSelfMetrics } from './self-metrics.ts';
import { VERSION } from './version.ts';

export interface SelfObservationOptions {
  readonly receiver: Pick<Receiver, 'measures' | 'acceptOwnMetrics'>;
  readonly store: Pick<Store, 'onCheckpoint'>;
  readonly definitions: () => DefinitionState;
  readonly qualityFailures: () => ReadonlyMap<string, number>;
  readonly operations: Pick<OperationBoard, 'counts' | 'judged' | 'dropped'>;
  readonly databaseFile: string;
  readonly journalDir: string;
  /** How often the metrics are kept; 0 never. */
  readonly intervalMs: number;
}

/** Observes from its creation until {@link close}. */
export class SelfObservation {
  readonly #options: SelfObservationOptions;
  readonly #eventLoop = new EventLoop();
  readonly #cpu = new CpuUse();
  readonly #checkpoints = new Histogram(DURATION_BOUNDS);
  readonly #export: SelfExport | undefined;

  constructor(options: SelfObservationOptions) {
    this.#options = options;
    const { intervalMs, receiver, store } = options;
    store.onCheckpoint((seconds) => this.#checkpoints.record(seconds));
    if (intervalMs === 0) return;
    this.#export = new SelfExport({
      intervalMs,
      version: VERSION,
      read: () => this.read(),
      accept: (body) => receiver.acceptOwnMetrics(body),
    });
  }

  read(): Promise<MetricFamily[]> {
    return readSelfMetrics({
      ...this.#options,
      eventLoop: this.#eventLoop,
      cpu: this.#cpu,
      checkpoints: this.#checkpoints,
    });
  }

  /** How long the event loop kept others waiting of late; undefined without a sample. */
  get loopDelay(): LoopDelay | undefined {
    return this.#eventLoop.delay;
  }

  /** Share of all cores that the process took of late. */
  get cpuShare(): number {
    return this.#cpu.share;
  }

  /** Of the database since the start, seconds. */
  get checkpoints(): Spread {
    return this.#checkpoints.read();
  }

  async close(): Promise<void> {
    await this.#export?.close();
    this.#cpu.close();
    this.#eventLoop.close();
  }
}
