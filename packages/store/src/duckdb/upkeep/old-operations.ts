/** Forgets operations of long ago: they outlive the records that told of them, but not for ever. */
import type { UpkeepOptions } from '../../upkeep.ts';
import { DAY_NS, readRows, timeLiteral, type UpkeepContext } from './context.ts';

/** Operations are kept for so many times the age of raw data. */
const KEPT_AGES = 4;
const MOST_OPERATIONS = 2_000_000;

/** Resolves with how many were forgotten. */
export async function dropOldOperations(
  context: UpkeepContext,
  { nowMs, keepDays }: Pick<UpkeepOptions, 'nowMs' | 'keepDays'>,
  mostOperations: number = MOST_OPERATIONS,
): Promise<number> {
  const drop = (condition: string): Promise<number> =>
    context.write(
      async (writer) =>
        (await writer.run(`DELETE FROM operations WHERE end_time ${condition}`)).rowsChanged,
    );
  const since = BigInt(nowMs) * 1_000_000n - BigInt(keepDays * KEPT_AGES) * DAY_NS;
  const old = keepDays > 0 ? await drop(`< ${timeLiteral(since)}`) : 0;
  const [[last] = []] = await readRows(
    context.connection,
    `SELECT epoch_ns(end_time) FROM operations ORDER BY end_time DESC OFFSET ${mostOperations} LIMIT 1`,
  );
  return typeof last === 'bigint' ? old + (await drop(`<= ${timeLiteral(last)}`)) : old;
}
