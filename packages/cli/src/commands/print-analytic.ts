/** Prints an analytic: its data as they are for JSON, rows made of them in every other format, and what is said of both. */
import { describeRange, printEnvelope, printList, type ListMeta } from '../listing.ts';
import type { Output } from '../output.ts';
import type { Column } from '../render/column.ts';
import { showCount } from '../render/number.ts';

interface AnalyticMeta extends ListMeta {
  readonly sampleSize: { readonly unit: string; readonly n: number };
  readonly explain?: { readonly sentence: string } | undefined;
}

/** Prints an answer; `notes` follow the table. */
export async function printAnalytic<Row>(
  output: Output,
  { data, meta }: { readonly data: unknown; readonly meta: AnalyticMeta },
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  notes: readonly string[] = [],
): Promise<void> {
  if (output.format === 'json') return await printEnvelope(output, data, meta);
  await printList(output, columns, [{ data: rows, meta }]);
  if (output.format === 'ndjson') return;
  for (const note of notes) output.note(note);
  if (meta.explain !== undefined) output.note(`Counted: ${meta.explain.sentence}`);
  const { unit, n } = meta.sampleSize;
  const one = unit.replaceAll(/s\b/gu, '').replace(' and ', ' or ');
  output.note(`${showCount(n)} ${n === 1 ? one : unit} from ${describeRange(meta)}.`);
}
