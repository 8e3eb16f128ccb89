/** Runs to learn from: a file of them, and what its columns mean. */
import { exportTraining, pickColumns, QuestionError, rulesOf } from '@heartwood/kpi';
import type { TRAINING_ROUTES } from '../contract/routes/training.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';

export const trainingHandlers: HandlersOf<typeof TRAINING_ROUTES> = {
  /** `GET /api/v1/training/runs` */
  exportTraining: async (context, { query }) => {
    const { reader, system, gone } = context;
    const { exporter } = system;
    if (exporter === undefined) throw new QuestionError('TRAINING_UNAVAILABLE', 'format');
    const window = windowOf(context, query, '28d');
    const { format, split, feature, service } = query;
    const { file, schema } = await exportTraining(
      { reader, exporter },
      window,
      { format, split, labels: listOf(query.labels), feature, service },
      // A file takes longer than an answer may.
      { signal: gone, timeoutMs: LONGEST_MS },
    );
    const { from, to, complete } = metaOf(window, 'runs');
    const { columns: _columns, rules: _rules, parts, ...facts } = schema;
    const shares = { split: [...schema.split], parts: [...parts] };
    const name = `training-${from.slice(0, 10)}.${format}`;
    return {
      path: file.path,
      name,
      type: TYPES[format],
      header: { from, to, complete, ...facts, ...shares },
    };
  },
  /** `GET /api/v1/training/schema` */
  readTrainingSchema: ({ system }, { query }) => {
    const columns = pickColumns(listOf(query.labels));
    return {
      data: {
        columns: columns.map(({ values, ...column }) => ({
          ...column,
          values: values === null ? null : [...values],
        })),
        rules: [...rulesOf(columns)],
      },
      meta: { version: system.version },
    };
  },
};

const LONGEST_MS = 600_000;

const TYPES = {
  jsonl: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
} as const;

const listOf = (text: string | undefined): string[] | undefined =>
  text?.split(',').map((label) => label.trim());
