/** `training export`: runs with labels as a file, with a schema file beside it. */
import { createHash } from 'node:crypto';
import type { FileOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { cliError } from '../errors.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import { cleanLines } from '../render/clean.ts';
import { escapeHidden, toJson } from '../render/json.ts';
import { showAmount, showCount, showDuration } from '../render/number.ts';
import { WholeLines } from '../render/whole-lines.ts';
import { TRAINING_FLAGS } from './training-flags.ts';

const FORMATS = ['parquet', 'csv', 'jsonl'] as const;

export const exportTraining = defineCommand({
  examples: [
    ['heartwood training export --output runs.parquet', 'runs of four weeks in three parts'],
    [
      'heartwood training export --since 90d --split 0.7,0.15,0.15 --output runs.csv',
      'with larger parts to try out',
    ],
    [
      'heartwood training export --labels operation_successful --feature import --output runs.jsonl',
      'for one question about one feature',
    ],
    ['heartwood training export --format csv | head', 'a look at it'],
  ],
  flags: {
    ...RANGE_FLAGS,
    since: {
      ...RANGE_FLAGS.since,
      doc: 'Runs of this time up to now, such as 28d or 12w. Default: 28d.',
    },
    feature: { kind: 'text', value: 'NAME', doc: 'Only runs of this feature.' },
    service: { kind: 'text', value: 'NAME', doc: 'Only runs of this service.' },
    split: {
      kind: 'text',
      value: 'SHARES',
      doc: 'Shares for training, validation and test, the earliest first. Default: 0.8,0.1,0.1.',
    },
    ...TRAINING_FLAGS,
    format: {
      kind: 'choice',
      value: 'FORMAT',
      choices: FORMATS,
      doc: 'What is written: parquet, csv or jsonl. Default: the ending of --output, else jsonl.',
    },
  },
  run: async ({ flags, client, output, signal, timeoutMs = LONGEST_MS }) => {
    const { feature, service, split, labels, format = 'jsonl' } = flags;
    // Parquet is nothing to look at, and would set up a terminal as it likes.
    if (format === 'parquet' && output.file === undefined && output.isSeen)
      throw cliError('FORMAT_ALONE', { format });
    const schema = await client.get('/api/v1/training/schema', { query: { labels }, signal });
    const query = { ...toRangeQuery(flags), feature, service, split, labels, format };
    const file = await client.download('/api/v1/training/runs', { query, signal, timeoutMs });
    const { facts } = file;
    const hash = createHash('sha256');
    // A file holds what the server wrote, byte by byte; what may be on its way to a terminal obeys nobody's names.
    const show = output.file === undefined ? SHOWN[format]?.() : undefined;
    for await (const bytes of file.bytes) {
      hash.update(bytes);
      await output.write(show === undefined ? bytes : show.read(bytes));
    }
    if (show !== undefined) await output.write(show.end());
    if (hash.digest('hex') !== facts.sha256) throw cliError('FILE_BROKEN');
    await output.writeBeside('.schema.json', `${toJson({ ...facts, ...schema.data }, 2)}\n`);
    output.note(describe(facts));
    if (!facts.complete) output.warn('Runs of the range may still arrive; those would be missing.');
  },
});

/** How text is shown; Parquet is none. */
const SHOWN: Readonly<Record<(typeof FORMATS)[number], (() => WholeLines) | undefined>> = {
  parquet: undefined,
  csv: () => new WholeLines(cleanLines),
  jsonl: () => new WholeLines(escapeHidden),
};

const LONGEST_MS = 600_000;

function describe({ rows, parts, gapMs, from, to }: FileOf<'/api/v1/training/runs'>): string {
  const left = parts.reduce((sum, part) => sum + part.leftOut, 0);
  const each = parts.map((part) => `${part.split} ${showCount(part.rows)}`).join(', ');
  return `${showAmount(rows, 'run')} from ${from} to ${to}: ${each}; ${showCount(left)} left out before the next part (${showDuration(gapMs)}).`;
}
