/** How long what waits may wait, by how full the queue is: the fuller, the shorter. */

/** `fill` is 0 to 1. Up to an eighth the whole delay, then half of it, then a quarter, from half full on none. */
export function adaptDelay(delayMs: number, fill: number): number {
  if (fill < 1 / 8) return delayMs;
  if (fill < 1 / 4) return delayMs / 2;
  return fill < 1 / 2 ? delayMs / 4 : 0;
}
