/** Every setting of the server in one table: environment variable, type, default and meaning. */
import { suggest } from '@heartwood/kpi';
import { APP_SETTING_NAMES } from '@heartwood/semconv';
import { z } from 'zod';
import { serverError } from './errors.ts';
import {
  days,
  duration,
  file,
  flag,
  folder,
  megabytes,
  port,
  token,
  weekStart,
  zone,
} from './setting-values.ts';

/** A line of the table. */
export interface Setting<T> {
  readonly variable: string;
  readonly schema: z.ZodType<T>;
  /** The default as the user would write it; empty when unset. */
  readonly fallback: string;
  readonly meaning: string;
}

const setting = <T>(
  variable: string,
  schema: z.ZodType<T>,
  fallback: string,
  meaning: string,
): Setting<T> => ({ variable, schema, fallback, meaning });

export const SETTINGS = {
  host: setting(
    'HEARTWOOD_HOST',
    z.string().min(1, 'must not be empty'),
    '127.0.0.1',
    'Address to listen on. Any address but a loopback one needs `HEARTWOOD_INGEST_TOKEN` and `HEARTWOOD_READ_TOKEN`.',
  ),
  otlpHttpPort: setting(
    'HEARTWOOD_OTLP_HTTP_PORT',
    port,
    '4318',
    'Port for OTLP over HTTP; 0 takes any free port, named in the ready line.',
  ),
  otlpGrpcPort: setting(
    'HEARTWOOD_OTLP_GRPC_PORT',
    port,
    '4317',
    'Port for OTLP over gRPC; 0 takes any free port, named in the ready line.',
  ),
  apiPort: setting(
    'HEARTWOOD_API_PORT',
    port,
    '4319',
    'Port for dashboard and API; 0 takes any free port, named in the ready line.',
  ),
  ingestToken: setting(
    'HEARTWOOD_INGEST_TOKEN',
    token,
    '',
    'Bearer token that senders of OTLP must show, at least 16 characters.',
  ),
  readToken: setting(
    'HEARTWOOD_READ_TOKEN',
    token,
    '',
    'Bearer token that readers of API and dashboard must show, at least 16 characters.',
  ),
  dataDir: setting(
    'HEARTWOOD_DATA_DIR',
    folder,
    '~/.heartwood',
    'Folder of database and journal. One server at a time.',
  ),
  databasePath: setting(
    'FEATURE_TRACKING_DB_PATH',
    file,
    '',
    'Database file, where it shall not be `heartwood.duckdb` in the data folder; its journal lies beside it.',
  ),
  definitions: setting(
    'HEARTWOOD_DEFINITIONS',
    file,
    '',
    'Folder of definition files (`*.yaml`, `*.yml`, `*.json`), read again when they change. Unset: `heartwood` in the working folder, where there is one.',
  ),
  timeZone: setting(
    'HEARTWOOD_TIME_ZONE',
    zone,
    '',
    'Time zone (IANA name) in which days and weeks of all numbers are cut unless a question names another. Unset: that of the process (`TZ`), UTC where that has no name.',
  ),
  weekStart: setting(
    'HEARTWOOD_WEEK_START',
    weekStart,
    'monday',
    'First day of the weeks in which numbers are cut: `monday` (ISO 8601) or `sunday`.',
  ),
  memoryMb: setting(
    'HEARTWOOD_MEMORY_MB',
    megabytes(512),
    '1408',
    'Memory that the database may use, MiB; at least 512. The rest of the server takes about 250 besides.',
  ),
  maxBodyMb: setting(
    'HEARTWOOD_MAX_BODY_MB',
    // Places in a body are signed 32-bit numbers.
    megabytes(1, 1024),
    '64',
    'Largest OTLP request, MiB after decompression, at most 1024; larger ones are answered 413.',
  ),
  minFreeDiskMb: setting(
    'HEARTWOOD_MIN_FREE_DISK_MB',
    megabytes(0),
    '256',
    'Free disk space, MiB, below which new data is answered 503 while reading goes on.',
  ),
  retentionDays: setting(
    'HEARTWOOD_RETENTION_DAYS',
    days,
    '90',
    'Days (UTC) that spans, logs and metric points are kept, told by their own time; 0 keeps them for ever. Roll-ups stay.',
  ),
  hotDays: setting(
    'HEARTWOOD_HOT_DAYS',
    days,
    '7',
    'Closed days that stay in the database file, where questions are answered fastest; older ones go to the archive, which takes a fifth less room.',
  ),
  maxDataMb: setting(
    'HEARTWOOD_MAX_DATA_MB',
    megabytes(0),
    '0',
    'Room for database, archive and journal, MiB; beyond it the oldest days are deleted, but never the present one. 0 is no limit.',
  ),
  upkeepMs: setting(
    'HEARTWOOD_UPKEEP_INTERVAL',
    duration.refine((value) => value >= 1000, 'must be at least 1s'),
    '10m',
    'Time between two looks at age and room of the data.',
  ),
  selfMetricsMs: setting(
    'HEARTWOOD_SELF_METRICS_INTERVAL',
    duration.refine((value) => value === 0 || value >= 1000, 'must be 0 or at least 1s'),
    '60s',
    'How often the server keeps what it tells of itself at `/metrics` among its own metrics; 0 never does.',
  ),
  operationStallMs: setting(
    'HEARTWOOD_OPERATION_STALL',
    duration.refine((value) => value >= 1000, 'must be at least 1s'),
    '60s',
    'Time without a step after which an operation that counts may be called stalled; longer where its own steps usually take longer.',
  ),
  operationAbandonMs: setting(
    'HEARTWOOD_OPERATION_ABANDON',
    duration.refine((value) => value >= 1000, 'must be at least 1s'),
    '30m',
    'Silence after which an operation that sends no heartbeats is lost, and after which a lost one is closed. One that said that it pauses may be silent for a day. With heartbeats, three missing ones say that it is lost.',
  ),
  tlsCert: setting(
    'HEARTWOOD_TLS_CERT',
    file,
    '',
    'Certificate in PEM, with those of its issuers behind it; all three ports then speak TLS 1.2 or newer. Read again when the file changes.',
  ),
  tlsKey: setting(
    'HEARTWOOD_TLS_KEY',
    file,
    '',
    'Unencrypted private key of the certificate, in PEM.',
  ),
  tlsClientCa: setting(
    'HEARTWOOD_TLS_CLIENT_CA',
    file,
    '',
    'Certificates of the authorities, in PEM, one of which must have signed the certificate that every sender of OTLP then has to show.',
  ),
  grpcKeepAliveMs: setting(
    'HEARTWOOD_GRPC_KEEPALIVE_TIME',
    duration,
    '60s',
    'Silence on a connection of gRPC after which the server asks for a sign of life; 0 never asks.',
  ),
  grpcKeepAliveTimeoutMs: setting(
    'HEARTWOOD_GRPC_KEEPALIVE_TIMEOUT',
    duration,
    '20s',
    'Time for the answer to that, after which the connection is ended.',
  ),
  grpcMinTimeMs: setting(
    'HEARTWOOD_GRPC_KEEPALIVE_MIN_TIME',
    duration,
    '10s',
    'Shortest time between two such questions of a client; who asks more often is sent away.',
  ),
  grpcPermitWithoutStream: setting(
    'HEARTWOOD_GRPC_KEEPALIVE_PERMIT_WITHOUT_STREAM',
    flag,
    'true',
    'Whether clients may ask while they have no call under way.',
  ),
  grpcMaxAgeMs: setting(
    'HEARTWOOD_GRPC_MAX_CONNECTION_AGE',
    duration,
    '0',
    'Age, give or take a tenth, at which a connection of gRPC takes no new calls, so that load balancers spread them anew; 0 for no end.',
  ),
  grpcMaxAgeGraceMs: setting(
    'HEARTWOOD_GRPC_MAX_CONNECTION_AGE_GRACE',
    duration,
    '0',
    'Time that its calls under way then have; 0 for as long as they take.',
  ),
} as const;

type SettingName = keyof typeof SETTINGS;

/** The settings as the server uses them. */
export type Config = {
  readonly [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']>;
};

/**
 * Reads all settings from an environment. Throws `SERVER_BAD_CONFIG` naming every unusable one at once,
 * and for unknown `HEARTWOOD_` names, because a misspelt setting would be silently without effect.
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { variable, schema, fallback }] of Object.entries(SETTINGS)) {
    const parsed = schema.safeParse(environment[variable] ?? fallback);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(`${variable} ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
  }
  problems.push(...unknownNames(environment));
  const config = values as Config;
  if (problems.length === 0) problems.push(...exposureProblems(config), ...tlsProblems(config));
  if (problems.length > 0)
    throw serverError('SERVER_BAD_CONFIG', {
      count: problems.length,
      problems: problems.map((problem) => `  - ${problem}`).join('\n'),
    });
  return Object.freeze(config);
}

function unknownNames(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set(Object.values(SETTINGS).map(({ variable }) => variable));
  return Object.keys(environment)
    .filter(
      (name) =>
        name.startsWith('HEARTWOOD_') && !known.has(name) && !APP_SETTING_NAMES.includes(name),
    )
    .map((name) => {
      const near = suggest(name, known);
      return `${name} is not a setting; ${near.length > 0 ? 'near it' : 'known'} are ${(near.length > 0 ? near : [...known]).join(', ')}`;
    });
}

function exposureProblems({ host, ingestToken, readToken }: Config): string[] {
  if (isLoopback(host)) return [];
  const missing = [
    ...(ingestToken === undefined ? [SETTINGS.ingestToken.variable] : []),
    ...(readToken === undefined ? [SETTINGS.readToken.variable] : []),
  ];
  return missing.map(
    (variable) =>
      `${variable} must be set because ${SETTINGS.host.variable}=${host} can be reached from other machines`,
  );
}

function tlsProblems({ tlsCert, tlsKey, tlsClientCa }: Config): string[] {
  const { tlsCert: cert, tlsKey: key, tlsClientCa: ca } = SETTINGS;
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    return [`${cert.variable} and ${key.variable} must be set together`];
  return tlsClientCa !== undefined && tlsCert === undefined
    ? [`${ca.variable} has no effect without ${cert.variable} and ${key.variable}`]
    : [];
}

/** True for addresses that only this machine can reach. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
