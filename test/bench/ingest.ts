/** The intake under measurement: `npm run bench ingest [short] [case …]`. */
import { runCores } from './cores.ts';
import { runLatency } from './latency.ts';
import { runStages } from './stages.ts';
import { createTable } from './table.ts';
import { type Pace, runThroughput, THROUGHPUT_CASES, THROUGHPUT_HEAD } from './throughput.ts';

const FULL: Pace = { isShort: false, warmUpSeconds: 4, seconds: 12 };
const SHORT: Pace = { isShort: true, warmUpSeconds: 2, seconds: 3 };

const PARTS: Readonly<Record<string, (pace: Pace) => Promise<void>>> = {
  latency: runLatency,
  cores: runCores,
  stages: runStages,
};

/** Runs the named cases, or all; resolves with false when a name is not known. */
export async function benchIngest(words: readonly string[]): Promise<boolean> {
  const pace = words.includes('short') ? SHORT : FULL;
  const asked = words.filter((word) => word !== 'short');
  const known = new Set([...THROUGHPUT_CASES.map(({ name }) => name), ...Object.keys(PARTS)]);
  const unknown = asked.filter((word) => !known.has(word));
  if (unknown.length > 0) {
    console.error(`no case ${unknown.join(', ')}; there are: ${[...known].join(', ')}`);
    return false;
  }
  const isAsked = (name: string): boolean => asked.length === 0 || asked.includes(name);
  const cases = THROUGHPUT_CASES.filter(
    ({ name, isExtra = false }) =>
      asked.includes(name) || (asked.length === 0 && !(isExtra && pace.isShort)),
  );
  if (cases.length > 0) {
    console.log(
      'One core for the server, one for the load; all acknowledged durable and landed.\n',
    );
    const table = createTable(THROUGHPUT_HEAD, 44);
    for (const testCase of cases)
      await orSay(testCase.title, () => runThroughput(testCase, pace, table));
  }
  for (const [name, run] of Object.entries(PARTS)) {
    if (!isAsked(name)) continue;
    console.log('');
    await orSay(name, () => run(pace));
  }
  return true;
}

/** One case that cannot be measured does not keep the others from it. */
async function orSay(title: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    console.log(
      `  (${title}: not measured: ${error instanceof Error ? error.message : String(error)})`,
    );
  }
}
