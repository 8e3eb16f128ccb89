/** Answers that stay fresh: asks, asks again while the range moves, keeps the last answer when one fails. */
import { useEffect, useRef, useState } from 'react';
import { isRetryable } from '@heartwood/semconv';

/** When to ask again. */
export interface Liveness {
  /** Milliseconds between answers; undefined for what does not change. */
  readonly refreshMs: number | undefined;
  readonly paused: boolean;
  /** Another number asks at once. */
  readonly epoch: number;
}

/** What is known so far. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  /** The failure of the last question, if it failed. */
  readonly error: unknown;
  /** True when `data` answers another question than the one asked now. */
  readonly stale: boolean;
  /** When `data` arrived, epoch milliseconds. */
  readonly receivedAt: number | undefined;
}

interface State<Data> {
  readonly key: string | undefined;
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly receivedAt: number | undefined;
}

const LONGEST_RETRY_MS = 30_000;

/**
 * Asks with `load` whenever `key` changes, and again as `liveness` says. The answer to the key before stays, marked
 * stale, until the new one is there.
 */
export function useAnswer<Data>(
  key: string,
  load: (signal: AbortSignal) => Promise<Data>,
  { refreshMs, paused, epoch }: Liveness,
): Answer<Data> {
  const [state, setState] = useState<State<Data>>(EMPTY);
  const latest = useRef({ load, refreshMs, paused });
  latest.current = { load, refreshMs, paused };

  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;

    const ask = async (): Promise<void> => {
      try {
        const data = await latest.current.load(controller.signal);
        if (controller.signal.aborted) return;
        failures = 0;
        setState({ key, data, error: undefined, receivedAt: Date.now() });
      } catch (error) {
        if (controller.signal.aborted) return;
        failures += 1;
        setState((before) => ({ ...before, error }));
        if (!isRetryable(error)) return;
      }
      schedule();
    };
    const schedule = (): void => {
      const { refreshMs } = latest.current;
      const waitMs = failures > 0 ? Math.min(LONGEST_RETRY_MS, 1000 * 2 ** failures) : refreshMs;
      if (waitMs !== undefined) timer = setTimeout(askUnlessPaused, waitMs);
    };
    const askUnlessPaused = (): void => {
      if (latest.current.paused || document.hidden) schedule();
      else void ask();
    };

    void ask();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [key, epoch]);

  return {
    data: state.data,
    error: state.error,
    stale: state.key !== key,
    receivedAt: state.receivedAt,
  };
}

const EMPTY = { key: undefined, data: undefined, error: undefined, receivedAt: undefined };

/** The present moment, renewed each second. */
export function useNow(): number {
  const [nowMs, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
