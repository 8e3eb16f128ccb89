/** A demo of the database logger: entries of every kind, slow and failing calls, and what the day came to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withFeatureContext } from '@heartwood/instrumentation';
import { DatabaseLogger } from '@heartwood/instrumentation/faces';

const [directory, ...rest] = process.argv.slice(2);
const logger = new DatabaseLogger({ ...(directory !== undefined && { directory }) });
const say = (title) => console.log(`\n== ${title}`);

await withFeatureContext({ sessionId: 'demo-session' }, async () => {
  say('Database operations');
  for (const [lead, isKnown] of [
    ['Ada', false],
    ['Grace', false],
    ['Ada', true],
  ]) {
    logger.logDatabaseOperation({
      operationType: 'add_lead',
      success: true,
      executionTimeMs: isKnown ? 12 : 150,
      recordsAffected: isKnown ? 0 : 1,
      duplicateDetected: isKnown,
      lead: { name: lead, company: 'Engines' },
    });
    console.log(`add_lead: ${isKnown ? 'a duplicate' : 'added'}`);
  }

  say('Synchronisation and migration');
  logger.logSyncOperation({
    syncType: 'to_airtable',
    success: true,
    executionTimeMs: 2500,
    batchSize: 8,
    totalLeads: 8,
    leadsSynced: 7,
    leadsFailed: 1,
  });
  logger.logMigrationOperation({
    migrationName: 'add_index',
    success: true,
    executionTimeMs: 90,
    recordsMigrated: 4,
    fromVersion: '1',
    toVersion: '2',
  });
  console.log('7 of 8 leads synced, 4 records migrated');

  say('Performance: calls that are measured');
  const search = logger.monitorPerformance('search_leads')(async (ms) => {
    await sleep(ms);
    return ms;
  });
  await search(5);
  console.log('a search of 5 ms was measured');
  logger.logPerformanceMetrics('search_leads', { execution_time_ms: 5, cache_hits: 3 });

  say('Errors: a call that fails, and one that is noted by hand');
  const broken = logger.monitorPerformance('delete_lead')(async () => {
    throw new TypeError('no such lead');
  });
  await broken().catch((error) => console.log(`caught: ${error.message}`));
  logger.logError(new RangeError('page 9 of 8'), { operation: 'list_leads' });

  say('Monitoring');
  logger.logMonitoringData('health_check', { healthy: true, free_disk_share: 0.5 });
  console.log('healthy');
});

say('Analysis: what this process logged today');
const { operations, success_rate: rate, entries } = logger.getDailySummary();
console.log(JSON.stringify({ operations, success_rate: rate, entries }, undefined, 2));
console.log(`\nOn the server: heartwood logs errors --summary${rest.join('')}`);
logger.close();
