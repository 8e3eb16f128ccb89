/** The receiver as the process sees it: opened over a store, listening, closed. */
import { constants } from 'node:buffer';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { CodedError } from '@heartwood/semconv';
import type { Sink } from '@heartwood/store';
import { ROW_GROUP_ROWS } from '@heartwood/store/batch';
import { decompress } from './compression.ts';
import { receiverError } from './errors.ts';
import { FreeDisk } from './free-disk.ts';
import { Gauges } from './gauges.ts';
import { createGrpcServer } from './grpc.ts';
import { closeHttpServer, createHttpServer } from './http.ts';
import { InFlight } from './in-flight.ts';
import { Intake } from './intake.ts';
import type { Accepted } from './pipeline-options.ts';
import type { ResumableStore } from './resume.ts';
import { DEFAULT_LIMITS, type ReceiverLimits } from './limits.ts';
import { measure, type ReceiverMeasures, totalsOf } from './measures.ts';
import { BUILT_IN_RULES, type MappingRule } from './mapping.ts';
import { News, type OnOperations } from './news.ts';
import { OWN_METRICS_NUMBER } from './own-metrics.ts';
import { PlanFile, type ReceivedPlan } from './plan-file.ts';
import { Plans } from './plans.ts';
import { PreScan } from './pre-scan/pre-scan.ts';
import { COMPRESSION, type Compression, ENCODING } from './signal.ts';
import { DEFAULT_KEEP_ALIVE, DEFAULT_TIMEOUTS, type KeepAlive, type Timeouts } from './timeouts.ts';
import type { Tls } from './tls.ts';
import { createTokenCheck } from './token.ts';

export interface ReceiverOptions {
  readonly store: Sink & ResumableStore;
  /** Folder of the journal; made when missing. */
  readonly journalDir: string;
  /** Bearer token that senders must show. Default: none is asked for. */
  readonly token?: string | undefined;
  readonly limits?: Partial<ReceiverLimits> | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Of the connections of gRPC. */
  readonly keepAlive?: Partial<KeepAlive> | undefined;
  /** Default: both listeners speak plain text. */
  readonly tls?: Tls | undefined;
  readonly rules?: readonly MappingRule[] | undefined;
  /** What events are held beside. Default: nothing. */
  readonly plan?: ReceivedPlan | null | undefined;
  /** Longest time that rows wait for a fuller batch before they land. Default 1000. */
  readonly landAfterMs?: number | undefined;
  /** Nanoseconds since 1970. Default: the clock of the machine. */
  readonly clockNs?: (() => bigint) | undefined;
  /**
   * Told what each request says of operations, when the journal holds it; with `isReplay` when it is found there, or to have
   * landed, after a failure or a restart. The same event may come more than once, and events in any order. Must not wait or
   * throw.
   */
  readonly onOperations?: OnOperations | undefined;
  /** Told after each landing that there is more to read. Must not wait or throw. */
  readonly onLanded?: (() => void) | undefined;
  /** Told what an operator should know. */
  readonly onTrouble?: ((message: string, cause?: unknown) => void) | undefined;
}

/** An open receiver. */
export interface Receiver {
  /** Starts to listen for OTLP/HTTP; resolves with the port. Rejects with the system's error, such as `EADDRINUSE`. */
  listenHttp(host: string, port: number): Promise<number>;
  /** The same for OTLP/gRPC. */
  listenGrpc(host: string, port: number): Promise<number>;
  /** Totals over all signals by name. */
  gauges(): Record<string, number>;
  /** What it has done since it was opened, and what waits. */
  measures(): ReceiverMeasures;
  /**
   * When the oldest request that waits in the journal or a batch was received, milliseconds since 1970; undefined when none
   * waits.
   */
  readonly waitingSinceMs: number | undefined;
  /** Why nothing is taken at the moment; undefined while data is taken. */
  readonly failure: unknown;
  /** Why requests are refused at the moment, whoever sends them, in words; empty while they are taken. */
  refusals(): readonly string[];
  /**
   * Takes metrics that the server tells of itself, an export request in OTLP/JSON; resolves when they would survive a crash.
   * They are counted nowhere. Rejects as a sender would be refused.
   */
  acceptOwnMetrics(body: Buffer): Promise<void>;
  /** Holds events that come from now on beside another tracking plan; null for none. */
  replacePlan(plan: ReceivedPlan | null): void;
  /** Lands what was taken so far. */
  flush(): Promise<void>;
  /** Stops listening, answers what is under way, lands everything. Idempotent. */
  close(): Promise<void>;
}

/** Opens a receiver: loads what the store knows and lands what the journal still holds, then is ready to listen. */
export async function openReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { store, journalDir, token, rules = BUILT_IN_RULES, landAfterMs = 1000 } = options;
  const { onTrouble = () => undefined, clockNs = machineClockNs } = options;
  const limits: ReceiverLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const timeouts: Timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  mkdirSync(journalDir, { recursive: true, mode: 0o700 });
  const gauges = new Gauges();
  const disk = new FreeDisk({
    folder: journalDir,
    lowBytes: limits.freeDiskBytes,
    onChange: (isLow, freeBytes) =>
      onTrouble(
        `${freeBytes} bytes are free under ${journalDir}: ${isLow ? 'new data is refused until there is more' : 'data is taken again'}`,
      ),
  });
  const inFlight = new InFlight(limits.inFlightBytes);
  const preScan = new PreScan(limits);
  const intake = await Intake.open({
    store,
    journalDir,
    rules,
    plans: new Plans(options.plan ?? null, new PlanFile(journalDir, onTrouble)),
    limits,
    gauges,
    landAfterMs,
    hasSpace: () => disk.freeBytes >= Math.max(limits.freeDiskBytes, LANDING_BYTES),
    batchRows: ROW_GROUP_ROWS,
    openBody: (request, isKnown) => {
      const { body } = request;
      const compression = request.compression as Compression;
      if (isKnown) return decompress(body, compression, constants.MAX_LENGTH);
      preScan.lookAhead(request, body);
      const bytes = decompress(body, compression, limits.bodyBytes);
      preScan.look(request, bytes);
      return bytes;
    },
    onTrouble,
    news: new News({ ...options, onTrouble }),
  });
  await disk.start();
  const shared = {
    accept: (request: Accepted) => intake.accept(request),
    isAuthorized: createTokenCheck(token),
    limits,
    inFlight,
    disk,
    journalDir,
    gauges,
    clockNs,
    timeouts,
    tls: options.tls,
    onBug: (error: unknown) => onTrouble('a request failed by a fault of ours', error),
  };
  const server = createHttpServer(shared);
  let httpConnections = 0;
  server.on('connection', (socket) => {
    httpConnections++;
    socket.once('close', () => httpConnections--);
  });
  const keepAlive: KeepAlive = { ...DEFAULT_KEEP_ALIVE, ...options.keepAlive };
  const grpcServer = createGrpcServer({ ...shared, keepAlive });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([
      closeHttpServer(server, timeouts.closeMs),
      grpcServer.close(timeouts.closeMs),
    ]);
    disk.stop();
    await intake.close();
  };
  return {
    listenGrpc: (host, port) => grpcServer.listen(host, port),
    listenHttp: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          // Such as no file descriptor left for a connection: the next one may find one.
          server.on('error', (error) => onTrouble('a connection could not be taken', error));
          resolve((server.address() as AddressInfo).port);
        });
      }),
    measures: () =>
      measure(gauges, {
        deadLetterUse: intake.deadLetters,
        inFlightBytes: inFlight.bytes,
        freeDiskBytes: Number.isFinite(disk.freeBytes) ? disk.freeBytes : undefined,
        connections: httpConnections + grpcServer.connections,
      }),
    gauges: () => ({ ...totalsOf(gauges), in_flight_bytes: inFlight.bytes }),
    get waitingSinceMs() {
      return intake.waitingSinceMs;
    },
    get failure() {
      return intake.failure;
    },
    refusals: () => [
      ...(closing === undefined ? [] : ['the server is stopping']),
      ...(intake.failure === undefined
        ? []
        : [`the store is being reopened (${codeOf(intake.failure)})`]),
      ...(disk.isLow ? [`the disk of the journal has only ${disk.freeBytes} bytes left`] : []),
    ],
    async acceptOwnMetrics(body) {
      if (disk.isLow)
        throw receiverError('RECEIVER_DISK_LOW', { freeBytes: disk.freeBytes, path: journalDir });
      await intake.accept({
        signal: OWN_METRICS_NUMBER,
        encoding: ENCODING.JSON,
        compression: COMPRESSION.NONE,
        receivedNs: clockNs(),
        body,
      });
    },
    replacePlan: (plan) => intake.replacePlan(plan),
    flush: () => intake.flush(),
    close: () => (closing ??= close()),
  };
}

/** What a landing may write before DuckDB gives space back, with a margin. */
const LANDING_BYTES = 16 * 1024 * 1024;

const machineClockNs = (): bigint => BigInt(Date.now()) * 1_000_000n;

/** Not the message: it may name paths, and whoever asks need not show a token. */
const codeOf = (error: unknown): string => (error instanceof CodedError ? error.code : 'BUG');
