/** Runs a benchmark by its name: `npm run bench ingest`. */
import { benchIngest } from './ingest.ts';

const BENCHES: Readonly<Record<string, () => Promise<void>>> = { ingest: benchIngest };

const [name = ''] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  console.error(
    `usage: npm run bench <name>, where <name> is one of: ${Object.keys(BENCHES).join(', ')}`,
  );
  process.exit(2);
}
await bench();
