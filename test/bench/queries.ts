/** The questions under measurement: `npm run bench queries -- [--runs 1m|10m|50m] [--data folder] [case …]`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadStatements, type Statement } from '../../packages/store/src/statements.ts';
import { openDuckdb } from '../../packages/store/src/duckdb/engine.ts';
import { DATABASE_FILE } from '../../packages/store/src/open.ts';
import { queries } from '../../packages/store/src/queries.ts';
import type { Store } from '../../packages/store/src/store.ts';
import { median } from './instrumentation-figures.ts';
import { memoryMb } from './process-usage.ts';
import { createQueryCases, type QueryCase } from './query-cases.ts';
import { ensureQueryData, UPKEEP } from './query-data.ts';
import { cell, createTable } from './table.ts';

const SIZES: Readonly<Record<string, number>> = { '1m': 1e6, '10m': 1e7, '50m': 5e7 };
const ROUNDS = 9;

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

const SCAN = 'bench/scan';

async function measureAll(
  folder: string,
  runs: number,
  cases: readonly QueryCase[],
): Promise<boolean> {
  const scan: Statement = {
    name: SCAN,
    params: { from: 'ns', to: 'ns' },
    row: { rows: 'int', sum: 'real?' },
    sql: `SELECT count(*) AS "rows", sum(duration_ns)::DOUBLE AS "sum" FROM spans
      WHERE start_time >= fa_time($from) AND start_time < fa_time($to)`,
  };
  const statements = new Map([...loadStatements(queries), [SCAN, scan] as const]);
  const store = await openDuckdb({ path: path.join(folder, DATABASE_FILE) }, statements);
  // Kept data may be of a program that added up less.
  await store.keepUp(UPKEEP);
  console.log(
    `${runs.toLocaleString('en')} runs. Milliseconds, medians of ${String(ROUNDS)}; the first time apart; "× scan": CPU time beside that of a plain scan of the same rows.\n`,
  );
  const table = createTable(
    ['question', 'target', 'wall', 'CPU', 'first', 'scan CPU', '× scan', 'peak MiB', 'kept'],
    44,
  );
  let isKept = true;
  try {
    for (const query of cases) {
      const measured = await measure(store, query).catch((error: unknown) => error);
      if (measured instanceof Error) {
        isKept &&= query.targetMs === null;
        table.note(`${query.title}: not answered: ${measured.message}`);
        continue;
      }
      const { wall, cpu, first, scanCpu } = measured as Measured;
      const target = (query.targetMs ?? Number.POSITIVE_INFINITY) * (runs > 1e7 ? query.growth : 1);
      // On a machine with other work the clock runs on while the question waits for a core.
      const took = Math.min(wall, cpu);
      isKept &&= took <= target;
      table.row([
        query.title,
        query.targetMs === null ? '' : cell(target, 0),
        ...[wall, cpu, first, scanCpu].map((ms) => cell(ms, 0)),
        cell(cpu / scanCpu, 2),
        cell(memoryMb(process.pid).peak, 0),
        query.targetMs === null ? '' : took <= target ? 'yes' : 'NO',
      ]);
    }
  } finally {
    await store.close();
  }
  return isKept;
}

interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly first: number;
  readonly scanCpu: number;
}

/** The scan in between, so that both see the same neighbours on the machine. */
async function measure(store: Store, query: QueryCase): Promise<Measured> {
  const { window } = query;
  const [from, to] = [window.fromMs, window.toMs].map((ms) => BigInt(ms) * 1_000_000n);
  const first = await timed(() => query.ask(store, 0));
  const times: Timed[] = [];
  const scans: Timed[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    scans.push(
      await timed(async () => {
        const [row] = await store.read(SCAN as never, { from, to } as never);
        return (row as unknown as { readonly rows: number }).rows;
      }),
    );
    times.push(await timed(() => query.ask(store, round)));
  }
  const of = (list: readonly Timed[], name: keyof Timed): number =>
    median(list.map((one) => one[name]));
  return {
    wall: of(times, 'wall'),
    cpu: of(times, 'cpu'),
    first: first.wall,
    scanCpu: of(scans, 'cpu'),
  };
}

interface Timed {
  readonly wall: number;
  readonly cpu: number;
}

/** Milliseconds on the clock and of all threads; an answer of nothing is none. */
async function timed(work: () => Promise<number>): Promise<Timed> {
  const before = process.cpuUsage();
  const begin = performance.now();
  const found = await work();
  const wall = performance.now() - begin;
  const { user, system } = process.cpuUsage(before);
  if (!(found > 0)) throw new Error('a question found nothing');
  return { wall, cpu: (user + system) / 1000 };
}
