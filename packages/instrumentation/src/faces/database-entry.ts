/** Entries of the database logger: which keys each kind has, and where their values come from. */
import { performanceTier, TrainingLabel } from '@heartwood/semconv';
import { toLabelValue } from '../facts/labels.ts';
import type { Metadata } from '../facts/metadata.ts';
import { toUserIdentity } from '../privacy/privacy.ts';
import { currentConfig } from '../settings/config.ts';

/** Kinds of entries, and the folder of each. */
export const LOG_FOLDERS = {
  database_operation: 'database_operations',
  sync_operation: 'sync_operations',
  migration_operation: 'migration_operations',
  performance_metrics: 'performance_metrics',
  error_log: 'error_logs',
  monitoring_data: 'monitoring_data',
} as const;
export type LogType = keyof typeof LOG_FOLDERS;

/** Who an operation was about. Each value is replaced by its keyed hash unless `FEATURE_TRACKING_ANONYMIZE` is false. */
export interface LeadIdentifier {
  readonly leadId?: string | number;
  readonly name?: string;
  readonly company?: string;
  readonly email?: string;
}

/** What an operation used. */
interface UsedResources {
  readonly databaseQueries?: number;
  readonly memoryUsageMb?: number;
  readonly cpuTimeMs?: number;
}

/** An operation on the database, done. */
export interface DatabaseOperation extends UsedResources {
  /** Such as `add_lead`. */
  readonly operationType: string;
  readonly success: boolean;
  readonly executionTimeMs: number;
  readonly recordsAffected?: number;
  readonly duplicateDetected?: boolean;
  readonly lead?: LeadIdentifier;
  /** A word, or the share of valid records from 0 to 1. */
  readonly dataQuality?: string | number;
  /** A word, or a number of steps; that of the records when left out. */
  readonly complexityLevel?: string | number;
}

/** A synchronisation, done. */
export interface SyncOperation {
  /** Such as `to_airtable`. */
  readonly syncType: string;
  readonly success: boolean;
  readonly executionTimeMs: number;
  readonly batchSize: number;
  readonly totalLeads: number;
  readonly leadsSynced: number;
  readonly leadsFailed?: number;
  readonly conflictsResolved?: number;
  readonly retryAttempts?: number;
}

/** A migration, done. */
export interface MigrationOperation {
  readonly migrationName: string;
  readonly success: boolean;
  readonly executionTimeMs: number;
  readonly recordsMigrated?: number;
  readonly fromVersion?: string;
  readonly toVersion?: string;
}

/** Facts of an entry, keys as they are written. */
export type EntryFacts = Readonly<Record<string, unknown>>;

export function databaseOperationFacts(operation: DatabaseOperation): EntryFacts {
  const { executionTimeMs, success, recordsAffected = 0, lead } = operation;
  return {
    operation_details: {
      operation_type: operation.operationType,
      success,
      records_affected: recordsAffected,
      execution_time_ms: executionTimeMs,
      duplicate_detected: operation.duplicateDetected ?? false,
    },
    ...(lead !== undefined && { lead_identifier: leadIdentifierFacts(lead) }),
    performance_metrics: {
      execution_time_ms: executionTimeMs,
      database_queries: operation.databaseQueries,
      memory_usage_mb: operation.memoryUsageMb,
      cpu_time_ms: operation.cpuTimeMs,
    },
    training_labels: {
      operation_successful: success,
      performance_tier: performanceTier(executionTimeMs),
      data_quality: label(TrainingLabel.DATA_QUALITY, operation.dataQuality),
      complexity_level: label(
        TrainingLabel.COMPLEXITY_LEVEL,
        operation.complexityLevel ?? recordsAffected,
      ),
    },
  };
}

export function syncOperationFacts(sync: SyncOperation): EntryFacts {
  const { success, batchSize, totalLeads, leadsSynced, retryAttempts = 0 } = sync;
  const batches = Math.ceil(totalLeads / batchSize);
  return {
    sync_details: {
      sync_type: sync.syncType,
      batch_size: batchSize,
      total_leads: totalLeads,
      retry_attempts: retryAttempts,
    },
    sync_results: {
      success,
      leads_synced: leadsSynced,
      leads_failed: sync.leadsFailed ?? totalLeads - leadsSynced,
      conflicts_resolved: sync.conflictsResolved ?? 0,
      execution_time_ms: sync.executionTimeMs,
    },
    training_labels: {
      sync_successful: success,
      sync_efficiency: share(TrainingLabel.SYNC_EFFICIENCY, leadsSynced, totalLeads),
      error_recovery: success && retryAttempts > 0,
      batch_optimization: share(TrainingLabel.BATCH_OPTIMIZATION, totalLeads, batches * batchSize),
    },
  };
}

export function migrationOperationFacts(migration: MigrationOperation): EntryFacts {
  return {
    migration_details: {
      migration_name: migration.migrationName,
      from_version: migration.fromVersion,
      to_version: migration.toVersion,
    },
    migration_results: {
      success: migration.success,
      records_migrated: migration.recordsMigrated ?? 0,
      execution_time_ms: migration.executionTimeMs,
    },
  };
}

/** Facts of `logDatabaseEvent()`: what went in, what came out, and what is known beside it. */
export function eventFacts(data: Metadata, result: unknown, context: Metadata): EntryFacts {
  const { lead, ...rest } = data;
  return {
    data: rest,
    ...(isLead(lead) && { lead_identifier: leadIdentifierFacts(lead) }),
    result: typeof result === 'object' && result !== null ? result : { value: result },
    ...context,
  };
}

function leadIdentifierFacts({ leadId, name, company, email }: LeadIdentifier): EntryFacts {
  return {
    lead_id: anonymous(leadId),
    name: anonymous(name),
    company: anonymous(company),
    email: anonymous(email),
  };
}

function anonymous(value: string | number | undefined): string | undefined {
  if (value === undefined) return undefined;
  const config = currentConfig();
  return config.anonymize ? toUserIdentity(String(value), config).hash : String(value);
}

function isLead(value: unknown): value is LeadIdentifier {
  return typeof value === 'object' && value !== null;
}

function label(name: TrainingLabel, given: string | number | undefined): unknown {
  return given === undefined ? undefined : toLabelValue(name, given, currentConfig());
}

function share(name: TrainingLabel, part: number, whole: number): unknown {
  return whole > 0 ? label(name, part / whole) : undefined;
}
