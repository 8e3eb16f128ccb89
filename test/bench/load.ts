/** A load generator: sends bodies over a number of connections and notes how long each answer took. */
import type { Bodies } from './bodies.ts';

/** Sends one body; resolves when it was acknowledged, false when the server asked for a pause. */
export interface Sender {
  send(body: Buffer): Promise<boolean>;
  close(): void;
}

export interface Load {
  readonly sender: Sender;
  readonly bodies: Bodies;
  /** Number of the first body. */
  readonly first: number;
  /** Requests under way at the same time. */
  readonly connections: number;
  readonly seconds: number;
  /** Open loop: bodies a second; closed loop (the next as soon as the last was answered) when absent. */
  readonly bodiesPerSecond?: number | undefined;
}

export interface LoadResult {
  readonly acknowledged: number;
  readonly refused: number;
  readonly seconds: number;
  /** Answer times in milliseconds, ascending. */
  readonly latenciesMs: readonly number[];
  /** Number of the first body that was not sent. */
  readonly next: number;
}

/** Sends until the time is over, then waits for the last answers. */
export async function sendLoad(load: Load): Promise<LoadResult> {
  const { sender, bodies, connections, seconds, bodiesPerSecond } = load;
  const latenciesMs: number[] = [];
  let refused = 0;
  let next = load.first;
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const worker = async (): Promise<void> => {
    for (;;) {
      // Timed from when it should have left, so that a slow server does not slow down its own measurement.
      const due =
        bodiesPerSecond === undefined
          ? performance.now()
          : begin + ((next - load.first) * 1000) / bodiesPerSecond;
      if (due >= end) return;
      const body = bodies.body(next++);
      const earlyMs = due - performance.now();
      if (earlyMs > 1) await new Promise((resolve) => setTimeout(resolve, earlyMs));
      if (!(await sender.send(body))) refused++;
      latenciesMs.push(performance.now() - due);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  latenciesMs.sort((a, b) => a - b);
  return {
    acknowledged: latenciesMs.length - refused,
    refused,
    seconds: (performance.now() - begin) / 1000,
    latenciesMs,
    next,
  };
}

/** Value at a share of a sorted list, nearest rank. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
