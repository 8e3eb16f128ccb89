/** Checks of the database, its archive, its room and its backups. */
import { sayBytes, sayCount, sayLength, sayShare } from '../amount.ts';
import { defineCheck, fail, pass, warn, type Finding, type HealthCheck } from '../check.ts';
import type { ArchiveFacts } from '../facts.ts';

const DAY_MS = 86_400_000;
/** A backup may be as old as that. */
const BACKUP_DAYS = 7;
/** The database writes its log into the data file at 24 MiB; ten times that says that it does not. */
const WAL_WARN_BYTES = 256 * 2 ** 20;
const WAL_FAIL_BYTES = 2 ** 30;
/** Records can be asked for within about a second of their receipt. */
const FRESHNESS_WARN_S = 5;
const CHECKPOINT_WARN_S = 5;
/** Of the room that the data may take. */
const ROOM_WARN = 0.9;

export const DATA_CHECKS: readonly HealthCheck[] = [
  defineCheck({
    id: 'database.open',
    group: 'data',
    title: 'The database answers',
    fact: 'database',
    unread: {
      result: 'fail',
      remedy:
        'Look at the log of the server and restart it; heartwood verify tells whether the files are whole.',
    },
    judge: (value) => pass(`open, ${sayBytes(value.memoryBytes)} in memory`, { ...value }),
  }),
  defineCheck({
    id: 'database.size',
    group: 'data',
    title: 'The data have room',
    fact: 'storage',
    judge: (storage) => {
      const { dataBytes, walBytes, archiveBytes, journalBytes, limitBytes } = storage;
      const usedBytes = dataBytes + walBytes + archiveBytes + journalBytes;
      const evidence = { ...storage, usedBytes };
      const parts = `: database ${sayBytes(dataBytes)}, write-ahead log ${sayBytes(walBytes)}, archive ${sayBytes(archiveBytes)}, journal ${sayBytes(journalBytes)}`;
      if (limitBytes === 0) return pass(`${sayBytes(usedBytes)} without a limit${parts}`, evidence);
      const used = `${sayBytes(usedBytes)} of ${sayBytes(limitBytes)} (${sayShare(usedBytes / limitBytes)})${parts}`;
      if (usedBytes <= limitBytes * ROOM_WARN) return pass(used, evidence);
      const remedy =
        'The oldest days are deleted to make room. Raise HEARTWOOD_MAX_DATA_MB, or keep fewer days with HEARTWOOD_RETENTION_DAYS.';
      return warn(used, remedy, evidence);
    },
  }),
  defineCheck({
    id: 'database.landing',
    group: 'data',
    title: 'Records get into the database',
    fact: 'receiver',
    judge: ({ landings, freshness, failedLandings }) => {
      const evidence = { landings, freshness, failedLandings };
      if (failedLandings > 0)
        return warn(
          `${sayCount(failedLandings, 'landing')} failed since the start, ${sayCount(landings.count, 'landing')} did not; what they held was landed again`,
          'Look at the log of the server for the reason, and at disk.free and memory.use here.',
          evidence,
        );
      if (freshness.count === 0) return pass('nothing had to land since the start', evidence);
      const slow = freshness.p95S === null || freshness.p95S > FRESHNESS_WARN_S;
      const message = `${sayCount(landings.count, 'landing')}; 95 of 100 requests could be asked for within ${freshness.p95S === null ? 'more than 10 s' : sayLength(freshness.p95S)}`;
      return slow
        ? warn(
            message,
            'The machine is too slow for what is sent: look at cpu.use, and send less or sample.',
            evidence,
          )
        : pass(message, evidence);
    },
  }),
  defineCheck({
    id: 'database.checkpoint',
    group: 'data',
    title: 'Checkpoints are quick',
    fact: 'checkpoints',
    judge: (timings) => {
      const { count, p95S } = timings;
      if (count === 0) return pass('none of its own since the start', { ...timings });
      const longest = p95S === null ? 'more than 10 s' : `at most ${sayLength(p95S)}`;
      const message = `${sayCount(count, 'checkpoint')}, 95 of 100 took ${longest}`;
      return p95S === null || p95S > CHECKPOINT_WARN_S
        ? warn(message, 'The disk writes slowly: put HEARTWOOD_DATA_DIR on a local disk.', {
            ...timings,
          })
        : pass(message, { ...timings });
    },
  }),
  defineCheck({
    id: 'wal.size',
    group: 'data',
    title: 'The write-ahead log is small',
    fact: 'storage',
    judge: ({ walBytes }) => {
      const message = sayBytes(walBytes);
      const remedy =
        'The database does not get to write it into its data file. Restart the server; the next start reads it whole.';
      if (walBytes > WAL_FAIL_BYTES) return fail(message, remedy, { walBytes });
      return walBytes > WAL_WARN_BYTES
        ? warn(message, remedy, { walBytes })
        : pass(message, { walBytes });
    },
  }),
  defineCheck({
    id: 'archive.files',
    group: 'data',
    title: 'Every file of the archive is there',
    fact: 'archive',
    judge: judgeArchive,
  }),
  defineCheck({
    id: 'backup.age',
    group: 'data',
    title: 'There is a backup of late',
    fact: 'backup',
    judge: (backup, { atMs, settings }) => {
      const remedy = 'Run heartwood backup <folder> once a day, to another disk.';
      if (backup !== null) {
        const ageMs = Math.max(0, atMs - backup.atMs);
        const evidence = { ...backup, ageMs };
        const age = `${sayLength(ageMs / 1000)} old, in ${backup.folder}`;
        if (!backup.isThere) return warn(`the last one is gone: ${age}`, remedy, evidence);
        return ageMs > BACKUP_DAYS * DAY_MS
          ? warn(`the last one is ${age}`, remedy, evidence)
          : pass(age, evidence);
      }
      const oldestMs = settings.isKnown ? settings.value.oldestMs : null;
      const ageMs = oldestMs === null ? 0 : atMs - oldestMs;
      return ageMs > BACKUP_DAYS * DAY_MS
        ? warn(`none was made, and the data go back ${sayLength(ageMs / 1000)}`, remedy, { ageMs })
        : pass(`none yet; the data are younger than ${String(BACKUP_DAYS)} days`, { ageMs });
    },
  }),
  defineCheck({
    id: 'retention.set',
    group: 'data',
    title: 'Old data are deleted',
    fact: 'settings',
    judge: ({ retentionDays, hotDays, limitBytes, oldestMs }, { atMs }) => {
      const evidence = { retentionDays, hotDays, limitBytes, oldestMs };
      if (retentionDays === 0 && limitBytes === 0)
        return warn(
          'nothing is ever deleted',
          'Set HEARTWOOD_RETENTION_DAYS or HEARTWOOD_MAX_DATA_MB, or the disk fills one day.',
          evidence,
        );
      const size = limitBytes === 0 ? '' : `${sayBytes(limitBytes)} at most`;
      const days = retentionDays === 0 ? '' : sayCount(retentionDays, 'day');
      const kept = [days, size].filter((text) => text !== '').join(', ');
      const ageDays = oldestMs === null ? 0 : (atMs - oldestMs) / DAY_MS;
      // A day ends at midnight (UTC), and upkeep runs now and then.
      return retentionDays > 0 && ageDays > retentionDays + 2
        ? warn(
            `${kept}, yet the oldest record is ${String(Math.floor(ageDays))} days old`,
            'Look at the log of the server for why upkeep has not deleted it.',
            evidence,
          )
        : pass(kept, evidence);
    },
  }),
];

/** Whether the files are those that the database counts as its own. */
export function judgeArchive({ listed, wrong }: ArchiveFacts): Finding {
  const evidence = { listed, wrong: wrong.slice(0, 10), wrongFiles: wrong.length };
  if (wrong.length === 0) return pass(`${sayCount(listed, 'file')} as listed`, evidence);
  return fail(
    `${sayCount(wrong.length, 'file')} of ${String(listed)} missing or of another size: ${wrong.slice(0, 3).join(', ')}`,
    'Stop the server and run heartwood verify; put the files back from a backup, or heartwood recover saves the rest.',
    evidence,
  );
}
