/** The metrics that Heartwood tells of itself: names by the conventions of OpenTelemetry, units in UCUM. */

/** How values of a metric come about, as OpenTelemetry calls the instruments. */
export type MetricKind = 'counter' | 'upDownCounter' | 'gauge' | 'histogram';

/** A metric as it is declared. */
export interface MetricDefinition {
  readonly name: string;
  readonly kind: MetricKind;
  /** UCUM, such as `s`, `By`, `{record}`. */
  readonly unit: string;
  readonly description: string;
}

const metric = (
  name: string,
  kind: MetricKind,
  unit: string,
  description: string,
): MetricDefinition => ({ name, kind, unit, description });

/** `service.name` of what the server tells of itself. */
export const SELF_SERVICE = 'heartwood';

/** Every metric that the server tells of itself. */
export const SELF_METRICS = {
  recordsReceived: metric(
    'heartwood.receiver.records.received',
    'counter',
    '{record}',
    'Records that came in, from senders or out of the journal that an earlier process left. The same number as all settled and waiting ones.',
  ),
  recordsSettled: metric(
    'heartwood.receiver.records.settled',
    'counter',
    '{record}',
    'What became of records that came in, with the reason where they were not stored.',
  ),
  recordsWaiting: metric(
    'heartwood.receiver.records.waiting',
    'upDownCounter',
    '{record}',
    'Records that came in and are not settled: in the journal or on the way there, not yet in the database.',
  ),
  recordsMarked: metric(
    'heartwood.receiver.records.marked',
    'counter',
    '{record}',
    'Records of which something was repaired, cut or replaced on the way in.',
  ),
  requests: metric(
    'heartwood.receiver.requests',
    'counter',
    '{request}',
    'Requests by their answer: accepted, duplicate of an accepted one, or refused with an error.',
  ),
  requestBytes: metric(
    'heartwood.receiver.requests.io',
    'counter',
    'By',
    'Bytes of accepted requests as they were received, before decompression.',
  ),
  acknowledgement: metric(
    'heartwood.receiver.acknowledgement.duration',
    'histogram',
    's',
    'From the last byte of an accepted request until it would survive a crash.',
  ),
  freshness: metric(
    'heartwood.receiver.freshness.duration',
    'histogram',
    's',
    'From the receipt of a request until its records can be asked for.',
  ),
  landing: metric(
    'heartwood.receiver.landing.duration',
    'histogram',
    's',
    'One transaction of the database with a batch of records.',
  ),
  landingRecords: metric(
    'heartwood.receiver.landing.records',
    'histogram',
    '{record}',
    'Records of one transaction of the database.',
  ),
  landingFailures: metric(
    'heartwood.receiver.landing.failures',
    'counter',
    '{landing}',
    'Transactions of the database that failed; what they held is landed again from the journal.',
  ),
  batchesWaiting: metric(
    'heartwood.receiver.batches.waiting',
    'upDownCounter',
    '{batch}',
    'Batches that wait for the database, the one under way included.',
  ),
  deadLetters: metric(
    'heartwood.receiver.dead_letters',
    'counter',
    '{request}',
    'Acknowledged requests that cannot be stored, whole or in part, and lie in `dead-letters`.',
  ),
  deadLettersSize: metric(
    'heartwood.receiver.dead_letters.size',
    'upDownCounter',
    'By',
    'Files in `dead-letters`.',
  ),
  deadLettersDeleted: metric(
    'heartwood.receiver.dead_letters.deleted',
    'counter',
    '{file}',
    'Files of `dead-letters` that were deleted because there was no room left; what they held is lost.',
  ),
  inFlight: metric(
    'heartwood.receiver.in_flight.size',
    'upDownCounter',
    'By',
    'Bodies being read or waiting to be decoded, and 8 KiB for each request.',
  ),
  connections: metric(
    'heartwood.receiver.connections',
    'upDownCounter',
    '{connection}',
    'Open connections of senders.',
  ),
  connectionsRefused: metric(
    'heartwood.receiver.connections.refused',
    'counter',
    '{connection}',
    'Connections that were ended: beyond the limit, failed handshakes of TLS, breaches of HTTP/2.',
  ),
  journalSync: metric(
    'heartwood.journal.sync.duration',
    'histogram',
    's',
    'One fdatasync of the journal; requests that come together share it.',
  ),
  journalSize: metric(
    'heartwood.journal.size',
    'upDownCounter',
    'By',
    'Journal files on disk that have not landed whole.',
  ),
  journalDamage: metric(
    'heartwood.journal.damage',
    'counter',
    'By',
    'Bytes of the journal that could not be read as records; an interrupted write leaves such an end.',
  ),
  diskFree: metric('heartwood.disk.free', 'gauge', 'By', 'Free space of the disk of the journal.'),
  diskUse: metric(
    'system.filesystem.utilization',
    'gauge',
    '1',
    'Share of the disk of the journal that is used, of what this process may use, as df tells.',
  ),
  storeSize: metric(
    'heartwood.store.size',
    'upDownCounter',
    'By',
    'Files of the database on disk: its data, its write-ahead log and its archive of older days.',
  ),
  checkpoint: metric(
    'heartwood.store.checkpoint.duration',
    'histogram',
    's',
    'Writing the log of the database into its data file, where it was no part of a landing.',
  ),
  definitions: metric(
    'heartwood.definitions.count',
    'gauge',
    '{definition}',
    'Definitions in force: goals, measures, KPIs.',
  ),
  definitionErrors: metric(
    'heartwood.definitions.errors',
    'gauge',
    '{error}',
    'Errors in the definition files as they are; while there are some, the definitions of before stay in force.',
  ),
  qualityFailures: metric(
    'heartwood.quality.failures',
    'gauge',
    '{subject}',
    'Features, events, services and properties that failed when checks of data quality last ran, by check; a check that could not be made counts as one.',
  ),
  operationsLive: metric(
    'heartwood.operations.live',
    'gauge',
    '{operation}',
    'Operations that are under way: those that paused, and the others by how they are judged.',
  ),
  operationsJudged: metric(
    'heartwood.operations.judged',
    'counter',
    '{operation}',
    'How often an operation was judged to be slow, stalled or lost since the start of the server.',
  ),
  operationsDropped: metric(
    'heartwood.operations.dropped',
    'counter',
    '{event}',
    'Events of operations that were not followed because too many were under way; their records are stored.',
  ),
  processMemory: metric(
    'process.memory.usage',
    'upDownCounter',
    'By',
    'Physical memory of the process.',
  ),
  processCpu: metric('process.cpu.time', 'counter', 's', 'CPU time of the process, all threads.'),
  processCpuUse: metric(
    'process.cpu.utilization',
    'gauge',
    '1',
    'Share of all cores that the process kept busy in the last ten seconds.',
  ),
  processUptime: metric('process.uptime', 'gauge', 's', 'Time since the start of the server.'),
  eventLoopDelayP50: metric(
    'nodejs.eventloop.delay.p50',
    'gauge',
    's',
    'Median delay of the event loop in the last ten seconds.',
  ),
  eventLoopDelayP99: metric(
    'nodejs.eventloop.delay.p99',
    'gauge',
    's',
    'Delay of the event loop that 99 % stayed below in the last ten seconds.',
  ),
  eventLoopDelayMax: metric(
    'nodejs.eventloop.delay.max',
    'gauge',
    's',
    'Longest delay of the event loop in the last ten seconds.',
  ),
} as const satisfies Record<string, MetricDefinition>;

/** Name of the signal: `traces`, `logs`, `metrics`. */
export const ATTR_HEARTWOOD_SIGNAL = 'heartwood.signal';
/** Where records came from: `sender`, or `journal` for what an earlier process had received. */
export const ATTR_HEARTWOOD_SOURCE = 'heartwood.source';
/** What became of records or requests, such as `stored`, `rejected`, `duplicate`. */
export const ATTR_HEARTWOOD_OUTCOME = 'heartwood.outcome';
/** Why records were rejected, in words. */
export const ATTR_HEARTWOOD_REASON = 'heartwood.reason';
/** What happened to a record on the way in, such as `truncated`. */
export const ATTR_HEARTWOOD_MARK = 'heartwood.mark';
/** Check of data quality, such as `gap`. */
export const ATTR_HEARTWOOD_CHECK = 'heartwood.check';
/** How operations are judged: `healthy`, `slow`, `stalled`, `lost`; `paused` for those that paused. */
export const ATTR_HEARTWOOD_HEALTH = 'heartwood.health';
/** Which files of the database: `data`, `wal` or `archive`. */
export const ATTR_HEARTWOOD_FILE = 'heartwood.file';
/** Mode of CPU time (OpenTelemetry): `user` or `system`. */
export const ATTR_CPU_MODE = 'cpu.mode';
