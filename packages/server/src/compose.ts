/** Puts the process together: the only place where the packages meet. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp, LiveHub, LogStreams } from '@heartwood/api';
import { ErrorIndex, QualityRuns, Summaries, toWatermark } from '@heartwood/kpi';
import { openReceiver } from '@heartwood/receiver';
import { openLock, openStore } from '@heartwood/store';
import { noteBackup } from './backup-note.ts';
import { type Config, SETTINGS } from './config.ts';
import { toConfigRows } from './config-rows.ts';
import { openControl } from './control.ts';
import { DefinitionFiles } from './definition-files.ts';
import { gatherDiagnosisFacts } from './diagnosis-facts.ts';
import { ErrorSchedule } from './error-schedule.ts';
import { foldersOf } from './folders.ts';
import { gatherHealthFacts } from './health-facts.ts';
import { openLive } from './compose-live.ts';
import { Lifecycle, type StopReport } from './lifecycle.ts';
import { closeHttp, createAppServer, listenHttp, listenOrExplain } from './listen.ts';
import { toReceiverState } from './receiver-state.ts';
import { QualitySchedule } from './quality-schedule.ts';
import { Schedule } from './schedule.ts';
import { SelfObservation } from './self-observation.ts';
import { SummarySchedule } from './summary-schedule.ts';
import { toStorageState } from './storage-state.ts';
import { TlsFiles } from './tls-files.ts';
import { VERSION } from './version.ts';

/** A server that takes data and answers questions. */
export interface Server {
  readonly otlpUrl: string;
  /** Host and port of OTLP/gRPC. */
  readonly grpcAddress: string;
  readonly appUrl: string;
  readonly dataDir: string;
  /** Stops everything in order; what has not landed at the deadline is in the journal. */
  stop(deadlineMs: number): Promise<StopReport>;
}

/** Hears what an operator should know, one line at a time. */
export type Log = (message: string) => void;

/** Built by the dashboard package: files on disk, not an import. Valid from `src` and from `dist`. */
const DASHBOARD_DIR = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));

/**
 * Opens database and journal, then listens. Rejects with a `CodedError` that names the remedy;
 * what was opened until then is closed again.
 */
export async function compose(config: Config, log: Log): Promise<Server> {
  const lifecycle = new Lifecycle();
  try {
    return await start(config, lifecycle, log);
  } catch (error) {
    await lifecycle.stop(CLEANUP_MS);
    throw error;
  }
}

const CLEANUP_MS = 5000;

/** Where definitions lie unless the configuration says so, from the working folder. */
const DEFINITIONS_FOLDER = 'heartwood';

async function start(config: Config, lifecycle: Lifecycle, log: Log): Promise<Server> {
  const { host, dataDir } = config;
  const startedAtMs = Date.now();
  const folders = foldersOf(config);
  // Before anything is opened: a start that is refused leaves no trace.
  const definitions = new DefinitionFiles({
    folder: config.definitions ?? path.resolve(DEFINITIONS_FOLDER),
    isNamed: config.definitions !== undefined,
    log,
  });
  lifecycle.started('the look at definitions', async () => definitions.close());
  const tls = openTls(config, log);
  if (tls !== undefined) lifecycle.started('the look at certificates', async () => tls.close());
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = openLock(folders.lockFile, dataDir);
  lifecycle.started('the lock of the data folder', async () => lock.release());
  const { database, journalDir } = folders;
  const store = await openStore({ path: database, memoryLimitMiB: config.memoryMb });
  lifecycle.started('the database', () => store.close());

  const streams = { hub: new LiveHub(), logs: new LogStreams(store) };
  const live = openLive({ store, config, log });
  lifecycle.started('the operations under way', () => live.close());
  await live.settle(LOADED_AT_ONCE_MS);

  const receiver = await openReceiver({
    store,
    onOperations: live.onOperations,
    journalDir,
    token: config.ingestToken,
    limits: {
      bodyBytes: config.maxBodyMb * MEBIBYTE,
      freeDiskBytes: config.minFreeDiskMb * MEBIBYTE,
    },
    keepAlive: {
      timeMs: config.grpcKeepAliveMs,
      timeoutMs: config.grpcKeepAliveTimeoutMs,
      minTimeMs: config.grpcMinTimeMs,
      permitWithoutStream: config.grpcPermitWithoutStream,
      maxAgeMs: config.grpcMaxAgeMs,
      maxAgeGraceMs: config.grpcMaxAgeGraceMs,
    },
    tls,
    plan: definitions.state.set.plan,
    onLanded: () => streams.logs.landed(),
    onTrouble: (message, cause) =>
      log(cause instanceof Error ? `${message}: ${cause.message}` : message),
  });
  lifecycle.started('the receiver', () => receiver.close());
  live.follow(receiver);
  definitions.onTaken((set) => receiver.replacePlan(set.plan));
  const otlpPort = await listenOrExplain((port) => receiver.listenHttp(host, port), {
    host,
    port: config.otlpHttpPort,
    variable: SETTINGS.otlpHttpPort.variable,
  });
  const grpcPort = await listenOrExplain((port) => receiver.listenGrpc(host, port), {
    host,
    port: config.otlpGrpcPort,
    variable: SETTINGS.otlpGrpcPort.variable,
  });
  const scheme = tls === undefined ? 'http' : 'https';
  const otlpUrl = urlOf(scheme, host, otlpPort);

  const control = await openControl(folders.controlFile, {
    backup: async (ask) => {
      const { to } = ask as { readonly to: string };
      // What was acknowledged until now is to be in it.
      await receiver.flush();
      const manifest = await store.backUp(to);
      noteBackup(dataDir, to, Date.now());
      return manifest;
    },
    'rebuild-rollups': () => store.rebuildRollups(),
  });
  lifecycle.started('the control port', () => control.close());
  const schedule = new Schedule({
    store,
    journalDir,
    retentionDays: config.retentionDays,
    hotDays: config.hotDays,
    maxDataBytes: config.maxDataMb * MEBIBYTE,
    intervalMs: config.upkeepMs,
    log,
  });
  lifecycle.started('the schedule', async () => schedule.close());
  const watermark = (): number => toWatermark(Date.now(), receiver.waitingSinceMs);
  const quality = new QualityRuns({
    reader: store,
    keep: (run) => store.apply({ job: 'quality', run }),
    watermark,
  });
  const qualitySchedule = new QualitySchedule({
    runs: quality,
    reader: store,
    definitions: () => definitions.state.set,
    timeZone: config.timeZone,
    log,
  });
  lifecycle.started('the checks of data quality', () => qualitySchedule.close());
  const errors = new ErrorIndex({ reader: store, keep: (job) => store.apply(job) });
  const errorSchedule = new ErrorSchedule({ index: errors, log });
  lifecycle.started('the look for errors', () => errorSchedule.close());
  const summaries = new Summaries({ reader: store, keep: (job) => store.apply(job), watermark });
  const { timeZone } = config;
  const summarySchedule = new SummarySchedule({ summaries, timeZone, log });
  lifecycle.started('the summaries of days', () => summarySchedule.close());
  const self = new SelfObservation({
    receiver,
    store,
    definitions: () => definitions.state,
    qualityFailures: () => quality.failures,
    operations: live.board,
    databaseFile: database,
    journalDir,
    intervalMs: config.selfMetricsMs,
  });
  lifecycle.started('the look at itself', () => self.close());
  const sources = {
    config,
    environment: process.env,
    folders,
    reader: store,
    receiver,
    self,
    definitions: () => definitions.state,
    qualityFailures: () => quality.failures,
    use: () => schedule.use,
    operations: live.board,
    startedAtMs,
  };
  const app = createApp({
    reader: store,
    exporter: store,
    version: VERSION,
    watermark,
    receiver: () => toReceiverState(receiver.measures()),
    storage: () => toStorageState(schedule.use, schedule.last),
    metrics: () => self.read(),
    health: () => gatherHealthFacts(sources),
    diagnosis: (tests) => gatherDiagnosisFacts(tests, sources),
    config: () => toConfigRows(config, process.env),
    quality,
    summaries,
    errors,
    live: streams,
    operations: live.board,
    readiness: () => [...receiver.refusals(), ...live.missing()],
    tokens: { read: config.readToken },
    dashboardDir: existsSync(DASHBOARD_DIR) ? DASHBOARD_DIR : undefined,
    otlpHttpUrl: otlpUrl,
    timeZone: config.timeZone,
    weekStart: config.weekStart,
    definitions: () => definitions.state,
    onFailure: (error, route) =>
      log(`${route} failed: ${error instanceof Error ? error.message : String(error)}`),
  });
  const appServer = createAppServer(app, tls);
  lifecycle.started('the API', () => closeHttp(appServer));
  lifecycle.started('the streams', async () => streams.hub.close());
  const appPort = await listenOrExplain((port) => listenHttp(appServer, host, port), {
    host,
    port: config.apiPort,
    variable: SETTINGS.apiPort.variable,
  });

  return {
    otlpUrl,
    grpcAddress: addressOf(host, grpcPort),
    appUrl: urlOf(scheme, host, appPort),
    dataDir,
    stop: (deadlineMs) => lifecycle.stop(deadlineMs),
  };
}

const MEBIBYTE = 1024 * 1024;

/** So long a start waits for what was under way; it goes on without, and `/readyz` says so. */
const LOADED_AT_ONCE_MS = 2000;

const urlOf = (scheme: string, host: string, port: number): string =>
  `${scheme}://${addressOf(host, port)}`;

function openTls({ tlsCert, tlsKey, tlsClientCa }: Config, log: Log): TlsFiles | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return new TlsFiles({ certificate: tlsCert, key: tlsKey, clientCa: tlsClientCa }, log);
}

const addressOf = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
