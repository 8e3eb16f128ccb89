/** What lies beside the database, and what keeps all within their limits. */
import { z } from 'zod';
import { Instant } from './answer.ts';
import { count } from './run.ts';

/** As of the last look, which is taken at the start and with each run of upkeep. */
export const StorageState = z
  .object({
    freeBytes: count('Free room within the database file, which new data fills, bytes.'),
    archiveBytes: count('Compressed files of closed days, bytes.'),
    archiveFiles: count('Number of these files.'),
    oldest: Instant.nullable().describe('Time of the oldest record; null when there is none.'),
    lastUpkeep: z
      .object({
        ended: Instant,
        tookMs: z.number().min(0).describe('Milliseconds.'),
        archived: count('Records moved to the archive.'),
        droppedByAge: count('Records deleted because they were too old.'),
        droppedBySize: count('Records deleted because there were too many bytes.'),
      })
      .nullable()
      .describe('The last run of upkeep; null before the first.'),
  })
  .meta({ id: 'StorageState' });
export type StorageState = z.infer<typeof StorageState>;
