/** Operations as the API answers and streams them. */
import type { OperationBoard } from '@heartwood/kpi';
import type { z } from 'zod';
import type { Operation } from '../contract/operation.ts';

type Report = ReturnType<OperationBoard['list']>[number];

/** One operation as the contract has it. */
export const toOperation = ({ notes, ...report }: Report): z.infer<typeof Operation> => ({
  ...report,
  notes: [...notes],
});

/** How many are under way, and how they do. */
export function liveOf(board: OperationBoard | undefined) {
  const { healthy = 0, slow = 0, stalled = 0, lost = 0, paused = 0 } = board?.counts() ?? {};
  return { running: healthy + slow + stalled, paused, slow, stalled, lost };
}
