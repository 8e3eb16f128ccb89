/** Tries out what a diagnosis is made of; nothing is written for it. */
import {
  type DiagnosisFacts,
  type DiagnosisTest,
  type Fact,
  readArrivalFact,
  readPings,
  readScan,
} from '@heartwood/kpi';
import { type HealthSources, lookAtArchive, lookAtDisk, toTimings } from './health-facts.ts';
import { lookAt } from './look-at.ts';

const MEBIBYTE = 2 ** 20;
const TURNS = 20;

/** Tries out what was asked for; what fails or hangs is told as such. */
export async function gatherDiagnosisFacts(
  tests: readonly DiagnosisTest[],
  { config, folders, reader, receiver }: HealthSources,
): Promise<DiagnosisFacts> {
  const onlyFor = <Value>(
    test: DiagnosisTest,
    look: (signal: AbortSignal) => Promise<Value> | Value,
  ): Promise<Fact<Value>> =>
    tests.includes(test)
      ? lookAt(look)
      : Promise.resolve({ isKnown: false, reason: 'was not asked for', tookMs: 0 });
  const options = (signal: AbortSignal): { signal: AbortSignal; timeoutMs: number } => ({
    signal,
    timeoutMs: 5000,
  });
  const refusals = await onlyFor('api', () => receiver.refusals());
  const turns = await onlyFor('api', timeTurns);
  // One after the other: beside each other they would measure each other.
  const trips = await onlyFor('database', (signal) => readPings(reader, options(signal)));
  const scan = await onlyFor('database', (signal) => readScan(reader, options(signal)));
  const newest = await onlyFor('database', async (signal) => {
    const began = performance.now();
    const receivedMs = await readArrivalFact(reader, options(signal));
    const tookMs = performance.now() - began;
    return { receivedMs, tookMs, freshness: toTimings(receiver.measures().freshness) };
  });
  const disk = await onlyFor('database', () =>
    lookAtDisk(folders.dataDir, config.minFreeDiskMb * MEBIBYTE),
  );
  const archive = await onlyFor('database', (signal) =>
    lookAtArchive(reader, folders.database, options(signal)),
  );
  return { atMs: Date.now(), refusals, turns, trips, scan, newest, disk, archive };
}

/** How long each of some turns of the event loop waited, milliseconds. */
async function timeTurns(): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const began = performance.now();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    times.push(performance.now() - began);
  }
  return times;
}
