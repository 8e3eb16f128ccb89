/** Looks at something that may fail or hang, such as a disk or a database. */
import type { Fact } from '@heartwood/kpi';

/** What was seen; a failure, and a look that takes too long, become the reason why not. Never rejects. */
export async function lookAt<Value>(
  look: (signal: AbortSignal) => Promise<Value> | Value,
  timeoutMs: number = LOOK_MS,
): Promise<Fact<Value>> {
  const began = performance.now();
  const tookMs = (): number => performance.now() - began;
  const gone = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${String(timeoutMs)} ms`));
      gone.abort();
    }, timeoutMs);
  });
  try {
    const value = await Promise.race([(async () => await look(gone.signal))(), late]);
    return { isKnown: true, value, tookMs: tookMs() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { isKnown: false, reason, tookMs: tookMs() };
  } finally {
    clearTimeout(timer);
  }
}

/** Shorter than the patience of those who ask. */
const LOOK_MS = 5000;
