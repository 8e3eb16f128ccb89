/** Reads a whole journal to see what it holds and what of it is damaged; changes nothing. */
import { existsSync } from 'node:fs';
import { type JournalDamage, readJournal } from './reader.ts';
import { listSegments } from './segment.ts';

export interface JournalState {
  readonly segments: number;
  /** Key of the database that it belongs to; undefined when nothing says so. */
  readonly owner: number | undefined;
  /** Whole records. */
  readonly records: number;
  /** Number and time of the first whole record; undefined when there is none. */
  readonly first: JournalEnd | undefined;
  readonly last: JournalEnd | undefined;
  /** What lies between whole records; at the end of a segment it is what an interrupted write leaves. */
  readonly damage: readonly (JournalDamage & { readonly atEnd: boolean })[];
}

interface JournalEnd {
  readonly number: bigint;
  /** When the request was received, ns since 1970. */
  readonly receivedNs: bigint;
}

export async function checkJournal(folder: string): Promise<JournalState> {
  const segments = existsSync(folder) ? await listSegments(folder) : [];
  const damage: (JournalDamage & { atEnd: boolean })[] = [];
  let records = 0;
  let first: JournalEnd | undefined;
  let last: JournalEnd | undefined;
  for (const segment of segments) {
    let open: (JournalDamage & { atEnd: boolean }) | undefined;
    const onDamage = (part: JournalDamage): void => {
      open = { ...part, atEnd: true };
      damage.push(open);
    };
    for await (const { number, receivedNs } of readJournal([segment], 0n, onDamage)) {
      // A whole record behind it: no write was interrupted there.
      if (open !== undefined) open.atEnd = false;
      open = undefined;
      records++;
      last = { number, receivedNs };
      first ??= last;
    }
  }
  const { owner } = segments.at(-1) ?? { owner: undefined };
  return { segments: segments.length, owner, records, first, last, damage };
}
