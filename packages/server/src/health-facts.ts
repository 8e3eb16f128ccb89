/** Looks at everything that checks of health are made of. */
import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
  type ArchiveFacts,
  type DefinitionState,
  type DiskFacts,
  type HealthFacts,
  type LoopFacts,
  type OperationBoard,
  type PermissionFacts,
  readArchiveList,
  readArrivalFact,
  readClockFacts,
  readDatabaseFact,
  readPlanFacts,
  readSessionFacts,
  readTroubleFacts,
  type ReceiverFacts,
  type SettingFacts,
  type Timings,
  toDefinitionFacts,
} from '@heartwood/kpi';
import type { Reasons, Receiver, ReceiverMeasures, Spread } from '@heartwood/receiver';
import type { Reader, ReadOptions, StorageUse } from '@heartwood/store';
import { readBackupNote } from './backup-note.ts';
import { type Config, SETTINGS } from './config.ts';
import { archiveOf, measureData, sizeOf } from './file-sizes.ts';
import type { Folders } from './folders.ts';
import { lookAt } from './look-at.ts';
import type { SelfObservation } from './self-observation.ts';

export interface HealthSources {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folders: Folders;
  readonly reader: Reader;
  readonly receiver: Pick<Receiver, 'measures' | 'refusals' | 'waitingSinceMs'>;
  readonly self: Pick<SelfObservation, 'loopDelay' | 'cpuShare' | 'checkpoints'>;
  readonly definitions: () => DefinitionState;
  readonly qualityFailures: () => ReadonlyMap<string, number>;
  readonly use: () => StorageUse | undefined;
  readonly operations: Pick<OperationBoard, 'counts' | 'list'>;
  readonly startedAtMs: number;
}

const MEBIBYTE = 2 ** 20;
/** A question of a check is given up when whoever asks for health would. */
const QUESTION: ReadOptions = { timeoutMs: 5000 };

/** Looks at all of it at once; what fails or hangs is told as such, and holds up nothing else. */
export async function gatherHealthFacts(sources: HealthSources): Promise<HealthFacts> {
  const { config, folders, reader, receiver, self, startedAtMs } = sources;
  const atMs = Date.now();
  const ask = (signal: AbortSignal): ReadOptions => ({ ...QUESTION, signal });
  const looks = {
    database: lookAt((signal) => readDatabaseFact(reader, ask(signal))),
    storage: lookAt(async () => ({
      ...(await measureData(folders.database, folders.journalDir)),
      limitBytes: config.maxDataMb * MEBIBYTE,
    })),
    archive: lookAt((signal) => lookAtArchive(reader, folders.database, ask(signal))),
    checkpoints: lookAt(() => toTimings(self.checkpoints)),
    backup: lookAt(() => readBackupNote(folders.dataDir)),
    receiver: lookAt(() => toReceiverFacts(receiver.measures(), receiver)),
    arrival: lookAt((signal) => readArrivalFact(reader, ask(signal))),
    clocks: lookAt((signal) => readClockFacts(reader, atMs, ask(signal))),
    disk: lookAt(() => lookAtDisk(folders.dataDir, config.minFreeDiskMb * MEBIBYTE)),
    memory: lookAt(() => ({
      residentBytes: process.memoryUsage.rss(),
      totalBytes: memoryOfMachine(),
      databaseLimitBytes: config.memoryMb * MEBIBYTE,
    })),
    cpu: lookAt(() => ({
      share: self.cpuShare,
      cores: availableParallelism(),
      load: loadavg()[0] ?? 0,
    })),
    eventLoop: lookAt(() => toLoopFacts(self)),
    sessions: lookAt((signal) => readSessionFacts(reader, atMs, ask(signal))),
    operations: lookAt(() => lookAtOperations(sources.operations)),
    trouble: lookAt((signal) => readTroubleFacts(reader, atMs, ask(signal))),
    quality: lookAt(() => Object.fromEntries(sources.qualityFailures())),
    plan: lookAt((signal) =>
      readPlanFacts(reader, atMs, sources.definitions().set.plan !== null, ask(signal)),
    ),
    definitions: lookAt(() => toDefinitionFacts(sources.definitions())),
    settings: lookAt(() => toSettingFacts(sources)),
    permissions: lookAt(() => lookAtPermissions(config, folders)),
  } as const;
  return { atMs, startedAtMs, ...(await settle(looks)) };
}

/** Waits for all of them. */
async function settle<Looks extends Readonly<Record<string, Promise<unknown>>>>(
  looks: Looks,
): Promise<{ readonly [Name in keyof Looks]: Awaited<Looks[Name]> }> {
  const settled = await Promise.all(
    Object.entries(looks).map(async ([name, look]) => [name, await look] as const),
  );
  return Object.fromEntries(settled) as { [Name in keyof Looks]: Awaited<Looks[Name]> };
}

function toReceiverFacts(
  measures: ReceiverMeasures,
  receiver: Pick<Receiver, 'refusals' | 'waitingSinceMs'>,
): ReceiverFacts {
  const { signals, landing, freshness, failedLandings, deadLetterUse } = measures;
  const { damagedJournalBytes } = measures;
  const { files, bytes, deleted } = deadLetterUse;
  const sum = (read: (signal: (typeof signals)[number]) => number): number =>
    signals.reduce((total, signal) => total + read(signal), 0);
  return {
    refusals: receiver.refusals(),
    received: sum(({ received }) => received),
    waiting: sum(({ waiting }) => waiting),
    waitingSinceMs: receiver.waitingSinceMs ?? null,
    rejected: addUp(signals.map(({ rejected }) => rejected)),
    refused: addUp(signals.map(({ refused }) => refused)),
    landings: toTimings(landing),
    freshness: toTimings(freshness),
    failedLandings,
    deadLetters: { files, bytes, deleted },
    damagedJournalBytes,
  };
}

function addUp(parts: readonly Reasons[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const part of parts)
    for (const [reason, count] of part) sums.set(reason, (sums.get(reason) ?? 0) + count);
  return Object.fromEntries(sums);
}

/** The bound that 95 of 100 stayed below. */
export function toTimings({ bounds, counts, sum }: Spread): Timings {
  const count = counts.reduce((total, one) => total + one, 0);
  let upTo = 0;
  const at = counts.findIndex((one) => (upTo += one) >= count * 0.95);
  return {
    count,
    meanS: count === 0 ? 0 : sum / count,
    p95S: count === 0 ? 0 : (bounds[at] ?? null),
  };
}

function lookAtOperations(board: HealthSources['operations']) {
  const unhealthy = board.list({ health: ['stalled', 'lost', 'slow'] }, UNHEALTHY);
  return {
    counts: board.counts(),
    unhealthy: unhealthy.map(({ id, feature, health, reason }) => ({
      id,
      feature,
      health,
      reason,
    })),
  };
}

/** Named in the evidence. */
const UNHEALTHY = 10;

/** Files of the archive that are not there, or not as long as they should be. */
export async function lookAtArchive(
  reader: Reader,
  databaseFile: string,
  options: ReadOptions,
): Promise<ArchiveFacts> {
  const list = await readArchiveList(reader, options);
  let wrong = await wrongOf(list, databaseFile);
  for (let look = 1; wrong.length > 0 && look < ARCHIVE_LOOKS; look++) {
    // Upkeep removes and replaces files meanwhile: wrong is what the list still has, with the length that it has now.
    const suspects = new Set(wrong);
    const again = await readArchiveList(reader, options);
    wrong = await wrongOf(
      again.filter(({ file }) => suspects.has(file)),
      databaseFile,
    );
  }
  return { listed: list.length, wrong };
}

/** A file that goes between the second list and the second look would have to be the same one again. */
const ARCHIVE_LOOKS = 3;

async function wrongOf(
  list: Awaited<ReturnType<typeof readArchiveList>>,
  databaseFile: string,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { file, bytes } of list)
    if ((await sizeOf(path.join(archiveOf(databaseFile), file))) !== bytes) wrong.push(file);
  return wrong;
}

/** Room of the disk of a folder. */
export async function lookAtDisk(folder: string, leastBytes: number): Promise<DiskFacts> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { folder, freeBytes: bavail * bsize, totalBytes: blocks * bsize, leastBytes };
}

/** That of the container where it has a limit. */
function memoryOfMachine(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

function toLoopFacts({ loopDelay }: HealthSources['self']): LoopFacts {
  if (loopDelay === undefined) throw new Error('the event loop was not looked at yet');
  const { p50, p99, max } = loopDelay;
  return { p50S: p50, p99S: p99, maxS: max };
}

function toSettingFacts({ config, environment, use }: HealthSources): SettingFacts {
  const oldestNs = use()?.oldestNs;
  return {
    given: Object.values(SETTINGS)
      .map(({ variable }) => variable)
      .filter((variable) => environment[variable] !== undefined),
    retentionDays: config.retentionDays,
    hotDays: config.hotDays,
    limitBytes: config.maxDataMb * MEBIBYTE,
    oldestMs: oldestNs === undefined ? null : Number(oldestNs / 1_000_000n),
  };
}

function lookAtPermissions(config: Config, folders: Folders): PermissionFacts[] {
  // Windows keeps no mode.
  if (process.platform === 'win32') return [];
  const places = [
    { what: 'data folder', path: folders.dataDir },
    ...(config.tlsKey === undefined ? [] : [{ what: 'private key', path: config.tlsKey }]),
  ];
  return places.map((place) => ({ ...place, mode: statSync(place.path).mode & 0o777 }));
}
