/** Runs a benchmark by its name: `npm run bench ingest`. */
import { benchCommandLine } from './command-line.ts';
import { benchHostile } from './hostile.ts';
import { benchIngest } from './ingest.ts';
import { benchInstrumentation } from './instrumentation.ts';
import { benchLogs } from './log-queries.ts';
import { benchOperations } from './operations.ts';
import { benchQueries } from './queries.ts';

const BENCHES: Readonly<Record<string, (words: readonly string[]) => Promise<boolean>>> = {
  cli: benchCommandLine,
  hostile: benchHostile,
  ingest: benchIngest,
  instrumentation: benchInstrumentation,
  logs: benchLogs,
  operations: benchOperations,
  queries: benchQueries,
};

const [name = '', ...words] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  console.error(
    `usage: npm run bench <name>, where <name> is one of: ${Object.keys(BENCHES).join(', ')}`,
  );
  process.exit(2);
}
if (!(await bench(words))) process.exit(2);
