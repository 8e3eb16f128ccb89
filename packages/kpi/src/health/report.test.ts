import { describe, expect, test } from 'vitest';
import { createUnknownFacts, type Fact, type HealthFacts, type ReceiverFacts } from './facts.ts';
import { chooseChecks, judgeHealth } from './report.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const DAY_MS = 86_400_000;

const known = <Value>(value: Value): Fact<Value> => ({ isKnown: true, value, tookMs: 1 });

const RECEIVER: ReceiverFacts = {
  refusals: [],
  received: 1000,
  waiting: 0,
  waitingSinceMs: null,
  rejected: {},
  refused: {},
  landings: { count: 10, meanS: 0.02, p95S: 0.05 },
  freshness: { count: 10, meanS: 0.5, p95S: 1 },
  failedLandings: 0,
  deadLetters: { files: 0, bytes: 0, deleted: 0 },
  damagedJournalBytes: 0,
};
const DISK = { folder: '/data', freeBytes: 50 * GIB, totalBytes: 100 * GIB, leastBytes: 256 * MIB };
const STORAGE = {
  dataBytes: 100 * MIB,
  walBytes: MIB,
  archiveBytes: 0,
  journalBytes: MIB,
  limitBytes: 0,
};
const MEMORY = { residentBytes: GIB, totalBytes: 8 * GIB, databaseLimitBytes: GIB };
const SETTINGS = {
  given: [],
  retentionDays: 90,
  hotDays: 7,
  limitBytes: 0,
  oldestMs: NOW_MS - 2 * DAY_MS,
};
const COUNTS = { healthy: 3, slow: 0, stalled: 0, lost: 0, paused: 1 };
const HUNG = { id: 'o-1', feature: 'import', health: 'lost', reason: 'no news for 41 s' };
const TROUBLE = {
  runs: 1000,
  failed: 10,
  errors: 12,
  freshKinds: 0,
  fresh: [],
  rising: [],
};
const PLAN = { isPlanned: true, records: 0, blocked: 0, events: [] };

/** A server that is well. */
const WELL: HealthFacts = {
  atMs: NOW_MS,
  startedAtMs: NOW_MS - DAY_MS,
  database: known({ memoryBytes: MIB, sizeBytes: 100 * MIB }),
  storage: known(STORAGE),
  archive: known({ listed: 3, wrong: [] }),
  checkpoints: known({ count: 3, meanS: 0.1, p95S: 0.25 }),
  backup: known({ atMs: NOW_MS - DAY_MS, folder: '/backup', isThere: true }),
  receiver: known(RECEIVER),
  arrival: known(NOW_MS - 1000),
  clocks: known([]),
  disk: known(DISK),
  memory: known(MEMORY),
  cpu: known({ share: 0.1, cores: 4, load: 1 }),
  eventLoop: known({ p50S: 0.001, p99S: 0.01, maxS: 0.05 }),
  sessions: known({ started: 3, ended: 2, abandoned: 0, samples: [] }),
  operations: known({ counts: COUNTS, unhealthy: [] }),
  trouble: known(TROUBLE),
  quality: known({ gap: 0, volume: 0 }),
  plan: known(PLAN),
  definitions: known({ folder: '/definitions', definitions: 3, errors: [] }),
  settings: known(SETTINGS),
  permissions: known([{ what: 'data folder', path: '/data', mode: 0o700 }]),
};

const judge = (facts: HealthFacts, ids?: readonly string[]) =>
  judgeHealth(chooseChecks(ids), facts);

test('S0-56: a server that is well passes every check, each with a title and its numbers', () => {
  const { rows, worst } = judge(WELL);
  expect(rows.filter(({ result }) => result !== 'pass')).toEqual([]);
  expect(worst).toBe('pass');
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  for (const row of rows) expect(row).toMatchObject({ remedy: null, tookMs: 1 });
});

type Case = readonly [
  name: string,
  change: Partial<HealthFacts>,
  id: string,
  result: 'unknown' | 'warn' | 'fail',
  message: string,
  remedy: string,
];

const receiver = (change: Partial<ReceiverFacts>): Partial<HealthFacts> => ({
  receiver: known({ ...RECEIVER, ...change }),
});

const CASES: readonly Case[] = [
  [
    'S0-55: a full disk fails and says that data are refused',
    { disk: known({ ...DISK, freeBytes: 200 * MIB }) },
    'disk.free',
    'fail',
    '200 MiB of 100 GiB free, below 256 MiB: new data are refused',
    'Make room',
  ],
  [
    'S0-55: a disk that fills warns before it is full',
    { disk: known({ ...DISK, freeBytes: 4 * GIB }) },
    'disk.free',
    'warn',
    '4 GiB of 100 GiB free',
    'HEARTWOOD_MAX_DATA_MB',
  ],
  [
    'S0-55: memory that runs out fails',
    { memory: known({ ...MEMORY, residentBytes: 7.9 * GIB }) },
    'memory.use',
    'fail',
    '7.9 GiB of 8 GiB (99 %)',
    'HEARTWOOD_MEMORY_MB',
  ],
  [
    'S0-55: a database that may use more than there is warns',
    { memory: known({ ...MEMORY, databaseLimitBytes: 7.9 * GIB }) },
    'memory.use',
    'warn',
    'more than there is',
    'HEARTWOOD_MEMORY_MB',
  ],
  [
    'S0-55: a busy processor warns',
    { cpu: known({ share: 0.93, cores: 2, load: 1.9 }) },
    'cpu.use',
    'warn',
    '93 % of 2 cores',
    'sample',
  ],
  [
    'S0-55: a machine that others keep busy warns, and blames not the server',
    { cpu: known({ share: 0.03, cores: 2, load: 9.5 }) },
    'cpu.use',
    'warn',
    'load of the machine 9.5',
    'Other programs',
  ],
  [
    'an event loop that hangs fails',
    { eventLoop: known({ p50S: 0.1, p99S: 2, maxS: 3 }) },
    'eventloop.delay',
    'fail',
    'within 2 s',
    'cpu.use',
  ],
  [
    'S0-56: sessions that were never closed are named',
    { sessions: known({ started: 3, ended: 1, abandoned: 2, samples: ['s-1', 's-2'] }) },
    'sessions.closed',
    'warn',
    '2 of 3 sessions never ended, and are silent for half an hour: s-1, s-2',
    'finally',
  ],
  [
    'S0-56: without a session it says that none was started',
    { sessions: known({ started: 0, ended: 0, abandoned: 0, samples: [] }) },
    'sessions.started',
    'unknown',
    'none began',
    'startSession()',
  ],
  [
    'S0-56: settings that contradict each other warn',
    { settings: known({ ...SETTINGS, hotDays: 30, retentionDays: 7 }) },
    'config.format',
    'warn',
    'HEARTWOOD_HOT_DAYS (30) is more than HEARTWOOD_RETENTION_DAYS (7)',
    'hot days',
  ],
  [
    'S0-56: a data folder that others may read is named with its mode and the command',
    { permissions: known([{ what: 'data folder', path: '/data', mode: 0o755 }]) },
    'config.permissions',
    'warn',
    'data folder /data (0755)',
    'chmod go-rwx /data',
  ],
  [
    'S0-56: definition files that cannot be used fail with the first error',
    {
      definitions: known({ folder: '/d', definitions: 3, errors: ['kpi.yaml:3: no such event'] }),
    },
    'definitions.valid',
    'fail',
    'kpi.yaml:3: no such event',
    'heartwood definitions check',
  ],
  [
    'S1-130: records that wait long for a locked database fail',
    receiver({ waiting: 12_040, waitingSinceMs: NOW_MS - 120_000 }),
    'receiver.waiting',
    'fail',
    '12,040 records, the oldest for 2 min',
    'database.landing',
  ],
  [
    'S1-130: landings that failed warn and say that nothing is lost',
    receiver({ failedLandings: 2 }),
    'database.landing',
    'warn',
    '2 landings failed since the start, 10 landings did not',
    'log of the server',
  ],
  [
    'landings that are slow warn',
    receiver({ freshness: { count: 10, meanS: 20, p95S: null } }),
    'database.landing',
    'warn',
    'more than 10 s',
    'cpu.use',
  ],
  [
    'checkpoints that are slow warn',
    { checkpoints: known({ count: 1, meanS: 9, p95S: 10 }) },
    'database.checkpoint',
    'warn',
    'at most 10 s',
    'local disk',
  ],
  [
    'S2-42: data that reach their limit warn with how much they take',
    { storage: known({ ...STORAGE, limitBytes: 110 * MIB }) },
    'database.size',
    'warn',
    '102 MiB of 110 MiB (93 %)',
    'HEARTWOOD_MAX_DATA_MB',
  ],
  [
    'a write-ahead log that grows fails',
    { storage: known({ ...STORAGE, walBytes: 2 * GIB }) },
    'wal.size',
    'fail',
    '2 GiB',
    'Restart',
  ],
  [
    'a file of the archive that is missing fails and is named',
    { archive: known({ listed: 3, wrong: ['spans/1.parquet'] }) },
    'archive.files',
    'fail',
    '1 file of 3 missing or of another size: spans/1.parquet',
    'heartwood verify',
  ],
  [
    'a backup that is old warns',
    { backup: known({ atMs: NOW_MS - 10 * DAY_MS, folder: '/backup', isThere: true }) },
    'backup.age',
    'warn',
    '10 d old, in /backup',
    'heartwood backup',
  ],
  [
    'a backup that is gone warns',
    { backup: known({ atMs: NOW_MS - DAY_MS, folder: '/backup', isThere: false }) },
    'backup.age',
    'warn',
    'the last one is gone',
    'heartwood backup',
  ],
  [
    'data of a month without a backup warn',
    { backup: known(null), settings: known({ ...SETTINGS, oldestMs: NOW_MS - 30 * DAY_MS }) },
    'backup.age',
    'warn',
    'none was made, and the data go back 30 d',
    'heartwood backup',
  ],
  [
    'data that are never deleted warn',
    { settings: known({ ...SETTINGS, retentionDays: 0 }) },
    'retention.set',
    'warn',
    'nothing is ever deleted',
    'HEARTWOOD_RETENTION_DAYS',
  ],
  [
    'data that should have been deleted warn',
    { settings: known({ ...SETTINGS, oldestMs: NOW_MS - 100 * DAY_MS }) },
    'retention.set',
    'warn',
    'the oldest record is 100 days old',
    'log of the server',
  ],
  [
    'a receiver that refuses fails with its reasons',
    receiver({ refusals: ['the disk is nearly full'] }),
    'receiver.taking',
    'fail',
    'requests are refused: the disk is nearly full',
    'Make room',
  ],
  [
    'silence of an hour warns',
    { arrival: known(NOW_MS - 2 * 3_600_000) },
    'receiver.silent',
    'warn',
    'the last record came 2 h ago',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ],
  [
    'silence of days fails',
    { arrival: known(NOW_MS - 3 * DAY_MS) },
    'receiver.silent',
    'fail',
    'the last record came 3 d ago',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ],
  [
    'a server that nothing was ever sent to warns',
    { arrival: known(null) },
    'receiver.silent',
    'warn',
    'nothing was ever received',
    'preload',
  ],
  [
    'a dead letter fails and the remedy names the command that lists it',
    receiver({ deadLetters: { files: 1, bytes: 2048, deleted: 0 } }),
    'receiver.dead_letters',
    'fail',
    '1 dead letter (2 KiB)',
    'heartwood-server dead-letters',
  ],
  [
    'many records that were left out fail with the reason',
    receiver({ rejected: { 'trace id is missing': 100 } }),
    'receiver.drops',
    'fail',
    '100 records of 1000 (10 %) left out: trace id is missing 100',
    'reasons',
  ],
  [
    'a damaged journal warns',
    receiver({ damagedJournalBytes: 512 }),
    'receiver.drops',
    'warn',
    '512 B of the journal',
    'power cut',
  ],
  [
    'a sender whose clock is ahead is named',
    { clocks: known([{ service: 'shop', records: 3, aheadMs: 600_000 }]) },
    'clock.skew',
    'fail',
    'shop is 10 min ahead in 3 records',
    'NTP',
  ],
  [
    'an operation that is lost fails with its reason',
    { operations: known({ counts: { ...COUNTS, lost: 1 }, unhealthy: [HUNG] }) },
    'operations.health',
    'fail',
    'of 5 operations 1 lost; import: no news for 41 s',
    'heartwood operations list',
  ],
  [
    'S3-82: operations that are slow beside their own history warn by themselves',
    {
      operations: known({
        counts: { ...COUNTS, slow: 2 },
        unhealthy: [{ ...HUNG, health: 'slow', reason: 'takes 4 min' }],
      }),
    },
    'operations.health',
    'warn',
    'of 6 operations 2 slow; import: takes 4 min',
    'heartwood operations list',
  ],
  [
    'S0-72, S3-111: an error rate that is high fails, which ends a call with 3',
    { trouble: known({ ...TROUBLE, failed: 300 }) },
    'errors.rate',
    'fail',
    '300 of 1,000 runs of the last hour failed (30 %)',
    'heartwood logs errors --summary',
  ],
  [
    'S0-72, S3-111: an error rate that is raised warns',
    { trouble: known({ ...TROUBLE, failed: 60 }) },
    'errors.rate',
    'warn',
    '60 of 1,000 runs of the last hour failed (6 %), 12 errors',
    'heartwood logs errors',
  ],
  [
    'S0-72, S3-111: errors that become many warn although few runs fail',
    { trouble: known({ ...TROUBLE, rising: [{ title: 'ECONNREFUSED', occurrences: 40 }] }) },
    'errors.rate',
    'warn',
    'three times as many as the hour before: ECONNREFUSED (40)',
    'heartwood logs errors',
  ],
  [
    'S3-81: errors that were never seen before are named',
    {
      trouble: known({
        ...TROUBLE,
        freshKinds: 1,
        fresh: [{ title: 'disk full', occurrences: 2 }],
      }),
    },
    'errors.new',
    'warn',
    '1 kind for the first time in the last hour, such as disk full (2)',
    'heartwood logs errors --since 1h',
  ],
  [
    'checks of data quality that failed are told',
    { quality: known({ gap: 2, volume: 0 }) },
    'quality.failures',
    'warn',
    'gap 2',
    'heartwood quality list',
  ],
  [
    'checks of data quality that never ran are unknown',
    { quality: known({}) },
    'quality.failures',
    'unknown',
    'none has run yet',
    'heartwood quality run',
  ],
  [
    'events that break the plan are told',
    { plan: known({ ...PLAN, records: 12, blocked: 2, events: ['order'] }) },
    'plan.violations',
    'warn',
    '12 violations in the last 24 h, 2 of them not stored: order',
    'heartwood plan violations',
  ],
];

describe('a check alone', () => {
  test.each(CASES)('%s', (_name, change, id, result, message, remedy) => {
    const { rows, worst } = judge({ ...WELL, ...change });
    expect(rows.filter((row) => row.result !== 'pass').map((row) => row.id)).toEqual([id]);
    const row = rows.find((one) => one.id === id);
    expect(row?.result).toBe(result);
    expect(row?.message).toContain(message);
    expect(row?.remedy).toContain(remedy);
    expect(worst).toBe(result);
  });

  test('each is met by a case', () => {
    const met = new Set([...CASES.map(([, , id]) => id), 'database.open']);
    expect(
      chooseChecks()
        .map(({ id }) => id)
        .filter((id) => !met.has(id)),
    ).toEqual([]);
  });
});

describe('facts that cannot be read', () => {
  test('S2-41: a database that does not answer fails, all else is unknown with the reason', () => {
    const { rows, worst } = judge(createUnknownFacts(NOW_MS, NOW_MS, 'The store is closed.'));
    expect(worst).toBe('fail');
    for (const row of rows)
      expect(row).toMatchObject({
        result: row.id === 'database.open' ? 'fail' : 'unknown',
        message: 'cannot be told: The store is closed.',
      });
  });
});

test('a share of a few runs says nothing of the error rate', () => {
  const { worst } = judge({ ...WELL, trouble: known({ ...TROUBLE, runs: 3, failed: 3 }) });
  expect(worst).toBe('pass');
});

describe('choosing', () => {
  test('gives those that were asked for, in the order of all', () => {
    expect(chooseChecks(['disk.free', 'wal.size']).map(({ id }) => id)).toEqual([
      'wal.size',
      'disk.free',
    ]);
  });

  test('rejects a name that is none with those that are near', () => {
    expect(() => chooseChecks(['disk.fre'])).toThrow(
      expect.objectContaining({ code: 'CHECK_UNKNOWN', suggestions: ['disk.free'] }),
    );
  });
});
