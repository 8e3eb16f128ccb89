/** The database logger: structured entries with training labels, as events and where a folder is given as JSON lines. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { context } from '@opentelemetry/api';
import { FeatureStatus, performanceTier, PerformanceTier, toNested } from '@heartwood/semconv';
import { currentActor } from '../context/context.ts';
import type { Metadata } from '../facts/metadata.ts';
import { expandHome } from '../host/home-path.ts';
import { reportCallbackFailure } from '../host/report.ts';
import type { AnyFunction } from '../wrap/likeness.ts';
import { flatFacts } from '../work/flat-facts.ts';
import { forget, watch } from '../work/unended.ts';
import { sendAppEvent } from './app-event.ts';
import { DayCounter, type DailySummary } from './daily-summary.ts';
import {
  databaseOperationFacts,
  eventFacts,
  LOG_FOLDERS,
  migrationOperationFacts,
  syncOperationFacts,
  toLeadFacts,
  withoutLead,
  type DatabaseOperation,
  type EntryFacts,
  type LeadFacts,
  type LogType,
  type MigrationOperation,
  type SyncOperation,
} from './database-entry.ts';
import { readErrorFacts } from './error-facts.ts';
import { LineFile } from './line-file.ts';
import { monitored, type MonitoredCall } from './monitored-call.ts';

/** How entries are logged. */
export interface DatabaseLoggerOptions {
  /** Folder with one folder for each kind of entry, such as `database_logs`. No files when left out. */
  readonly directory?: string;
  /** `production`: of monitored calls only those that fail or are slow; `development`, the default: all. */
  readonly verbosity?: 'production' | 'development';
}

/** Logs entries. Nothing here throws, and nobody waits for the disk. */
export class DatabaseLogger implements Disposable {
  readonly #directory: string | undefined;
  readonly #isProduction: boolean;
  readonly #files = new Map<LogType, LineFile>();
  #day = new DayCounter(today());

  constructor(options: DatabaseLoggerOptions = {}) {
    this.#directory = options.directory === undefined ? undefined : expandHome(options.directory);
    this.#isProduction = options.verbosity === 'production';
    if (this.#directory !== undefined) watch(this);
  }

  logDatabaseOperation(operation: DatabaseOperation): void {
    this.#guard('logDatabaseOperation', () => {
      const { success, executionTimeMs, duplicateDetected, lead } = operation;
      const about = lead === undefined ? undefined : toLeadFacts(lead);
      this.#log('database_operation', databaseOperationFacts(operation), about);
      this.#day.countOperation(success, executionTimeMs, duplicateDetected);
    });
  }

  logSyncOperation(sync: SyncOperation): void {
    this.#guard('logSyncOperation', () => {
      this.#log('sync_operation', syncOperationFacts(sync));
      this.#day.countOperation(sync.success, sync.executionTimeMs);
    });
  }

  logMigrationOperation(migration: MigrationOperation): void {
    this.#guard('logMigrationOperation', () => {
      this.#log('migration_operation', migrationOperationFacts(migration));
      this.#day.countOperation(migration.success, migration.executionTimeMs);
    });
  }

  /** With type, message and stack, as far as `HEARTWOOD_ERRORS` lets them leave. */
  logError(error: unknown, facts: Metadata = {}): void {
    this.#guard('logError', () => {
      const { type, message, stack } = readErrorFacts(error);
      const { facts: context, lead } = withoutLead(facts);
      const details = { error_type: type, error_message: message, stack_trace: stack };
      this.#log('error_log', { error_details: details, context }, lead);
    });
  }

  logPerformanceMetrics(operation: string, metrics: Metadata): void {
    this.#guard('logPerformanceMetrics', () => {
      const { facts, lead } = withoutLead(metrics);
      this.#log('performance_metrics', { operation, performance_metrics: facts }, lead);
    });
  }

  /** Health checks, alerts and the like. */
  logMonitoringData(kind: string, data: Metadata): void {
    this.#guard('logMonitoringData', () => {
      const { facts, lead } = withoutLead(data);
      this.#log('monitoring_data', { monitoring_type: kind, data: facts }, lead);
    });
  }

  /**
   * An entry by hand: what went in, what came out, and further facts such as `operation_type`. A `lead` or
   * `lead_identifier` among them becomes that of the entry, hashed; so do names, companies and lead ids wherever they stand.
   */
  logDatabaseEvent(logType: LogType, data: Metadata, result?: unknown, facts: Metadata = {}): void {
    this.#guard('logDatabaseEvent', () => {
      const event = eventFacts(data, result, facts);
      this.#log(logType, event.facts, event.lead);
    });
  }

  /** `monitorPerformance('add_lead')(fn)`: each call is a run, an entry with what it used, and an error entry when it fails. */
  monitorPerformance(operationName: string): <F extends AnyFunction>(fn: F) => F {
    return (fn) => monitored(operationName, fn, (call) => this.#note(call));
  }

  /** What was logged today (UTC) by this logger. */
  getDailySummary(): DailySummary {
    this.#turnDay();
    return this.#day.toSummary();
  }

  /** Writes what waits, and the summary of the day so far. */
  close(): void {
    forget(this);
    this.#summarize();
    for (const file of this.#files.values()) file.flush();
  }

  endAtExit(): void {
    this.#summarize();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #note({ operation, status, error, usage }: MonitoredCall): void {
    const tier = performanceTier(usage.execution_time_ms);
    const isSlow = tier === PerformanceTier.SLOW || tier === PerformanceTier.VERY_SLOW;
    const success = status === FeatureStatus.SUCCESS;
    const failed = status === FeatureStatus.FAILED || status === FeatureStatus.TIMEOUT;
    if (failed) this.logError(error, { operation, performance_metrics: usage });
    this.#guard('monitorPerformance', () => {
      this.#turnDay();
      this.#day.countOperation(!failed, usage.execution_time_ms);
      if (success && !isSlow && this.#isProduction) return;
      this.#log('performance_metrics', {
        operation,
        performance_metrics: usage,
        training_labels: { operation_successful: success, performance_tier: tier },
      });
    });
  }

  /** `lead` comes apart from the facts: what is hashed already is written down as it is. */
  #log(type: LogType, facts: EntryFacts, lead?: LeadFacts): void {
    if (!Object.hasOwn(LOG_FOLDERS, type)) throw new TypeError(`there is no log type "${type}"`);
    this.#turnDay();
    this.#day.countEntry(type);
    const entry = {
      log_type: type,
      session_id: currentActor(context.active()).sessionId,
      timestamp: new Date().toISOString(),
      ...facts,
    };
    const about = lead === undefined ? {} : { lead_identifier: lead };
    sendAppEvent(type, { ...entry, ...about }, type === 'error_log' ? { severity: 17 } : {});
    if (this.#directory === undefined) return;
    // The key of an address is denied to whatever leaves; in the file its hash keeps the shape of the entry.
    const written = { ...toNested(flatFacts(entry)), ...about };
    this.#fileOf(type, this.#directory).append(JSON.stringify(written));
  }

  #fileOf(type: LogType, directory: string): LineFile {
    const path = join(directory, LOG_FOLDERS[type], `${type}_${this.#day.date}.jsonl`);
    let file = this.#files.get(type);
    if (file?.path !== path) {
      file?.flush();
      file = new LineFile(path, FILE_LIMITS);
      this.#files.set(type, file);
    }
    return file;
  }

  #turnDay(): void {
    const date = today();
    if (date === this.#day.date) return;
    this.#summarize();
    this.#day = new DayCounter(date);
  }

  #summarize(): void {
    this.#guard('daily summary', () => {
      const summary = this.#day.toSummary();
      if (summary.operations === 0 && Object.keys(summary.entries).length === 0) return;
      sendAppEvent('daily_summary', { ...summary });
      if (this.#directory === undefined) return;
      const folder = join(this.#directory, LOG_FOLDERS.monitoring_data);
      const file = join(folder, `daily_summary_${summary.date}_${process.pid}.json`);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(file, `${JSON.stringify(summary, undefined, 1)}\n`, { mode: 0o600 });
    });
  }

  #guard(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      reportCallbackFailure('database_logger', what, error);
    }
  }
}

/** A logger for the whole process, without files. */
export const databaseLogger = new DatabaseLogger();

/** As {@link DatabaseLogger.logDatabaseEvent} of the logger for the whole process. */
export const logDatabaseEvent: DatabaseLogger['logDatabaseEvent'] = (...event) =>
  databaseLogger.logDatabaseEvent(...event);

/** As {@link DatabaseLogger.monitorPerformance} of the logger for the whole process. */
export const monitorPerformance: DatabaseLogger['monitorPerformance'] = (name) =>
  databaseLogger.monitorPerformance(name);

// A day of a busy app; more goes into files put aside.
const FILE_LIMITS = { maxBytes: 16 * 1024 ** 2, backups: 5 };

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
