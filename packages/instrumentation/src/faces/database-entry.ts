/** Entries of the database logger: which keys each kind has, and where their values come from. */
import { performanceTier, TrainingLabel } from '@heartwood/semconv';
import { toLabelValue } from '../facts/labels.ts';
import type { Metadata } from '../facts/metadata.ts';
import { toUserIdentity } from '../privacy/privacy.ts';
import { currentConfig } from '../settings/config.ts';
import { flatFacts } from '../work/flat-facts.ts';

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

/** Who an entry is about, hashed: only {@link toLeadFacts} makes one. */
export interface LeadFacts {
  readonly lead_id: string | undefined;
  readonly name: string | undefined;
  readonly company: string | undefined;
  readonly email: string | undefined;
}

export function databaseOperationFacts(operation: DatabaseOperation): EntryFacts {
  const { executionTimeMs, success, recordsAffected = 0 } = operation;
  return {
    operation_details: {
      operation_type: operation.operationType,
      success,
      records_affected: recordsAffected,
      execution_time_ms: executionTimeMs,
      duplicate_detected: operation.duplicateDetected ?? false,
    },
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

/** Facts of `logDatabaseEvent()`: what went in, what came out, and what is known beside it; whoever they name is hashed. */
export function eventFacts(
  data: Metadata,
  result: unknown,
  further: Metadata,
): { readonly facts: EntryFacts; readonly lead: LeadFacts | undefined } {
  const input = withoutLead(data);
  const beside = withoutLead(further);
  const output = typeof result === 'object' && result !== null ? result : { value: result };
  return {
    facts: withNamesHashed({ data: input.facts, result: output, ...beside.facts }),
    lead: beside.lead ?? input.lead,
  };
}

/** Parts facts of the app from whom they are about. */
export function withoutLead(given: Metadata): {
  readonly facts: EntryFacts;
  readonly lead: LeadFacts | undefined;
} {
  const {
    lead_identifier: seed,
    leadIdentifier: camel,
    lead = seed ?? camel,
    ...facts
  } = {
    ...given,
  };
  return { facts, lead: lead === undefined || lead === null ? undefined : toLeadFacts(lead) };
}

/** The identity that an entry shows, of a record in either case or an id alone. */
export function toLeadFacts(lead: unknown): LeadFacts {
  const given = typeof lead === 'object' && lead !== null ? lead : { leadId: lead };
  const { leadId, lead_id = leadId, name, company, email } = given as Record<string, unknown>;
  return {
    lead_id: anonymous(lead_id),
    name: anonymous(name),
    company: anonymous(company),
    email: anonymous(email),
  };
}

/** A record of a database names people under keys that elsewhere name tables, jobs or machines. */
const NAMES =
  /(^|\.)((lead|contact|company|customer|client|person)_?)?(names?|company|companies|lead_?ids?)$/i;

function withNamesHashed(given: EntryFacts): EntryFacts {
  if (!currentConfig().anonymize) return given;
  const facts: Record<string, unknown> = flatFacts(given);
  for (const [key, value] of Object.entries(facts)) {
    if (NAMES.test(key))
      facts[key] = Array.isArray(value) ? value.map(anonymous) : anonymous(value);
  }
  return facts;
}

function anonymous(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
    return undefined;
  }
  const { id, hash } = toUserIdentity(String(value), currentConfig());
  return id ?? hash;
}

function label(name: TrainingLabel, given: string | number | undefined): unknown {
  return given === undefined ? undefined : toLabelValue(name, given, currentConfig());
}

function share(name: TrainingLabel, part: number, whole: number): unknown {
  return whole > 0 ? label(name, part / whole) : undefined;
}
