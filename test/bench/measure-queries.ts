/** Questions under measurement, in turns with a plain scan of the same rows. */
import path from 'node:path';
import { openDuckdb } from '../../packages/store/src/duckdb/engine.ts';
import { DATABASE_FILE } from '../../packages/store/src/open.ts';
import { queries } from '../../packages/store/src/queries.ts';
import { loadStatements, type Statement } from '../../packages/store/src/statements.ts';
import type { Store } from '../../packages/store/src/store.ts';
import { UPKEEP } from './columns.ts';
import { median } from './instrumentation-figures.ts';
import { memoryMb } from './process-usage.ts';
import type { QueryCase } from './query-cases.ts';
import { cell, createTable } from './table.ts';

/** What is measured on. */
export interface QueryGround {
  /** Of what, and how many. */
  readonly subject: string;
  /** How much longer than on 10 million a question may take. */
  readonly growthOf: (query: QueryCase) => number;
  /** SQL of the scan: `rows` and a `sum` between `$from` and `$to`. */
  readonly scan: string;
}

const ROUNDS = 9;
/** What the database may take, as the server gives it. */
const LIMIT_MIB = 1408;
const SCAN = 'bench/scan';

/** Prints a row for each question; resolves with false when one takes longer than promised. */
export async function measureQueries(
  folder: string,
  cases: readonly QueryCase[],
  { subject, growthOf, scan: sql }: QueryGround,
): Promise<boolean> {
  const scan: Statement = {
    name: SCAN,
    params: { from: 'ns', to: 'ns' },
    row: { rows: 'int', sum: 'real?' },
    sql,
  };
  const statements = new Map([...loadStatements(queries), [SCAN, scan] as const]);
  const store = await openDuckdb(
    { path: path.join(folder, DATABASE_FILE), memoryLimitMiB: LIMIT_MIB },
    statements,
  );
  const base = memoryMb(process.pid).now;
  // Kept data may be of a program that added up less.
  await store.keepUp(UPKEEP);
  console.log(
    `${subject}. Milliseconds, medians of ${String(ROUNDS)}; the first time apart; "× scan": CPU time beside that of a plain scan of the same rows.\n`,
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
      const target = (query.targetMs ?? Number.POSITIVE_INFINITY) * growthOf(query);
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
  const beyond = memoryMb(process.pid).peak - base;
  const isWithin = beyond <= LIMIT_MIB;
  console.log(
    `\nMemory: ${cell(base, 0)} MiB once the store is open, at most ${cell(beyond, 0)} more since; the database may take ${cell(LIMIT_MIB, 0)}: ${isWithin ? 'kept' : 'NOT kept'}.`,
  );
  return isKept && isWithin;
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
