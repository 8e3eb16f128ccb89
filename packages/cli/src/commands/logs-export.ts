/** `logs export`: all log records that pass the filters, the oldest first, written page by page and not kept. */
import type { AnswerOf, Client, QueryOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange } from '../listing.ts';
import type { Output } from '../output.ts';
import { readPages } from '../pages.ts';
import { toTable } from '../render/column.ts';
import { csvHead, csvLine } from '../render/csv.ts';
import { toJson } from '../render/json.ts';
import { drawLogLine } from '../render/log-line.ts';
import { markdownTable } from '../render/markdown.ts';
import { showAmount } from '../render/number.ts';
import { LOG_COLUMNS, type LogRow } from './logs-columns.ts';
import { LOG_FLAGS, readLogPages, toLogQuery } from './logs-flags.ts';

const FORMATS = ['text', 'json', 'ndjson', 'csv', 'md', 'otlp'] as const;

type Meta = AnswerOf<'/api/v1/logs'>['meta'];

/** Some rows as they are written, and what is said about them. */
interface Piece {
  readonly text: string;
  readonly rows: number;
  readonly meta: Meta;
}

export const exportLogs = defineCommand({
  examples: [
    ['heartwood logs export --since 2h --output investigation.log', 'two hours, as plain text'],
    [
      'heartwood logs export --format json --level ERROR --output debug.json',
      'errors with all facts',
    ],
    ['heartwood logs export --component sync --output sync.csv --force', 'for a spreadsheet'],
    [
      'heartwood logs export --format otlp --output logs.otlp',
      'requests, one a line, for a Collector',
    ],
  ],
  flags: {
    ...LOG_FLAGS,
    format: {
      kind: 'choice',
      value: 'FORMAT',
      choices: FORMATS,
      doc: 'How lines are written: text, json, ndjson, csv, md, or otlp, requests as any OTLP receiver takes them. Default: text.',
    },
    limit: {
      kind: 'count',
      short: 'n',
      value: 'LINES',
      doc: 'How many lines at most, the oldest. Default: all.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const format = flags.format ?? (output.format === 'json' ? 'json' : 'text');
    const query = { ...toLogQuery(flags), order: 'oldest' } as const;
    const limit = flags.limit ?? Infinity;
    const pieces =
      format === 'otlp'
        ? readRequests(client, query, limit, signal)
        : readPieces(readLogPages(client, query, limit, signal), format, output);
    const warnings = new Set<string>();
    let meta: Meta | undefined;
    let count = 0;
    for await (const piece of pieces) {
      if (piece.text !== '') await output.write(piece.text);
      for (const warning of piece.meta.warnings) warnings.add(warning);
      ({ meta } = piece);
      count += piece.rows;
    }
    if (meta === undefined) return;
    if (format === 'json') {
      await output.write(endOfJson(count, { ...meta, warnings: [...warnings] }));
      return;
    }
    for (const warning of warnings) output.warn(warning);
    const range = describeRange({ ...meta, complete: true });
    const more = meta.nextCursor === null ? '' : ' There are later ones: a larger --limit.';
    output.note(`${showAmount(count, 'line')} from ${range}.${more}`);
  },
});

async function* readPieces(
  pages: AsyncIterable<AnswerOf<'/api/v1/logs'>>,
  format: Exclude<(typeof FORMATS)[number], 'otlp'>,
  output: Output,
): AsyncGenerator<Piece> {
  let before = 0;
  for await (const { data, meta } of pages) {
    const text = WRITERS[format](data, before, meta.timeZone, output);
    yield { text, rows: data.length, meta };
    before += data.length;
  }
}

type Writer = (rows: readonly LogRow[], before: number, timeZone: string, output: Output) => string;

/** What stands for rows behind so many others. */
const WRITERS: Readonly<Record<Exclude<(typeof FORMATS)[number], 'otlp'>, Writer>> = {
  // For a file: whole lines without colours, whatever looks on.
  text: (rows, _before, timeZone) =>
    rows.map((row) => `${drawLogLine(row, { colour: false }, { timeZone })}\n`).join(''),
  ndjson: (rows) => rows.map((row) => `${toJson(row)}\n`).join(''),
  csv: (rows, before) =>
    (before === 0 ? csvHead(LOG_COLUMNS) : '') +
    rows.map((row) => csvLine(LOG_COLUMNS, row)).join(''),
  md: (rows, before, timeZone, { view }) => {
    const lines = markdownTable(toTable(LOG_COLUMNS, rows, view, timeZone));
    return lines
      .slice(before === 0 ? 0 : HEAD_LINES)
      .map((line) => `${line}\n`)
      .join('');
  },
  // The members of the envelope that every command has with --json, row by row.
  json: (rows, before) =>
    rows
      .map((row, at) => `${before + at === 0 ? '{\n  "data": [\n' : ',\n'}${indented(row, 4)}`)
      .join(''),
};

/** Of a Markdown table. */
const HEAD_LINES = 2;

function endOfJson(count: number, meta: Meta): string {
  const data = count === 0 ? '{\n  "data": []' : '\n  ]';
  const { warnings } = meta;
  return `${data},\n  "meta": ${indented(meta, 2).trimStart()},\n  "warnings": ${indented(warnings, 2).trimStart()}\n}\n`;
}

const indented = (value: unknown, columns: number): string =>
  toJson(value, 2).replaceAll(/^/gmu, ' '.repeat(columns));

/** One request a page, on a line of its own, as the Collector's file receiver reads them. */
async function* readRequests(
  client: Client,
  first: QueryOf<'/api/v1/logs/otlp'>,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const ask = async (query: QueryOf<'/api/v1/logs/otlp'>) => {
    const { data, meta } = await client.get('/api/v1/logs/otlp', { query, signal });
    return { data: recordsOf(data), request: data, meta };
  };
  for await (const { data, request, meta } of readPages(ask, first, limit))
    yield { text: data.length === 0 ? '' : `${toJson(request)}\n`, rows: data.length, meta };
}

const recordsOf = ({ resourceLogs }: AnswerOf<'/api/v1/logs/otlp'>['data']): readonly unknown[] =>
  (resourceLogs as unknown as readonly ResourceLogs[])
    .flatMap(({ scopeLogs = [] }) => scopeLogs)
    .flatMap(({ logRecords = [] }) => logRecords);

/** In JSON of OTLP empty lists may be left out. */
interface ResourceLogs {
  readonly scopeLogs?: readonly { readonly logRecords?: readonly unknown[] }[];
}
