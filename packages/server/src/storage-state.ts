/** What the schedule knows of the store, as the API says it. */
import type { StorageState } from '@heartwood/api/contract';
import type { StorageUse } from '@heartwood/store';
import type { LastUpkeep } from './schedule.ts';

export function toStorageState(
  use: StorageUse | undefined,
  last: LastUpkeep | undefined,
): StorageState | undefined {
  if (use === undefined) return undefined;
  const { freeBytes, archiveBytes, archiveFiles, oldestNs } = use;
  return {
    freeBytes,
    archiveBytes,
    archiveFiles,
    oldest: oldestNs === undefined ? null : instant(Number(oldestNs / 1_000_000n)),
    lastUpkeep:
      last === undefined
        ? null
        : {
            ended: instant(last.endedMs),
            tookMs: last.tookMs,
            archived: last.archivedRows,
            droppedByAge: last.droppedByAge,
            droppedBySize: last.droppedBySize,
          },
  };
}

const instant = (ms: number): string => new Date(ms).toISOString();
