/** The questions under measurement: `npm run bench queries -- [--runs 1m|10m|50m] [--data folder] [case …]`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureQueries } from './measure-queries.ts';
import { createQueryCases, type QueryCase } from './query-cases.ts';
import { ensureQueryData } from './query-data.ts';

const SIZES: Readonly<Record<string, number>> = { '1m': 1e6, '10m': 1e7, '50m': 5e7 };

/** Resolves with false when a question takes longer than promised, or the words make no sense. */
export async function benchQueries(words: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { runs: { type: 'string', default: '10m' }, data: { type: 'string' } },
    allowPositionals: true,
  });
  const runs = SIZES[values.runs];
  const known = createQueryCases(runs ?? 1);
  const unknown = positionals.filter((word) => known.every(({ name }) => name !== word));
  if (runs === undefined || unknown.length > 0) {
    const names = known.map(({ name }) => name).join(', ');
    console.error(`usage: npm run bench queries -- [--runs 1m|10m|50m] [--data folder] [${names}]`);
    return false;
  }
  const folder = values.data ?? (await mkdtemp(path.join(tmpdir(), 'heartwood-bench-')));
  try {
    await ensureQueryData(folder, runs);
    const asked = known.filter(
      ({ name }) => positionals.length === 0 || positionals.includes(name),
    );
    return await measureAll(folder, runs, asked);
  } finally {
    if (values.data === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function measureAll(
  folder: string,
  runs: number,
  cases: readonly QueryCase[],
): Promise<boolean> {
  return await measureQueries(folder, cases, {
    subject: `${runs.toLocaleString('en')} runs`,
    growthOf: ({ growth }) => (runs > 1e7 ? growth : 1),
    scan: `SELECT count(*) AS "rows", sum(duration_ns)::DOUBLE AS "sum" FROM spans
      WHERE start_time >= fa_time($from) AND start_time < fa_time($to)`,
  });
}
