/** `logs show -A -B -C`: the lines of the same process around those that are found, as grep has them. */
import { cliError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flag.ts';
import { drawLogLine } from '../render/log-line.ts';
import { paint, type View } from '../render/style.ts';
import type { LogRow } from './logs-columns.ts';

export const CONTEXT_FLAGS = {
  'after-context': {
    kind: 'count',
    short: 'A',
    value: 'LINES',
    doc: 'Also so many lines that the same process said right after each; all filters aside but --all.',
  },
  'before-context': {
    kind: 'count',
    short: 'B',
    value: 'LINES',
    doc: 'Also so many lines that it said right before each.',
  },
  context: {
    kind: 'count',
    short: 'C',
    value: 'LINES',
    doc: 'Both. A line with -- parts what does not follow each other; lines beside are dim.',
  },
} as const satisfies FlagTable;

/** How many lines around each; undefined where none are asked for. Rejects flags that they mean nothing with. */
export function toContextSize(
  flags: FlagValues<typeof CONTEXT_FLAGS> & {
    readonly follow: boolean;
    readonly histogram: boolean;
  },
): { readonly before: number; readonly after: number } | undefined {
  const names = ['after-context', 'before-context', 'context'] as const;
  const given = names.find((name) => flags[name] !== undefined);
  if (given === undefined) return undefined;
  for (const other of ['follow', 'histogram'] as const)
    if (flags[other])
      throw cliError('FLAGS_TOGETHER', { first: `--${other}`, second: `--${given}` });
  const both = flags.context ?? 0;
  return { before: flags['before-context'] ?? both, after: flags['after-context'] ?? both };
}

/** Lines in groups, with `--` between them; those that were not found are dim. */
export function drawContext(
  rows: readonly LogRow[],
  view: Pick<View, 'colour'>,
  clock: Parameters<typeof drawLogLine>[2],
): string[] {
  return rows.flatMap((row, place) => {
    const line =
      row.isHit === false
        ? paint(view, 'quiet', drawLogLine(row, { colour: false }, clock))
        : drawLogLine(row, view, clock);
    const isNew = place > 0 && rows[place - 1]?.group !== row.group;
    return isNew ? [paint(view, 'quiet', '--'), line] : [line];
  });
}
