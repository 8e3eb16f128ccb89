/** Gives what waits a last chance when the process ends: by itself, by process.exit(), or by a crash. */

/** What somebody with spans in hand does at the end of the process. Neither may throw or reject. */
export interface LastChance {
  /** The event loop has run empty: send within `timeoutMs`. True when nothing is left that waits. */
  readonly flush: (timeoutMs: number) => Promise<boolean>;
  /** Nothing asynchronous runs any more: send before returning, within `timeoutMs`, and give up what is left. */
  readonly sendNow: (timeoutMs: number) => void;
  /** How many records were taken so far. */
  readonly received: () => number;
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

/** Sends what waits everywhere, within 2 s; true when nothing is left. */
export async function flushAll(): Promise<boolean> {
  const empty = await Promise.all([...chances].map(async ({ flush }) => flush(LONGEST_EXIT_MS)));
  return empty.every(Boolean);
}

/** How many records those who hold the exit have taken so far; undefined when nobody does. */
export function recordsTaken(): number | undefined {
  if (chances.size === 0) return undefined;
  return [...chances].reduce((sum, { received }) => sum + received(), 0);
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
