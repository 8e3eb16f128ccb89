/** Ends what the app left open when its process ends, so that nothing is waited for that will never come. */

/** Something that is open. `endAtExit` must not throw. */
export interface Unended {
  endAtExit(): void;
}

/** Watches until {@link forget}. */
export function watch(open: Unended): void {
  // Before all other listeners: what is sent here must be there when others send the last of what waits.
  if (watched.size === 0) process.prependListener('exit', endUnended);
  watched.add(open);
}

export function forget(open: Unended): void {
  if (!watched.delete(open) || watched.size > 0) return;
  process.off('exit', endUnended);
}

/** Ends all that is open, and has written what is to be written about it. */
export function endUnended(): void {
  for (const open of watched) open.endAtExit();
  for (const write of writers) write();
}

/** Has `write` called when all that was open has been ended. It must not throw. */
export function onUnendedEnded(write: () => void): () => void {
  writers.add(write);
  return () => writers.delete(write);
}

const watched = new Set<Unended>();
const writers = new Set<() => void>();
