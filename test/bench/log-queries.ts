/** Questions about log records under measurement: `npm run bench logs -- [--records 1m|10m] [--data folder] [case …]`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createLogCases } from './log-cases.ts';
import { ensureLogData } from './log-data.ts';
import { measureQueries } from './measure-queries.ts';

const SIZES: Readonly<Record<string, number>> = { '1m': 1e6, '10m': 1e7 };

/** Resolves with false when a question takes longer than promised, or the words make no sense. */
export async function benchLogs(words: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { records: { type: 'string', default: '10m' }, data: { type: 'string' } },
    allowPositionals: true,
  });
  const records = SIZES[values.records];
  const known = createLogCases();
  const unknown = positionals.filter((word) => known.every(({ name }) => name !== word));
  if (records === undefined || unknown.length > 0) {
    const names = [...new Set(known.map(({ name }) => name))].join(', ');
    console.error(`usage: npm run bench logs -- [--records 1m|10m] [--data folder] [${names}]`);
    return false;
  }
  const folder = values.data ?? (await mkdtemp(path.join(tmpdir(), 'heartwood-bench-')));
  try {
    await ensureLogData(folder, records);
    const asked = known.filter(
      ({ name }) => positionals.length === 0 || positionals.includes(name),
    );
    return await measureQueries(folder, asked, {
      subject: `${records.toLocaleString('en')} log records`,
      growthOf: () => 1,
      scan: `SELECT count(*) AS "rows", sum(severity_number)::DOUBLE AS "sum" FROM logs
      WHERE time >= fa_time($from) AND time < fa_time($to)`,
    });
  } finally {
    if (values.data === undefined) await rm(folder, { recursive: true, force: true });
  }
}
