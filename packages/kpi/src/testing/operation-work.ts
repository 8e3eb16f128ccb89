/** What operations of some processes send, and when it arrives. */
import type { OperationEventLike } from '../operation/operation-event.ts';
import { operationEvent } from './operation-events.ts';
import { createRandom } from './world.ts';

/** Events by arrival. */
export type Work = readonly { readonly arrivesMs: number; readonly event: OperationEventLike }[];

interface WorkOptions {
  readonly seed: number;
  readonly operations: number;
  readonly lengthMs: number;
}

/**
 * Operations that begin, count, pause, end or die; the first is the parent of the next two, which begin while it is under way.
 * Some events arrive late.
 */
export function drawWork({ seed, operations, lengthMs }: WorkOptions): Work {
  const random = createRandom(seed);
  const wholeMs = random() * lengthMs * 0.5;
  return Array.from({ length: operations }, (_, index) => {
    const beginMs = Math.round(random() * (isPart(index) ? wholeMs : lengthMs * 0.5));
    const endMs = beginMs + random() * lengthMs * 0.5;
    return index === 0 ? { beginMs: 0, endMs: wholeMs } : { beginMs, endMs };
  })
    .flatMap((life, index) => drawOperation(random, index, life))
    .toSorted((a, b) => a.arrivesMs - b.arrivesMs);
}

/** A draw of the standard normal distribution (Box and Muller, 1958). */
export const drawNormal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const isPart = (index: number): boolean => index > 0 && index < 3;

function drawOperation(
  random: () => number,
  index: number,
  { beginMs, endMs }: { readonly beginMs: number; readonly endMs: number },
): Work[number][] {
  const steps = 4 + Math.floor(random() * 20);
  const hasEnd = random() < 0.7;
  return Array.from({ length: steps }, (_, sequence) => {
    const isLast = sequence === steps - 1;
    const ms = Math.round(beginMs + ((endMs - beginMs) * sequence) / (steps - 1));
    const event = operationEvent(kindOf(random, sequence, isLast && hasEnd), ms, {
      id: `op${index}`,
      parentId: isPart(index) ? 'op0' : undefined,
      sequence,
      elapsedS: (ms - beginMs) / 1000,
      heartbeatS: sequence === 0 ? 10 : undefined,
      current: sequence,
      total: steps,
      status: isLast && hasEnd ? (random() < 0.8 ? 'success' : 'failed') : undefined,
    });
    const lateMs = random() < 0.1 ? random() * 20_000 : random() * 200;
    return { arrivesMs: Math.round(ms + lateMs), event };
  });
}

function kindOf(
  random: () => number,
  sequence: number,
  isEnd: boolean,
): OperationEventLike['kind'] {
  if (sequence === 0) return 'start';
  if (isEnd) return 'end';
  const draw = random();
  if (draw < 0.1) return 'paused';
  return draw < 0.2 ? 'resumed' : draw < 0.4 ? 'heartbeat' : 'progress';
}
