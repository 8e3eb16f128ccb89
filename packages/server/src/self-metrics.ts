/** What the process tells of itself, as metrics: for Prometheus and for our own store. */
import { statfs } from 'node:fs/promises';
import process from 'node:process';
import type { MetricFamily, MetricPoint, Reading } from '@heartwood/api';
import type { DefinitionState, OperationBoard } from '@heartwood/kpi';
import type {
  Histogram,
  Reasons,
  ReceiverMeasures,
  SignalMeasures,
  Spread,
} from '@heartwood/receiver';
import {
  ATTR_CPU_MODE,
  ATTR_ERROR_TYPE,
  ATTR_HEARTWOOD_CHECK,
  ATTR_HEARTWOOD_FILE,
  ATTR_HEARTWOOD_HEALTH,
  ATTR_HEARTWOOD_MARK,
  ATTR_HEARTWOOD_OUTCOME,
  ATTR_HEARTWOOD_REASON,
  ATTR_HEARTWOOD_SIGNAL,
  ATTR_HEARTWOOD_SOURCE,
  type MetricDefinition,
  SELF_METRICS as M,
} from '@heartwood/semconv';
import type { CpuUse } from './cpu-use.ts';
import type { EventLoop } from './event-loop.ts';
import { measureData } from './file-sizes.ts';

export interface SelfMetricsSources {
  readonly receiver: { measures(): ReceiverMeasures };
  readonly eventLoop: EventLoop;
  readonly cpu: Pick<CpuUse, 'share'>;
  /** Of the database, seconds. */
  readonly checkpoints: Pick<Histogram, 'read'>;
  readonly definitions: () => DefinitionState;
  readonly qualityFailures: () => ReadonlyMap<string, number>;
  readonly operations: Pick<OperationBoard, 'counts' | 'judged' | 'dropped'>;
  readonly databaseFile: string;
  readonly journalDir: string;
}

/** Reads every metric; costs a copy of the counters and a look at some file sizes. */
export async function readSelfMetrics(sources: SelfMetricsSources): Promise<MetricFamily[]> {
  const { databaseFile, journalDir } = sources;
  const { dataBytes, walBytes, archiveBytes, journalBytes } = await measureData(
    databaseFile,
    journalDir,
  );
  return [
    ...ofReceiver(sources.receiver.measures()),
    family(M.journalSize, [point({}, journalBytes)]),
    family(M.storeSize, [
      point({ [ATTR_HEARTWOOD_FILE]: 'data' }, dataBytes),
      point({ [ATTR_HEARTWOOD_FILE]: 'wal' }, walBytes),
      point({ [ATTR_HEARTWOOD_FILE]: 'archive' }, archiveBytes),
    ]),
    family(M.checkpoint, [spread(sources.checkpoints.read())]),
    ...ofDefinitions(sources.definitions()),
    family(
      M.qualityFailures,
      Array.from(sources.qualityFailures(), ([check, failures]) =>
        point({ [ATTR_HEARTWOOD_CHECK]: check }, failures),
      ),
    ),
    ...ofOperations(sources.operations),
    family(M.diskUse, await readDiskUse(journalDir)),
    ...ofProcess(sources),
  ];
}

function ofReceiver(measures: ReceiverMeasures): MetricFamily[] {
  const { signals, freeDiskBytes } = measures;
  const each = (read: (signal: SignalMeasures) => MetricPoint[]): MetricPoint[] =>
    signals.flatMap((signal) =>
      read(signal).map(({ attributes, reading }) => ({
        attributes: { [ATTR_HEARTWOOD_SIGNAL]: signal.signal, ...attributes },
        reading,
      })),
    );
  return [
    family(
      M.recordsReceived,
      each(({ received, recovered }) => [
        point({ [ATTR_HEARTWOOD_SOURCE]: 'sender' }, received - recovered),
        point({ [ATTR_HEARTWOOD_SOURCE]: 'journal' }, recovered),
      ]),
    ),
    family(
      M.recordsSettled,
      each(({ stored, duplicate, rejected, refused, deadLettered }) => [
        point({ [ATTR_HEARTWOOD_OUTCOME]: 'stored' }, stored),
        point({ [ATTR_HEARTWOOD_OUTCOME]: 'duplicate' }, duplicate),
        ...byReason('rejected', ATTR_HEARTWOOD_REASON, rejected),
        ...byReason('refused', ATTR_ERROR_TYPE, refused),
        ...byReason('dead_lettered', ATTR_ERROR_TYPE, deadLettered),
      ]),
    ),
    family(
      M.recordsWaiting,
      each(({ waiting }) => [point({}, waiting)]),
    ),
    family(
      M.recordsMarked,
      each(({ marked }) =>
        Array.from(marked, ([mark, count]) => point({ [ATTR_HEARTWOOD_MARK]: mark }, count)),
      ),
    ),
    family(M.requests, [
      ...each(({ acceptedRequests, duplicateRequests }) => [
        point({ [ATTR_HEARTWOOD_OUTCOME]: 'accepted' }, acceptedRequests),
        point({ [ATTR_HEARTWOOD_OUTCOME]: 'duplicate' }, duplicateRequests),
      ]),
      ...byReason('refused', ATTR_ERROR_TYPE, measures.refusedRequests),
    ]),
    family(
      M.requestBytes,
      each(({ acceptedBytes }) => [point({}, acceptedBytes)]),
    ),
    family(
      M.acknowledgement,
      each(({ acknowledgement }) => [spread(acknowledgement)]),
    ),
    family(M.freshness, [spread(measures.freshness)]),
    family(M.landing, [spread(measures.landing)]),
    family(M.landingRecords, [spread(measures.landedRecords)]),
    family(M.landingFailures, [point({}, measures.failedLandings)]),
    family(M.batchesWaiting, [point({}, measures.waitingBatches)]),
    family(M.deadLetters, [point({}, measures.deadLetters)]),
    family(M.deadLettersSize, [point({}, measures.deadLetterUse.bytes)]),
    family(M.deadLettersDeleted, [point({}, measures.deadLetterUse.deleted)]),
    family(M.inFlight, [point({}, measures.inFlightBytes)]),
    family(M.connections, [point({}, measures.connections)]),
    family(
      M.connectionsRefused,
      Array.from(measures.refusedConnections, ([reason, count]) =>
        point({ [ATTR_ERROR_TYPE]: reason }, count),
      ),
    ),
    family(M.journalSync, [spread(measures.journalSync)]),
    family(M.journalDamage, [point({}, measures.damagedJournalBytes)]),
    family(M.diskFree, freeDiskBytes === undefined ? [] : [point({}, freeDiskBytes)]),
  ];
}

function ofDefinitions({ set, problems }: DefinitionState): MetricFamily[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return [
    family(M.definitions, [point({}, set.all.length)]),
    family(M.definitionErrors, [point({}, errors.length)]),
  ];
}

function ofOperations(board: SelfMetricsSources['operations']): MetricFamily[] {
  const byHealth = (counts: Readonly<Record<string, number>>): MetricPoint[] =>
    Object.entries(counts).map(([health, count]) =>
      point({ [ATTR_HEARTWOOD_HEALTH]: health }, count),
    );
  return [
    family(M.operationsLive, byHealth(board.counts())),
    family(M.operationsJudged, byHealth(board.judged)),
    family(M.operationsDropped, [point({}, board.dropped)]),
  ];
}

/** None where the disk does not tell. */
async function readDiskUse(folder: string): Promise<MetricPoint[]> {
  try {
    const { bavail, bfree, blocks } = await statfs(folder);
    const used = blocks - bfree;
    return used + bavail === 0 ? [] : [point({}, used / (used + bavail))];
  } catch {
    return [];
  }
}

function ofProcess({ eventLoop, cpu }: SelfMetricsSources): MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const { delay } = eventLoop;
  return [
    family(M.processMemory, [point({}, process.memoryUsage.rss())]),
    family(M.processCpu, [
      point({ [ATTR_CPU_MODE]: 'user' }, user / 1e6),
      point({ [ATTR_CPU_MODE]: 'system' }, system / 1e6),
    ]),
    family(M.processCpuUse, [point({}, cpu.share)]),
    family(M.processUptime, [point({}, process.uptime())]),
    ...(delay === undefined
      ? []
      : [
          family(M.eventLoopDelayP50, [point({}, delay.p50)]),
          family(M.eventLoopDelayP99, [point({}, delay.p99)]),
          family(M.eventLoopDelayMax, [point({}, delay.max)]),
        ]),
  ];
}

const family = (definition: MetricDefinition, points: readonly MetricPoint[]): MetricFamily => ({
  definition,
  points,
});

const point = (attributes: Readonly<Record<string, string>>, value: number): MetricPoint => ({
  attributes,
  reading: { kind: 'number', value },
});

const spread = ({ bounds, counts, sum }: Spread): MetricPoint => {
  const reading: Reading = { kind: 'spread', bounds, counts, sum };
  return { attributes: {}, reading };
};

const byReason = (outcome: string, attribute: string, reasons: Reasons): MetricPoint[] =>
  Array.from(reasons, ([reason, count]) =>
    point({ [ATTR_HEARTWOOD_OUTCOME]: outcome, [attribute]: reason }, count),
  );
