/** How often operations of databases met a duplicate. */
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { msToInstant } from '../instant.ts';
import { createGrid } from '../interval.ts';
import { checkNames } from '../name.ts';
import { keptWarnings, readRemoved } from '../removed.ts';
import { toNs, type Window } from '../window.ts';
import { wilson } from '../wilson.ts';

/** Operations that tell whether they met a duplicate. */
interface DuplicateCount {
  readonly operations: number;
  readonly duplicates: number;
  /** `duplicates / operations`, and bounds that hold the true share in 95 of 100 samples; null without operations. */
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** All, by operation, by day, and by whom they were about. */
interface Duplicates extends DuplicateCount {
  readonly byOperation: (DuplicateCount & { readonly operation: string | null })[];
  readonly byDay: (DuplicateCount & { readonly start: string })[];
  /** Those of whom duplicates were met most often, by their hash. */
  readonly byLead: {
    readonly lead: string;
    readonly operations: number;
    readonly duplicates: number;
  }[];
}

/** Operations and people that are told apart. */
const MOST_PARTS = 50;

/** Duplicates of a window. Rejects an unknown service when nothing is found. */
export async function readDuplicates(
  reader: Reader,
  window: Window,
  filter: { readonly service?: string | undefined; readonly session?: string | undefined },
  options: ReadOptions = {},
): Promise<{ duplicates: Duplicates; warnings: string[] }> {
  const { origin, width, slots, buckets } = createGrid(window, '1d');
  const params = {
    ...toNs(window),
    ...filter,
    origin,
    width,
    buckets: slots,
    limit: MOST_PARTS,
  };
  const [rows, removed] = await Promise.all([
    reader.read('entry/duplicates', params, options),
    readRemoved(reader, window, {}, options),
  ]);
  const of = (part: string): Row[] => rows.filter((row) => row.part === part);
  const [all] = of('all');
  if ((all?.entries ?? 0) === 0) await checkNames(reader, { service: filter.service }, options);
  return {
    duplicates: {
      ...toCount(all),
      byOperation: of('operation').map((row) => ({ operation: row.name, ...toCount(row) })),
      byDay: buckets.map(({ startMs }, index) => ({
        start: msToInstant(startMs),
        ...toCount(of('bucket').find(({ bucket }) => bucket === index)),
      })),
      byLead: of('lead').map(({ name, entries, duplicates }) => ({
        lead: name ?? '',
        operations: entries,
        duplicates,
      })),
    },
    warnings: keptWarnings(removed, window, 'entries'),
  };
}

type Row = QueryRow<'entry/duplicates'>;

function toCount(row: Row | undefined): DuplicateCount {
  const { entries = 0, duplicates = 0 } = row ?? {};
  const bounds = wilson(duplicates, entries);
  return {
    operations: entries,
    duplicates,
    share: entries === 0 ? null : duplicates / entries,
    low: bounds?.low ?? null,
    high: bounds?.high ?? null,
  };
}
