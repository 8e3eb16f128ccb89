/** Gives what waits a last chance when the process ends: by itself, by process.exit(), or by a crash. */

/** What somebody with spans in hand does at the end of the process. Neither may throw or reject. */
export interface LastChance {
  /** The event loop has run empty: send within `timeoutMs`. */
  readonly flush: (timeoutMs: number) => Promise<void>;
  /** Nothing asynchronous runs any more: send before returning, within `timeoutMs`, and give up what is left. */
  readonly sendNow: (timeoutMs: number) => void;
}

/** Registers for the end of the process. The answer takes it back. */
export function holdExit(chance: LastChance): () => void {
  if (chances.size === 0) {
    process.on('beforeExit', onBeforeExit);
    process.on('exit', onExit);
  }
  chances.add(chance);
  return () => {
    chances.delete(chance);
    if (chances.size > 0) return;
    process.off('beforeExit', onBeforeExit);
    process.off('exit', onExit);
  };
}

/** Sends what waits everywhere, within 2 s. */
export async function flushAll(): Promise<void> {
  await Promise.all([...chances].map(async ({ flush }) => flush(LONGEST_EXIT_MS)));
}

/** Hands out what waits everywhere before it returns: there will be no later. */
export function sendAllNow(): void {
  for (const { sendNow } of chances) sendNow(LONGEST_EXIT_MS);
}

// People wait for their command line, and orchestrators for their container: 2 s is what they forgive.
export const LONGEST_EXIT_MS = 2000;

const chances = new Set<LastChance>();

function onBeforeExit(): void {
  void flushAll();
}

function onExit(): void {
  sendAllNow();
}
