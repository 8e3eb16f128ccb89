/** The one thread that owns the database file: takes calls, lands in order, reads at will, checkpoints when idle. */
import { parentPort, workerData } from 'node:worker_threads';
import type { CodedError } from '@heartwood/semconv';
import { storeError } from '../errors.ts';
import { type Database, openDatabase } from './database.ts';
import { landingFailure, openFailure, upkeepFailure } from './failures.ts';
import { Jobs } from './jobs/jobs.ts';
import { Lander } from './land.ts';
import {
  type Answer,
  type Call,
  type Calls,
  type Cancel,
  type Notice,
  toErrorParts,
  type WorkerSettings,
} from './protocol.ts';
import { Readers } from './read.ts';
import { readResume } from './resume.ts';
import { writeBackup } from './upkeep/backup.ts';
import type { UpkeepContext } from './upkeep/context.ts';
import { keepUp, readStorageUse } from './upkeep/keeper.ts';
import { transferables } from './transferables.ts';
import { mendSpanEventDays, rebuildSpanEventDays } from './span-event-days.ts';
import { mendRunIndex, rebuildRunIndex } from './upkeep/run-index.ts';

/** After so long without a landing the WAL goes into the data file, so that the next start need not replay it. */
const CHECKPOINT_AFTER_IDLE_MS = 15_000;
const PRUNE_EVERY_MS = 60_000;

const settings = workerData as WorkerSettings;
const port = parentPort;
if (!port) throw new Error('worker.js runs only as a worker thread');

let database: Database | undefined;
let lander: Lander | undefined;
let jobs: Jobs | undefined;
let readers: Readers | undefined;
/** Counts the openings: a call from before the last one must not touch the database of after it. */
let opening = 0;
/** The end of the line of calls that use the writing connection. */
let writing: Promise<unknown> = Promise.resolve();
/** The end of the line of jobs of upkeep. */
let keeping: Promise<unknown> = Promise.resolve();
let stay = createStay();
/** A backup copies the data file: until it has, nothing may overwrite what the last checkpoint refers to. */
let checkpointsHeld = false;
let idleTimer: NodeJS.Timeout | undefined;
let prunedAtMs = 0;
/** Set by the first fatal error: from then on DuckDB refuses everything. */
let fatal: CodedError | undefined;

/** Notes a fatal error and tells the engine, once for each opening. */
function note(failure: CodedError, from: number): void {
  if (failure.code !== 'STORE_FATAL' || fatal !== undefined || from !== opening) return;
  fatal = failure;
  const notice: Notice = { kind: 'fatal', error: toErrorParts(failure) };
  port?.postMessage(notice);
}

// The end of this thread while DuckDB calls into it would abort the whole process: what nobody caught only ends the work.
const fail = (error: unknown): void =>
  note(storeError('STORE_FATAL', { reason: String(error) }, error), opening);
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

port.on('message', (call: Call | Cancel) => {
  if (call.kind === 'cancel') readers?.cancel(call.id);
  else void answer(call);
});

async function answer(call: Call): Promise<void> {
  const from = opening;
  let reply: Answer;
  try {
    reply = { id: call.id, value: await handle(call) };
  } catch (error) {
    const failure = upkeepFailure(call.kind, error);
    note(failure, from);
    reply = { id: call.id, error: toErrorParts(failure) };
  }
  port?.postMessage(reply, transferables(reply));
  if (call.kind === 'close') port?.close();
}

function handle(call: Call): Promise<unknown> {
  if (call.kind === 'open') return open();
  if (call.kind === 'close') return close();
  if (call.kind === 'resume') return inOrder(resume);
  if (call.kind === 'land') return write((current) => land(current, call));
  if (call.kind === 'takeBackPart') return write((current) => current.takeBackPart());
  if (call.kind === 'checkpoint') return write(checkpoint);
  if (call.kind === 'rebuildRollups') return write(rebuildRollups);
  if (call.kind === 'apply') return write(() => apply(call));
  if (call.kind === 'upkeep')
    return keep((context) => keepUp(context, settings.path, call.options));
  if (call.kind === 'backup')
    return keep((context) =>
      writeBackup(
        {
          ...context,
          databasePath: settings.path,
          holdCheckpoints: (held) => {
            checkpointsHeld = held;
          },
        },
        call.to,
      ),
    );
  if (call.kind === 'storageUse') return keep((context) => readStorageUse(context, settings.path));
  if (fatal) throw fatal;
  if (!readers) throw storeError('STORE_CLOSED');
  return readers.read(call.id, call);
}

/** Does a job on the writing connection when its turn comes; one from before the last opening finds its ground gone. */
function write<T>(job: (current: Lander) => Promise<T>): Promise<T> {
  const from = opening;
  return inOrder(() => {
    if (fatal) throw fatal;
    if (!lander) throw storeError('STORE_CLOSED');
    if (from !== opening)
      throw storeError('STORE_LAND_FAILED', { reason: 'the database was opened anew meanwhile' });
    return job(lander);
  });
}

/** Writes the WAL into the data file, unless that must stay as it is: the WAL can wait. */
const checkpoint = async (current: Lander): Promise<void> => {
  if (checkpointsHeld) return;
  const begin = performance.now();
  await current.checkpoint();
  const notice: Notice = { kind: 'checkpoint', seconds: (performance.now() - begin) / 1000 };
  port?.postMessage(notice);
};

const rebuildRollups = async (current: Lander): Promise<void> => {
  await current.rollups.rebuild();
  if (database) await rebuildRunIndex(database.writer);
  if (database) await rebuildSpanEventDays(database.writer);
};

/** Does a job of upkeep after those before it, beside the landings. */
function keep<T>(job: (context: UpkeepContext) => Promise<T>): Promise<T> {
  const { signal, ended } = stay;
  const done = keeping.then(() => {
    if (fatal) throw fatal;
    if (!database || !readers || signal.aborted) throw storeError('STORE_CLOSED');
    const [current, currentReaders] = [database, readers];
    return job({
      connection: current.keeper,
      folder: current.archive,
      write: (part) => Promise.race([write(() => part(current.writer)), ended]),
      addActors: () => Promise.race([write(({ rollups }) => rollups.addActors()), ended]),
      settled: () => Promise.race([currentReaders.settled(), ended]),
      proceed: (point) => {
        if (point !== undefined && point === settings.crashAt) process.kill(process.pid, 'SIGKILL');
        if (signal.aborted) throw storeError('STORE_CLOSED');
      },
    });
  });
  keeping = done.catch(() => undefined);
  return done;
}

/** The time between an opening and its close, as upkeep sees it: what waits in a line must not hold up the close. */
function createStay(): { signal: AbortSignal; ended: Promise<never>; end: () => void } {
  const controller = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(storeError('STORE_CLOSED')));
  });
  ended.catch(() => undefined);
  return { signal: controller.signal, ended, end: () => controller.abort() };
}

/** Ends the upkeep under way at its next step and waits for that. */
async function stopKeeping(): Promise<void> {
  stay.end();
  const keeper = database?.keeper;
  // DuckDB forgets an interrupt that comes before the query runs.
  const repeat = setInterval(() => keeper?.interrupt(), 20);
  await keeping;
  clearInterval(repeat);
  keeper?.disconnectSync();
}

/** Does a job that nobody waits for and whose failure loses nothing. */
async function attempt(job: (current: Lander) => Promise<void>): Promise<void> {
  const from = opening;
  await write(job).catch((error: unknown) => note(upkeepFailure('tidy up', error), from));
}

async function land(current: Lander, { tables, position }: Calls['land']['ask']): Promise<void> {
  try {
    await current.land(tables, position);
  } catch (error) {
    throw landingFailure(error);
  }
  void prune();
  void keepRollups();
  restartIdleTimer();
}

async function apply({ job }: Calls['apply']['ask']): Promise<void> {
  if (!jobs) throw storeError('STORE_CLOSED');
  await jobs.do(job);
}

async function open(): Promise<void> {
  try {
    database = await openDatabase(settings);
    lander = new Lander(database.writer);
    jobs = new Jobs(database.writer);
    await lander.rollups.open();
    await mendRunIndex(database.writer);
    await mendSpanEventDays(database.writer);
  } catch (error) {
    database?.close();
    [lander, jobs, database] = [undefined, undefined, undefined];
    throw openFailure(settings.path, error);
  }
  opening++;
  stay = createStay();
  const { archive } = database;
  readers = new Readers(database.readers, (file) => archive.pathOf(file));
  void prune();
}

/** Where an intake begins, for the first time or again: after a fatal error the database is opened anew. */
async function resume(): Promise<Calls['resume']['answer']> {
  if (fatal) await reopen();
  if (!database) throw storeError('STORE_CLOSED');
  return readResume(database.writer, Date.now());
}

async function reopen(): Promise<void> {
  clearTimeout(idleTimer);
  await stopKeeping();
  const [formerReaders, former] = [readers, database];
  [readers, lander, jobs, database] = [undefined, undefined, undefined, undefined];
  // One instance at a time: a second on the same file in one process would lose rows.
  await formerReaders?.close();
  former?.close();
  await open();
  fatal = undefined;
}

async function close(): Promise<void> {
  clearTimeout(idleTimer);
  await stopKeeping();
  await readers?.close();
  await inOrder(async () => {
    // A failed checkpoint loses nothing: the WAL stays and the next opening replays it.
    if (!fatal) await lander?.checkpoint().catch(() => undefined);
    database?.close();
    [readers, lander, jobs, database] = [undefined, undefined, undefined, undefined];
  });
}

/** One after the other, in the order of the calls; one that failed does not stop the next. */
function inOrder<T>(job: () => Promise<T>): Promise<T> {
  const done = writing.then(job);
  writing = done.catch(() => undefined);
  return done;
}

/** Behind the landing that brought it about, never within it: forgetting too late harms nobody. */
async function prune(): Promise<void> {
  const nowMs = Date.now();
  if (nowMs - prunedAtMs < PRUNE_EVERY_MS) return;
  prunedAtMs = nowMs;
  await attempt((current) => current.pruneRequests(nowMs));
}

/** A piece at a time, so that landings come in between. */
async function keepRollups(idle = false): Promise<void> {
  await attempt(async (current) => {
    if (await current.rollups.keep(idle)) void keepRollups(idle);
  });
}

function restartIdleTimer(): void {
  clearTimeout(idleTimer);
  idleTimer = setTimeout(() => {
    void keepRollups(true);
    void attempt(checkpoint);
  }, CHECKPOINT_AFTER_IDLE_MS);
  idleTimer.unref();
}
