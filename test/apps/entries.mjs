// Writes entries of every kind, as events and as JSON lines into the folder that it is given.
import { DatabaseLogger } from '@heartwood/instrumentation/faces';
import { withFeatureContext } from '@heartwood/instrumentation';

const logger = new DatabaseLogger({ directory: process.argv[2] });
withFeatureContext({ sessionId: 'a1b2c3d4' }, () => {
  logger.logDatabaseOperation({
    operationType: 'add_lead',
    success: true,
    executionTimeMs: 150.5,
    recordsAffected: 1,
    duplicateDetected: true,
    databaseQueries: 3,
    memoryUsageMb: 45.2,
    cpuTimeMs: 12,
    dataQuality: 'high',
    complexityLevel: 'medium',
    lead: { leadId: 'L-17', name: 'Ada Lovelace', company: 'Engines', email: 'ada@example.com' },
  });
  logger.logSyncOperation({
    syncType: 'to_airtable',
    success: true,
    executionTimeMs: 2500,
    batchSize: 8,
    totalLeads: 8,
    leadsSynced: 7,
    leadsFailed: 1,
    conflictsResolved: 2,
    retryAttempts: 1,
  });
  logger.logMigrationOperation({
    migrationName: 'add_index',
    success: false,
    executionTimeMs: 9.25,
    recordsMigrated: 4,
    fromVersion: '1',
    toVersion: '2',
  });
  logger.logError(new TypeError('it broke'), { operation: 'add_lead', tries: 2 });
  logger.logPerformanceMetrics('import', { execution_time_ms: 12, rows: [1, 2] });
  logger.logMonitoringData('health_check', { healthy: true, disk: { free: 0.5 } });
});
logger.close();
