/** The tracking plan as the table with nine columns that people fill in: Markdown or CSV, out and in. */
import { fromPropertyCells, toPropertyCells } from './table-cell.ts';
import { parseTable, writeTable, type TableFormat } from './table-text.ts';
import { quotePart, splitList } from './table-list.ts';
import type { PlannedEvent } from './planned-event.ts';
import type { TrackingPlan } from './tracking-plan.ts';

/** The columns, in their order. */
export const PLAN_COLUMNS = [
  'Product Section',
  'Funnel Name',
  'Step in Funnel',
  'Event Name',
  'KPI Relationship',
  'Trigger',
  'Event Properties',
  'Expected Values',
  'Notes',
] as const;

type Column = (typeof PLAN_COLUMNS)[number];

/** One thing about a table as it is written. */
export interface TableProblem {
  readonly severity: 'error' | 'warning';
  /** Line of the text, from 1. */
  readonly line: number;
  readonly message: string;
}

/** A plan in plain values for `parsePlan`, or everything that is wrong with the table. */
export type ReadTable =
  | {
      readonly ok: true;
      readonly document: {
        readonly version: 1;
        readonly events: Readonly<Record<string, unknown>>;
      };
      readonly warnings: readonly TableProblem[];
    }
  | { readonly ok: false; readonly problems: readonly TableProblem[] };

/** Writes the table; owners, versions, modes and descriptions have no column and are not in it. */
export function toPlanTable(plan: TrackingPlan, format: TableFormat): string {
  return writeTable([PLAN_COLUMNS, ...[...plan.events.values()].map(toRow)], format);
}

/** Reads a table of either kind with its columns in any order. Rules that are no rules become descriptions or notes. */
export function fromPlanTable(text: string): ReadTable {
  const problems: TableProblem[] = [];
  const report = (severity: TableProblem['severity'], line: number, message: string): void => {
    problems.push({ severity, line, message });
  };
  const events = new Map<string, unknown>();
  if (text.length > MAX_TEXT) report('error', 1, `the table is longer than ${MAX_TEXT} characters`);
  else {
    const table = parseTable(text);
    const [head, ...rows] = table.rows;
    const names = head?.cells ?? [];
    const columns = readColumns(names, head?.line ?? 1, report);
    if (table.openQuote !== undefined)
      report('error', table.openQuote, 'the quote that a cell begins with here is not closed');
    for (const { line, cells } of columns.has('Event Name') ? rows : []) {
      // Whatever follows a separator within a cell stands under the wrong names.
      if (cells.slice(names.length).some((text) => text !== ''))
        report(
          'error',
          line,
          `the row has more cells than the ${names.length} columns: ${SEPARATED}`,
        );
      const cell = (column: Column): string => cells.at(columns.get(column) ?? cells.length) ?? '';
      readRow(cell, events, (severity, message) => report(severity, line, message));
    }
  }
  if (problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
  const document = { version: 1 as const, events: Object.fromEntries(events) };
  return { ok: true, document, warnings: problems };
}

const SEPARATED = 'a cell with a separator in it is quoted in CSV, and has "\\|" in Markdown';
const MAX_TEXT = 4 * 1024 * 1024;

function toRow(event: PlannedEvent): string[] {
  const { properties, expected } = toPropertyCells(event.schema.written);
  const row: Record<Column, string> = {
    'Product Section': event.section,
    'Funnel Name': event.funnel?.id ?? '',
    'Step in Funnel': event.funnel?.step?.toString() ?? '',
    'Event Name': event.name,
    'KPI Relationship': event.kpis.map(quotePart).join(', '),
    Trigger: event.trigger,
    'Event Properties': properties,
    'Expected Values': expected,
    Notes: event.notes,
  };
  return PLAN_COLUMNS.map((column) => row[column].trim());
}

function readColumns(
  names: readonly string[],
  line: number,
  report: (severity: TableProblem['severity'], line: number, message: string) => void,
): ReadonlyMap<Column, number> {
  const found = new Map<Column, number>();
  for (const [index, name] of names.entries()) {
    const column = PLAN_COLUMNS.find((one) => one.toLowerCase() === name.trim().toLowerCase());
    if (column === undefined) {
      if (name !== '') report('warning', line, `the column "${name.slice(0, 100)}" is not known`);
    } else if (found.has(column))
      report('error', line, `the column "${column}" stands there twice`);
    else found.set(column, index);
  }
  if (!found.has('Event Name')) {
    report(
      'error',
      line,
      `there is no column "Event Name"; the columns are ${PLAN_COLUMNS.join(', ')}`,
    );
  }
  return found;
}

function readRow(
  cell: (column: Column) => string,
  events: Map<string, unknown>,
  report: (severity: TableProblem['severity'], message: string) => void,
): void {
  const name = cell('Event Name');
  if (name === '') return report('error', 'the row has no name of an event');
  if (events.has(name))
    return report('error', `the event "${name.slice(0, 200)}" stands there twice`);
  const { schema, rest } = fromPropertyCells({
    properties: cell('Event Properties'),
    expected: cell('Expected Values'),
  });
  if (rest.length > 0) {
    report(
      'warning',
      `what is expected of no property became a note: ${rest.join('; ').slice(0, 200)}`,
    );
  }
  const notes = [cell('Notes'), ...rest.map((text) => `Expected: ${text}`)].filter(
    (text) => text !== '',
  );
  const funnel = readFunnel(cell('Funnel Name'), cell('Step in Funnel'), report);
  const kpis = readList(cell('KPI Relationship'));
  const texts = {
    section: cell('Product Section'),
    trigger: cell('Trigger'),
    notes: notes.join('\n'),
  };
  events.set(name, {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
    ...(funnel !== null && { funnel }),
    ...(kpis.length > 0 && { kpis }),
    schema,
  });
}

function readFunnel(
  id: string,
  step: string,
  report: (severity: TableProblem['severity'], message: string) => void,
): { readonly id: string; readonly step?: number } | null {
  if (id === '') {
    if (step !== '') report('warning', `step ${step.slice(0, 20)} belongs to no funnel`);
    return null;
  }
  if (step === '') return { id };
  if (/^[1-9]\d{0,3}$/.test(step)) return { id, step: Number(step) };
  report('error', `"${step.slice(0, 20)}" is no step: a whole number from 1`);
  return null;
}

function readList(text: string): string[] {
  return splitList(text, /[,;\n]/).map((part) => {
    if (!/^"(?:[^"\\]|\\.)*"$/s.test(part)) return part;
    try {
      return JSON.parse(part) as string;
    } catch {
      // Quotes of people.
      return part.slice(1, -1);
    }
  });
}
