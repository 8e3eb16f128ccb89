/** What the journal beside a database tells of what is missing. */
import type { JournalState } from '@heartwood/receiver';
import type { Check, Verified } from '@heartwood/store/offline';

/** Whether all of the journal can be read, and whether it goes on where the database stops. */
export function journalChecks(journal: JournalState, { position }: Verified): Check[] {
  const inside = journal.damage.filter(({ atEnd }) => !atEnd);
  const bytes = inside.reduce((sum, part) => sum + part.bytes, 0);
  const gap = missingRecords(journal, position);
  return [
    {
      name: 'journal',
      ok: inside.length === 0,
      detail:
        inside.length === 0
          ? `${journal.records} whole records in ${journal.segments} segments${journal.damage.length > 0 ? ', behind them the end of an interrupted write' : ''}`
          : `${bytes} bytes are no whole records (${inside.map(({ file, at }) => `${file} at ${at}`).join(', ')})`,
      ...(inside.length > 0 && {
        remedy: 'The records around it are read at the next start; those in it are lost.',
      }),
    },
    {
      name: 'journal goes on where the database stops',
      ok: gap === 0n,
      detail:
        gap === 0n ? 'no record between them is missing' : `up to ${gap} requests are in neither`,
      ...(gap > 0n && { remedy: 'Restore a backup that holds them, or accept their loss.' }),
    },
  ];
}

/** At most so many requests are neither in the database nor in the journal; numbers of refused ones count too. */
export function missingRecords({ first }: JournalState, position: Verified['position']): bigint {
  if (position === undefined || first === undefined) return 0n;
  // A record of which rows have landed may have landed whole.
  const landed = position.rows > 0 ? position.record : position.record - 1n;
  const next = landed < 0n ? 1n : landed + 1n;
  return first.number > next ? first.number - next : 0n;
}
