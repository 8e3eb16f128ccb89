/** A load generator: sends bodies over a number of keep-alive connections and notes how long each answer took. */
import { Agent, request } from 'node:http';

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bodies to send, each once, in order. */
  readonly bodies: readonly Buffer[];
  readonly connections: number;
  /** Open loop: bodies a second; closed loop (the next as soon as the last was answered) when absent. */
  readonly bodiesPerSecond?: number;
}

export interface LoadResult {
  readonly answered: number;
  readonly refused: number;
  readonly seconds: number;
  /** Answer times in milliseconds, ascending. */
  readonly latenciesMs: readonly number[];
}

/** Sends all bodies. An answer of 429 or 503 is counted as refused, any other but 200 ends the run. */
export async function sendLoad({
  url,
  headers,
  bodies,
  connections,
  bodiesPerSecond,
}: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latenciesMs: number[] = [];
  let refused = 0;
  let next = 0;
  const begin = performance.now();
  const worker = async (): Promise<void> => {
    for (;;) {
      const index = next++;
      const body = bodies[index];
      if (body === undefined) return;
      let due = performance.now();
      if (bodiesPerSecond !== undefined) {
        // Timed from when it should have left, so that a slow server does not slow down its own measurement.
        due = begin + (index * 1000) / bodiesPerSecond;
        const early = due - performance.now();
        if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
      }
      const status = await post(url, headers, body, agent);
      if (status === 429 || status === 503) refused++;
      else if (status !== 200) throw new Error(`answered ${status}`);
      latenciesMs.push(performance.now() - due);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - begin) / 1000;
  agent.destroy();
  latenciesMs.sort((a, b) => a - b);
  return { answered: latenciesMs.length - refused, refused, seconds, latenciesMs };
}

/** Value at a share of a sorted list, nearest rank. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  agent: Agent,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}
