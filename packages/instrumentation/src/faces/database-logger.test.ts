/** The database logger: shapes of entries, monitored calls, files and summaries. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { withFeatureContext } from '../context/context.ts';
import { configure } from '../settings/config.ts';
import {
  DatabaseLogger,
  databaseLogger,
  logDatabaseEvent,
  monitorPerformance,
} from './database-logger.ts';

const memory = registerMemory();
const outlets = installOutlets();
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'heartwood-db-'));
});

afterEach(() => {
  vi.useRealTimers();
  configure({ anonymize: true, hashKey: 'test' });
  rmSync(directory, { recursive: true, force: true });
  outlets.takeEvents();
  memory.take();
});

const HASH = expect.stringMatching(/^[0-9a-f]{32}$/);

/** Entries in the file of a kind, after everything was written. */
function entriesIn(folder: string): Record<string, unknown>[] {
  return readdirSync(path.join(directory, folder))
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) =>
      readFileSync(path.join(directory, folder, file), 'utf8')
        .trim()
        .split('\n'),
    )
    .map((line) => JSON.parse(line));
}

const OPERATION = {
  operationType: 'add_lead',
  success: true,
  executionTimeMs: 150.5,
  recordsAffected: 12,
  duplicateDetected: true,
  lead: { leadId: 17, name: 'Ada Lovelace', company: 'Engines', email: 'ada@example.com' },
  databaseQueries: 3,
  memoryUsageMb: 45.2,
  cpuTimeMs: 12.3,
  dataQuality: 'high',
} as const;

describe('a database operation', () => {
  const logged = (): Record<string, unknown> => {
    using logger = new DatabaseLogger({ directory });
    logger.logDatabaseOperation(OPERATION);
    logger.close();
    const [entry, ...others] = entriesIn('database_operations');
    expect(others).toEqual([]);
    return entry ?? expect.fail('no entry');
  };

  it('S3-01, S3-02, S3-40: is an entry with type, session and time', () => {
    const entry = withFeatureContext({ sessionId: 's-1' }, logged);
    expect(entry).toMatchObject({
      log_type: 'database_operation',
      session_id: 's-1',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(Object.keys(entry).toSorted()).toEqual([
      'lead_identifier',
      'log_type',
      'operation_details',
      'performance_metrics',
      'session_id',
      'timestamp',
      'training_labels',
    ]);
  });

  it.each([
    [
      'S3-41',
      'operation_details',
      {
        operation_type: 'add_lead',
        success: true,
        records_affected: 12,
        execution_time_ms: 150.5,
        duplicate_detected: true,
      },
    ],
    ['S3-42', 'lead_identifier', { lead_id: HASH, name: HASH, company: HASH, email: HASH }],
    [
      'S3-43',
      'performance_metrics',
      { execution_time_ms: 150.5, database_queries: 3, memory_usage_mb: 45.2, cpu_time_ms: 12.3 },
    ],
    [
      'S3-44',
      'training_labels',
      {
        operation_successful: true,
        performance_tier: 'excellent',
        data_quality: 'high',
        complexity_level: 'medium',
      },
    ],
  ])('%s: has exactly the keys of %s', (_, key, value) => {
    expect(logged()[key]).toEqual(value);
  });

  it('S3-42: names people only when that is switched on', () => {
    const hashed = logged();
    const [event] = outlets.takeEvents();
    expect(JSON.stringify([hashed, event])).not.toMatch(/Ada|Engines|example\.com/);
    rmSync(path.join(directory, 'database_operations'), { recursive: true });
    configure({ anonymize: false });
    expect(logged()['lead_identifier']).toEqual({
      lead_id: '17',
      name: 'Ada Lovelace',
      company: 'Engines',
      email: 'ada@example.com',
    });
  });

  const ADA = { lead_id: 4711, name: 'Ada Lovelace', company: 'Engines', email: 'ada@example.com' };

  it.each<[string, (logger: DatabaseLogger) => void]>([
    ['lead among the data', (l) => l.logDatabaseEvent('error_log', { lead: ADA })],
    [
      'lead_identifier among the data',
      (l) => l.logDatabaseEvent('error_log', { lead_identifier: ADA }),
    ],
    [
      'leadIdentifier beside the result',
      (l) => l.logDatabaseEvent('error_log', {}, 7, { leadIdentifier: ADA }),
    ],
    [
      'lead_identifier beside the result',
      (l) => l.logDatabaseEvent('error_log', { lead: ADA }, 7, { lead_identifier: ADA }),
    ],
    ['lead of an error', (l) => l.logError(new Error('no'), { lead: ADA })],
  ])('S3-42: hashes the %s', (_, log) => {
    using logger = new DatabaseLogger({ directory });
    log(logger);
    logger.close();
    const [entry] = entriesIn('error_logs');
    const lead = { lead_id: HASH, name: HASH, company: HASH, email: HASH };
    expect(entry?.['lead_identifier']).toEqual(lead);
    const [event] = outlets.takeEvents();
    expect(event?.attributes).toMatchObject({ 'lead_identifier.company': HASH });
    expect(JSON.stringify([entry, event])).not.toMatch(/4711|Ada|Engines|example\.com/);
  });

  it('S3-42: hashes whoever a record names, wherever it stands, the same person to the same hash', () => {
    using logger = new DatabaseLogger({ directory });
    logger.logDatabaseEvent(
      'database_operation',
      {
        ...ADA,
        leadId: 4711,
        row: { contact_name: 'Ada Lovelace', customerNames: ['Ada'], table_name: 'leads' },
        'lead_identifier.name': 'Ada',
      },
      { stored: { Name: 'Ada Lovelace', company: ['Engines'] } },
      { company_name: 'Engines', operation_type: 'add_lead' },
    );
    logger.logDatabaseOperation({ ...OPERATION, lead: { name: ADA.name } });
    logger.close();
    const [entry, other] = entriesIn('database_operations');
    const { stored } = (entry?.['result'] ?? {}) as { stored?: { Name: string } };
    expect(entry).toMatchObject({
      data: {
        lead_id: HASH,
        leadId: HASH,
        name: HASH,
        company: HASH,
        row: { contact_name: HASH, customerNames: [HASH], table_name: 'leads' },
      },
      result: { stored: { Name: HASH, company: [HASH] } },
      company_name: HASH,
      operation_type: 'add_lead',
    });
    expect(other).toMatchObject({ lead_identifier: { name: stored?.Name } });
    const all = JSON.stringify([entry, outlets.takeEvents()]);
    expect(all).not.toMatch(/4711|Ada|Engines|example\.com/);
  });

  it('S3-10: is an event with the same keys', () => {
    databaseLogger.logDatabaseOperation(OPERATION);
    const [event] = outlets.takeEvents();
    expect(event?.eventName).toBe('database_operation');
    expect(event?.attributes).toMatchObject({
      log_type: 'database_operation',
      'operation_details.operation_type': 'add_lead',
      'operation_details.duplicate_detected': true,
      'performance_metrics.database_queries': 3,
      'training_labels.performance_tier': 'excellent',
      'lead_identifier.lead_id': HASH,
    });
  });

  it('S3-61, S3-91: says that a duplicate was met, with its context', () => {
    expect(logged()).toMatchObject({
      operation_details: { duplicate_detected: true },
      lead_identifier: { lead_id: HASH },
    });
  });
});

describe('a synchronisation', () => {
  it.each([
    [
      'S3-50',
      'sync_details',
      { sync_type: 'to_airtable', batch_size: 8, total_leads: 8, retry_attempts: 1 },
    ],
    [
      'S3-51',
      'sync_results',
      {
        success: true,
        leads_synced: 7,
        leads_failed: 1,
        conflicts_resolved: 2,
        execution_time_ms: 2500,
      },
    ],
    [
      'S3-52',
      'training_labels',
      {
        sync_successful: true,
        sync_efficiency: 'good',
        error_recovery: true,
        batch_optimization: 'optimal',
      },
    ],
  ])('%s: S3-03, S3-64: has exactly the keys of %s', (_, key, value) => {
    using logger = new DatabaseLogger({ directory });
    logger.logSyncOperation({
      syncType: 'to_airtable',
      success: true,
      executionTimeMs: 2500,
      batchSize: 8,
      totalLeads: 8,
      leadsSynced: 7,
      conflictsResolved: 2,
      retryAttempts: 1,
    });
    logger.close();
    const [entry] = entriesIn('sync_operations');
    expect(entry?.['log_type']).toBe('sync_operation');
    expect(entry?.[key]).toEqual(value);
  });

  it('S3-52: of nothing has no shares', () => {
    databaseLogger.logSyncOperation({
      syncType: 'to_airtable',
      success: false,
      executionTimeMs: 1,
      batchSize: 0,
      totalLeads: 0,
      leadsSynced: 0,
    });
    const attributes = outlets.takeEvents()[0]?.attributes;
    expect(attributes?.['training_labels.sync_successful']).toBe(false);
    expect(attributes).not.toHaveProperty('training_labels.sync_efficiency');
    expect(attributes).not.toHaveProperty('training_labels.batch_optimization');
  });
});

describe('other entries', () => {
  it('S3-04: tell of migrations', () => {
    databaseLogger.logMigrationOperation({
      migrationName: 'add_index',
      success: true,
      executionTimeMs: 900,
      recordsMigrated: 40,
      toVersion: '7',
    });
    expect(outlets.takeEvents()[0]).toMatchObject({
      eventName: 'migration_operation',
      attributes: {
        'migration_details.migration_name': 'add_index',
        'migration_details.to_version': '7',
        'migration_results.records_migrated': 40,
      },
    });
  });

  it('S3-05, S3-63: tell of errors with context and stack', () => {
    databaseLogger.logError(new TypeError('no lead'), { operation: 'get_lead', attempt: 2 });
    expect(outlets.takeEvents()[0]).toMatchObject({
      eventName: 'error_log',
      severity: 17,
      attributes: {
        'error_details.error_type': 'TypeError',
        'error_details.error_message': 'no lead',
        'error_details.stack_trace': expect.stringContaining('database-logger.test'),
        'context.operation': 'get_lead',
        'context.attempt': 2,
      },
    });
  });

  it('S3-06, S3-07: tell of performance and of health', () => {
    databaseLogger.logPerformanceMetrics('nightly', { execution_time_ms: 5, cpu_percent: 40 });
    databaseLogger.logMonitoringData('health_check', { database: 'ok' });
    expect(outlets.takeEvents()).toMatchObject([
      {
        eventName: 'performance_metrics',
        attributes: { operation: 'nightly', 'performance_metrics.cpu_percent': 40 },
      },
      {
        eventName: 'monitoring_data',
        attributes: { monitoring_type: 'health_check', 'data.database': 'ok' },
      },
    ]);
  });

  it('S3-08: are made by hand', () => {
    logDatabaseEvent(
      'database_operation',
      { lead: { email: 'ada@example.com', name: 'Ada' }, source: 'form' },
      { id: 7 },
      { operation_type: 'custom_operation', performance_metrics: { execution_time_ms: 3 } },
    );
    logDatabaseEvent('database_operation', {}, 7);
    logDatabaseEvent('nonsense' as never, {});
    const [event, plain, ...others] = outlets.takeEvents();
    expect(others).toEqual([]);
    expect(event?.attributes).toMatchObject({
      log_type: 'database_operation',
      operation_type: 'custom_operation',
      'performance_metrics.execution_time_ms': 3,
      'data.source': 'form',
      'result.id': 7,
      'lead_identifier.name': HASH,
    });
    expect(JSON.stringify(event)).not.toContain('ada@example.com');
    expect(plain?.attributes['result.value']).toBe(7);
  });
});

describe('monitorPerformance', () => {
  it('S3-09, S3-62: times a call, says what it used, and leaves result and promise as they are', async () => {
    const lead = { id: 1 };
    const promise = Promise.resolve(lead);
    const get = monitorPerformance('get_lead')((_id: number) => promise);
    expect(get(1)).toBe(promise);
    expect(get).toHaveLength(1);
    await promise;
    const [span] = await vi.waitUntil(() => {
      const spans = memory.take();
      return spans.length > 0 && spans;
    });
    expect(span?.name).toBe('get_lead');
    expect(span?.attributes).toMatchObject({
      'feature.category': 'database_operation',
      'feature.status': 'success',
      'feature.metadata.performance_metrics.execution_time_ms': expect.any(Number),
      'feature.metadata.performance_metrics.cpu_time_ms': expect.any(Number),
      'feature.metadata.performance_metrics.memory_usage_mb': expect.any(Number),
    });
    expect(outlets.takeEvents()[0]).toMatchObject({
      eventName: 'performance_metrics',
      attributes: {
        operation: 'get_lead',
        'training_labels.operation_successful': true,
        'training_labels.performance_tier': 'excellent',
      },
    });
  });

  it('S3-09, S3-63: logs an error with what was used until then, and throws it unchanged', () => {
    const failure = new RangeError('no room');
    const update = monitorPerformance('update_lead')(() => {
      throw failure;
    });
    expect(() => update()).toThrow(failure);
    expect(memory.take()[0]?.attributes).toMatchObject({
      'feature.status': 'failed',
      'feature.metadata.performance_metrics.cpu_time_ms': expect.any(Number),
    });
    const events = outlets.takeEvents();
    expect(events.map(({ eventName }) => eventName)).toEqual(['error_log', 'performance_metrics']);
    expect(events[0]?.attributes).toMatchObject({
      'error_details.error_type': 'RangeError',
      'context.operation': 'update_lead',
      'context.performance_metrics.execution_time_ms': expect.any(Number),
    });
  });

  it('S3-60: instruments the methods of a database, with their `this`', () => {
    class LeadDatabase {
      readonly leads = new Map<number, string>();
    }
    const database = Object.assign(new LeadDatabase(), {
      addLead: monitorPerformance('add_lead')(function add(this: LeadDatabase, name: string) {
        this.leads.set(this.leads.size, name);
        return this.leads.size - 1;
      }),
      getLead: monitorPerformance('get_lead')(function get(this: LeadDatabase, id: number) {
        return this.leads.get(id);
      }),
      updateLead: monitorPerformance('update_lead')(function update(
        this: LeadDatabase,
        id: number,
        name: string,
      ) {
        return this.leads.has(id) && this.leads.set(id, name).has(id);
      }),
    });
    const id = database.addLead('Ada');
    expect(database.updateLead(id, 'Grace')).toBe(true);
    expect(database.getLead(id)).toBe('Grace');
    expect(memory.take().map(({ name }) => name)).toEqual(['add_lead', 'update_lead', 'get_lead']);
  });

  it('S3-102: in production only calls that fail or are slow have an entry; all are runs', () => {
    const quiet = new DatabaseLogger({ verbosity: 'production' });
    vi.useFakeTimers({ toFake: ['performance', 'hrtime'] });
    const wait = quiet.monitorPerformance('wait')((ms: number) => void vi.advanceTimersByTime(ms));
    wait(1);
    wait(1500);
    expect(memory.take()).toHaveLength(2);
    expect(
      outlets.takeEvents().map(({ attributes }) => attributes['training_labels.performance_tier']),
    ).toEqual(['slow']);
  });

  it('S3-13, S3-102: in production the summary counts all calls', () => {
    using quiet = new DatabaseLogger({ verbosity: 'production', directory });
    const add = quiet.monitorPerformance('add')((fails: boolean) => {
      if (fails) throw new Error('no');
    });
    for (let i = 0; i < 99; i++) add(false);
    expect(quiet.getDailySummary()).toMatchObject({ entries: {}, operations: 99, success_rate: 1 });
    expect(() => add(true)).toThrow('no');
    expect(quiet.getDailySummary()).toMatchObject({
      entries: { error_log: 1, performance_metrics: 1 },
      operations: 100,
      failed: 1,
    });
  });

  it('S3-13, S3-102: writes the summary of calls that have no entry', () => {
    using quiet = new DatabaseLogger({ verbosity: 'production', directory });
    quiet.monitorPerformance('add')(() => 1)();
    quiet.close();
    expect(readdirSync(path.join(directory, 'monitoring_data'))).toHaveLength(1);
  });

  it('leaves what is traced already as it is', () => {
    const once = monitorPerformance('a')(() => 1);
    expect(monitorPerformance('b')(once)).toBe(once);
  });
});

describe('a logger', () => {
  it('S3-11, S3-89: gives all entries of one session its id', () => {
    withFeatureContext({ sessionId: 'import-7' }, () => {
      databaseLogger.logDatabaseOperation(OPERATION);
      databaseLogger.logError(new Error('no'));
    });
    const ids = outlets
      .takeEvents()
      .map(({ attributes }) => [attributes['session_id'], attributes['session.id']]);
    expect(ids).toEqual([
      ['import-7', 'import-7'],
      ['import-7', 'import-7'],
    ]);
  });

  it('S3-12, S3-95: keeps concurrent work apart', async () => {
    using logger = new DatabaseLogger({ directory });
    const add = logger.monitorPerformance('add_lead')(async (id: number) => {
      await new Promise((resolve) => setTimeout(resolve, id % 7));
      logger.logDatabaseOperation({ ...OPERATION, recordsAffected: id });
      return id;
    });
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) =>
        withFeatureContext({ sessionId: `s-${i}` }, async () => add(i)),
      ),
    );
    logger.close();
    const pairs = entriesIn('database_operations').map((entry) => [
      entry['session_id'],
      (entry['operation_details'] as { records_affected: number }).records_affected,
    ]);
    expect(pairs).toHaveLength(200);
    for (const [session, id] of pairs) expect(session).toBe(`s-${String(id)}`);
  });

  it('S3-30: has a folder for each kind of entry', () => {
    using logger = new DatabaseLogger({ directory });
    logger.logDatabaseOperation(OPERATION);
    logger.logSyncOperation({
      syncType: 'x',
      success: true,
      executionTimeMs: 1,
      batchSize: 1,
      totalLeads: 1,
      leadsSynced: 1,
    });
    logger.logMigrationOperation({ migrationName: 'm', success: true, executionTimeMs: 1 });
    logger.logPerformanceMetrics('o', { execution_time_ms: 1 });
    logger.logError(new Error('no'));
    logger.logMonitoringData('health_check', {});
    logger.close();
    expect(readdirSync(directory).toSorted()).toEqual([
      'database_operations',
      'error_logs',
      'migration_operations',
      'monitoring_data',
      'performance_metrics',
      'sync_operations',
    ]);
  });

  it('S3-13: sums each day up when it is over, and when the logger is closed', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-21T23:59:00Z') });
    using logger = new DatabaseLogger({ directory });
    logger.logDatabaseOperation(OPERATION);
    logger.logDatabaseOperation({ ...OPERATION, success: false, executionTimeMs: 6000 });
    logger.logError(new Error('no'));
    vi.setSystemTime(Date.parse('2026-11-22T00:01:00Z'));
    logger.logDatabaseOperation({ ...OPERATION, duplicateDetected: false });
    expect(logger.getDailySummary()).toMatchObject({ date: '2026-11-22', operations: 1 });
    logger.close();
    const summaries = readdirSync(path.join(directory, 'monitoring_data')).toSorted();
    expect(summaries).toEqual(
      [21, 22].map((day) => `daily_summary_2026-11-${day}_${process.pid}.json`),
    );
    const text = readFileSync(path.join(directory, 'monitoring_data', summaries[0] ?? ''), 'utf8');
    expect(JSON.parse(text)).toEqual({
      date: '2026-11-21',
      entries: { database_operation: 2, error_log: 1 },
      operations: 2,
      failed: 1,
      success_rate: 0.5,
      mean_execution_time_ms: 3075.25,
      performance_tiers: { excellent: 1, good: 0, acceptable: 0, slow: 0, very_slow: 1 },
      duplicates_detected: 2,
    });
    expect(
      outlets.takeEvents().filter(({ eventName }) => eventName === 'daily_summary'),
    ).toHaveLength(2);
    expect(new DatabaseLogger().getDailySummary()).toMatchObject({
      success_rate: null,
      mean_execution_time_ms: null,
    });
  });

  it('S3-101: does not wait for the disk', () => {
    using logger = new DatabaseLogger({ directory });
    for (let i = 0; i < 100; i++) logger.logDatabaseOperation(OPERATION);
    expect(readdirSync(directory)).toEqual([]);
    logger.close();
    expect(entriesIn('database_operations')).toHaveLength(100);
  });

  it('S3-30: keeps all in a folder of the home folder', () => {
    vi.stubEnv('HOME', directory);
    vi.stubEnv('USERPROFILE', directory);
    using logger = new DatabaseLogger({ directory: '~/dl' });
    for (let i = 0; i < 3; i++) logger.logDatabaseOperation(OPERATION);
    // Nobody has waited for the disk by now.
    expect(readdirSync(directory)).toEqual([]);
    logger.close();
    vi.unstubAllEnvs();
    expect(readdirSync(path.join(directory, 'dl')).toSorted()).toEqual([
      'database_operations',
      'monitoring_data',
    ]);
    expect(entriesIn('dl/database_operations')).toHaveLength(3);
  });

  it('S3-103: writes compact JSON', () => {
    using logger = new DatabaseLogger({ directory });
    logger.logDatabaseOperation(OPERATION);
    logger.close();
    const folder = path.join(directory, 'database_operations');
    const text = readFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), 'utf8');
    expect(text).toBe(`${JSON.stringify(JSON.parse(text))}\n`);
  });

  it('S3-70: harms nobody, whatever it is given and whatever the disk does', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    writeFileSync(path.join(directory, 'file'), '');
    using logger = new DatabaseLogger({ directory: path.join(directory, 'file') });
    logger.logDatabaseOperation(undefined as never);
    logger.logDatabaseOperation(OPERATION);
    logger.logSyncOperation({} as never);
    logger.logMigrationOperation(null as never);
    logger.logError(undefined, null as never);
    logger.logPerformanceMetrics(7 as never, undefined as never);
    logger.logMonitoringData('x', {
      get bad() {
        throw new Error('no');
      },
    });
    expect(() => logger.close()).not.toThrow();
    expect(warned.mock.calls.flat().join()).toContain('cannot be written');
    warned.mockRestore();
  });
});
