/** Tells an operation whose thread is blocked from one that is gone: a thread of its own speaks for it meanwhile. */
import { isMainThread, Worker } from 'node:worker_threads';
import { cleanEnv } from '../delivery/clean-env.ts';
import type { Endpoint } from '../delivery/endpoint.ts';
import type { LogOutlet } from '../delivery/ports.ts';
import { runtime } from '../runtime.ts';
import type { HeartbeatForm } from './heartbeat-form.ts';
import { addPulsed, removePulsed, type Pulsed } from './pulse.ts';
import { WATCHDOG_SCRIPT } from './watchdog-script.ts';

/** An operation that is heard of every `heartbeatMs` as long as its thread turns. */
export interface Guarded {
  readonly id: string;
  readonly heartbeatMs: number;
  readonly durationMs: number;
  toForm(outlet: LogOutlet): HeartbeatForm | undefined;
}

/**
 * Speaks for the operation while the event loop is blocked, from the time on when one has lasted two heartbeats: the
 * thread costs more than short work is worth. Only on the main thread, and not under Node's permission model. Never
 * throws, and keeps no process alive.
 */
export function guard(one: Guarded): void {
  if (!isMainThread || process.permission !== undefined) return;
  watchdog.add(one);
}

/** To be called when it is over. */
export function unguard(one: Guarded): void {
  watchdog.remove(one);
}

class Watchdog implements Pulsed {
  dueMs = Infinity;
  /** In the order of their starts. */
  readonly #operations = new Set<Guarded>();
  readonly #untold = new Set<Guarded>();
  #gone: string[] = [];
  /** The shortest of them. */
  #heartbeatMs = Infinity;
  #thread: Thread | undefined;
  #failed = false;

  add(one: Guarded): void {
    if (this.#failed) return;
    this.#operations.add(one);
    this.#untold.add(one);
    if (one.heartbeatMs >= this.#heartbeatMs) return;
    this.#heartbeatMs = Math.max(one.heartbeatMs, SHORTEST_HEARTBEAT_MS);
    this.dueMs = performance.now() + this.#pauseMs;
    addPulsed(this);
  }

  remove(one: Guarded): void {
    if (!this.#operations.delete(one)) return;
    if (!this.#untold.delete(one)) this.#gone.push(one.id);
    if (this.#operations.size === 0) this.#rest();
  }

  pulse(nowMs: number): void {
    this.dueMs = nowMs + this.#pauseMs;
    try {
      this.#watch();
    } catch {
      // No thread to be had: blocked operations look lost, as they would without this.
      this.#failed = true;
    }
    if (!this.#failed) return;
    this.#operations.clear();
    this.#rest();
  }

  get #pauseMs(): number {
    return this.#heartbeatMs / BEATS;
  }

  #watch(): void {
    const { logs } = runtime();
    if (this.#thread !== undefined && this.#thread.outlet !== logs) this.#end();
    if (logs === undefined) return;
    this.#thread?.beat();
    if (this.#thread === undefined) {
      // Not of the oldest alone: its heartbeat may be longer than that of a younger one.
      const isLong = [...this.#operations].some(
        ({ durationMs, heartbeatMs }) => durationMs >= 2 * heartbeatMs,
      );
      if (!isLong) return;
    }
    this.#tell(logs);
  }

  #tell(logs: LogOutlet): void {
    const added: Addition[] = [];
    let any: HeartbeatForm | undefined;
    for (const one of this.#untold) {
      const form = one.toForm(logs);
      if (form === undefined) continue;
      any = form;
      const { record, timeAt, elapsedAt, blockedAt } = form;
      const startedNs = process.hrtime.bigint() - BigInt(Math.round(one.durationMs * 1e6));
      const heartbeatMs = Math.round(Math.max(one.heartbeatMs, SHORTEST_HEARTBEAT_MS));
      added.push({ id: one.id, record, timeAt, elapsedAt, blockedAt, heartbeatMs, startedNs });
    }
    this.#untold.clear();
    const gone = this.#gone;
    this.#gone = [];
    if (any !== undefined) {
      const { endpoint, resource, scope } = any;
      this.#thread ??= this.#start(logs, endpoint);
      this.#thread.tell({ gone, added, resource, scope });
    } else if (gone.length > 0) this.#thread?.tell({ gone, added });
  }

  #start(outlet: LogOutlet, endpoint: Endpoint): Thread {
    return new Thread(outlet, endpoint, () => {
      this.#failed = true;
    });
  }

  #end(): void {
    this.#thread?.end();
    this.#thread = undefined;
    this.#gone = [];
    this.#untold.clear();
    for (const one of this.#operations) this.#untold.add(one);
  }

  #rest(): void {
    this.#end();
    this.#heartbeatMs = Infinity;
    removePulsed(this);
  }
}

/** What the thread learns of an operation. */
interface Addition extends Omit<HeartbeatForm, 'endpoint' | 'resource' | 'scope'> {
  readonly id: string;
  readonly heartbeatMs: number;
  readonly startedNs: bigint;
}

interface Message {
  /** Ids of those that are over. */
  readonly gone: readonly string[];
  readonly added: readonly Addition[];
  /** The same for all. */
  readonly resource?: Uint8Array;
  readonly scope?: Uint8Array;
}

class Thread {
  readonly outlet: LogOutlet;
  readonly #worker: Worker;
  readonly #beat = new BigInt64Array(new SharedArrayBuffer(8));

  constructor(outlet: LogOutlet, endpoint: Endpoint, onFailure: () => void) {
    this.outlet = outlet;
    this.beat();
    const { url, headers, gzip, tls, timeoutMs } = endpoint;
    this.#worker = new Worker(WATCHDOG_SCRIPT, {
      eval: true,
      name: 'heartwood watchdog',
      // Neither the preload nor anything else of the app's command line runs there.
      execArgv: [],
      env: cleanEnv(),
      stdout: true,
      stderr: true,
      // It holds a few buffers; the defaults are those of a whole app.
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
      workerData: {
        beat: this.#beat.buffer,
        target: {
          url: url.href,
          headers,
          gzip,
          tls,
          timeoutMs: Math.min(timeoutMs, LONGEST_REQUEST_MS),
        },
      },
    });
    this.#worker.on('error', onFailure);
    this.#worker.unref();
  }

  beat(): void {
    Atomics.store(this.#beat, 0, process.hrtime.bigint());
  }

  tell(message: Message): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    this.#worker.postMessage(message);
  }

  end(): void {
    void this.#worker.terminate();
  }
}

/** Of the main thread in a heartbeat: a block is known to that part of it. */
const BEATS = 4;
/** As the server has it. */
const SHORTEST_HEARTBEAT_MS = 250;
const LONGEST_REQUEST_MS = 10_000;

const watchdog = new Watchdog();
