/** Prints one funnel in every format. */
import type { AnswerOf } from '@heartwood/api/client';
import { describeRange, printEnvelope } from '../listing.ts';
import { printReport } from '../print-report.ts';
import type { Output } from '../output.ts';
import { toTable } from '../render/column.ts';
import { csvHead, csvLine } from '../render/csv.ts';
import { toJson } from '../render/json.ts';
import { showAmount, showCount, showShare } from '../render/number.ts';
import { type Part } from '../render/report.ts';
import { POINT_COLUMNS, STEP_COLUMNS, type StepRow } from './funnel-columns.ts';

type Answer = AnswerOf<'/api/v1/funnels/{id}'>;
type Series = NonNullable<Answer['data']['groups']>[number];

/** Prints a funnel: its steps, those of each group, its trend. */
export async function printFunnel(output: Output, { data, meta }: Answer): Promise<void> {
  const groups = data.groups ?? [];
  const rows = [...rowsOf({ ...data, group: null }), ...groups.flatMap(rowsOf)];
  switch (output.format) {
    case 'json': {
      await printEnvelope(output, data, meta);
      return;
    }
    case 'ndjson': {
      await output.write(rows.map((row) => `${toJson(row)}\n`).join(''));
      break;
    }
    case 'csv': {
      await output.write(
        csvHead(STEP_COLUMNS) + rows.map((row) => csvLine(STEP_COLUMNS, row)).join(''),
      );
      break;
    }
    case 'md':
    case 'table': {
      const parts = partsOf({ data, meta }, output);
      await printReport(output, data.title, parts);
      break;
    }
    default: {
      output.format satisfies never;
    }
  }
  for (const warning of meta.warnings) output.warn(warning);
  if (meta.explain !== undefined) output.note(`Counted: ${meta.explain.sentence}`);
  if (data.unit === 'attempt') output.note(`Entries: ${data.entryRule}.`);
  output.note(
    `${showAmount(data.entered, data.unit)} entered${convertedOf(data)}, from ${describeRange(meta)}.`,
  );
}

/** Both rates where they differ: who may still convert is in one of them only. */
function convertedOf({ rate, rateAll, immature }: Answer['data']): string {
  if (rateAll === null) return '';
  if (immature === 0) return `, ${showShare(rateAll)} converted`;
  const over = rate === null ? '' : `, ${showShare(rate)} of those whose time is over`;
  return `, ${showShare(rateAll)} of all converted${over} (${showCount(immature)} may still)`;
}

const rowsOf = ({ group, steps }: Pick<Series, 'group' | 'steps'>): StepRow[] =>
  steps.map((step) => ({ ...step, group }));

function partsOf({ data, meta }: Answer, { view }: Output): Part[] {
  const columns = STEP_COLUMNS.filter(({ name }) => name !== 'group');
  const steps = (title: string, series: Pick<Series, 'group' | 'steps'>): Part => ({
    kind: 'table',
    title,
    table: toTable(columns, rowsOf(series), view, meta.timeZone),
  });
  return [
    steps('Steps', { ...data, group: null }),
    ...(data.groups ?? []).map((group) => steps(`${data.by ?? ''}: ${group.group ?? ''}`, group)),
    ...(data.trend === null
      ? []
      : [
          {
            kind: 'table' as const,
            title: 'Trend by the time of the first step',
            table: toTable(POINT_COLUMNS, data.trend, view, meta.timeZone),
          },
        ]),
  ];
}
