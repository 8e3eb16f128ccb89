/** The settings: exact names and defaults of the table, and what bad values become. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { SETTINGS } from './table.ts';
import { SCOPE_VERSION } from '../version.ts';

const ignore = (): void => {};

describe('settings', () => {
  it.each([
    ['S1-71', 'enabled', true],
    ['S1-72', 'failuresOnly', false],
    ['S1-73', 'minDurationS', 0],
    ['S1-74', 'maxMetadataBytes', 10_240],
    ['S1-75', 'anonymize', true],
    ['S1-76', 'exclude', []],
    ['S1-77', 'flushInterval', 100],
    ['S1-78', 'maxBatchRuns', 50],
    ['S2-80', 'progressEnabled', true],
    ['S2-81', 'logDir', ''],
    ['S2-82', 'sessionId', ''],
    ['S2-83', 'quiet', false],
  ] as const)('%s: %s defaults to %j', (_, name, value) => {
    expect(readConfig({})[name]).toEqual(value);
  });

  it.each([
    ['FEATURE_TRACKING_ENABLED', 'False', 'enabled', false],
    ['FEATURE_TRACKING_FAILURES_ONLY', '1', 'failuresOnly', true],
    ['FEATURE_TRACKING_MIN_DURATION', '0.25', 'minDurationS', 0.25],
    ['FEATURE_TRACKING_MAX_METADATA_SIZE', '0', 'maxMetadataBytes', 0],
    ['FEATURE_TRACKING_ANONYMIZE', 'no', 'anonymize', false],
    ['FEATURE_TRACKING_EXCLUDE', ' a, b ,,c', 'exclude', ['a', 'b', 'c']],
    [
      'FEATURE_TRACKING_EXCLUDE',
      'a/b, /x{1,2}\\/,y/i ,c,/d',
      'exclude',
      ['a/b', '/x{1,2}\\/,y/i', 'c', '/d'],
    ],
    ['FEATURE_TRACKING_FLUSH_INTERVAL', '7', 'flushInterval', 7],
    ['FEATURE_TRACKING_MAX_BATCH_SIZE', '9', 'maxBatchRuns', 9],
    ['FEATURE_TRACKING_ENABLED', '', 'enabled', true],
    ['HEARTWOOD_PROGRESS_ENABLED', 'false', 'progressEnabled', false],
    ['FASTINTERCOM_PROGRESS_ENABLED', 'false', 'progressEnabled', false],
    ['HEARTWOOD_LOG_DIR', '/var/log/app', 'logDir', '/var/log/app'],
    ['FASTINTERCOM_LOG_DIR', '/var/log/app', 'logDir', '/var/log/app'],
    ['HEARTWOOD_SESSION_ID', 'test-1', 'sessionId', 'test-1'],
    ['FASTINTERCOM_SESSION_ID', 'test-1', 'sessionId', 'test-1'],
    ['HEARTWOOD_QUIET', 'true', 'quiet', true],
    ['FASTINTERCOM_QUIET', 'true', 'quiet', true],
    // The specification of OpenTelemetry: a timeout of zero is no limit. No timer waits longer than that.
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '0', 'requestTimeoutMs', 2_147_483_647],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '2147483647', 'requestTimeoutMs', 2_147_483_647],
    ['OTEL_EXPORTER_OTLP_LOGS_TIMEOUT', '0', 'logsTimeoutMs', 2_147_483_647],
    ['OTEL_BSP_EXPORT_TIMEOUT', '0', 'flushTimeoutMs', 2_147_483_647],
    ['OTEL_BSP_SCHEDULE_DELAY', '0', 'delayMs', 0],
    ['OTEL_METRIC_EXPORT_INTERVAL', '1', 'metricIntervalMs', 1],
    ['HEARTWOOD_OPERATION_HEARTBEAT', '0.5', 'heartbeatS', 0.5],
  ] as const)('%s=%j sets %s', (env, text, name, value) => {
    expect(readConfig({ [env]: text }, () => expect.unreachable())[name]).toEqual(value);
  });

  it.each([
    ['FEATURE_TRACKING_ENABLED', 'perhaps', 'enabled'],
    ['FEATURE_TRACKING_MIN_DURATION', '-1', 'minDurationS'],
    ['FEATURE_TRACKING_MIN_DURATION', '5s', 'minDurationS'],
    ['FEATURE_TRACKING_MAX_METADATA_SIZE', '1e3', 'maxMetadataBytes'],
    ['FEATURE_TRACKING_FLUSH_INTERVAL', '0', 'flushInterval'],
    ['FEATURE_TRACKING_ENABLED', 'constructor', 'enabled'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '0', 'metricIntervalMs'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '9999999999', 'metricIntervalMs'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '2147483648', 'requestTimeoutMs'],
    ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '-1', 'tracesTimeoutMs'],
    ['OTEL_BSP_SCHEDULE_DELAY', '1.5', 'delayMs'],
    ['HEARTWOOD_OPERATION_HEARTBEAT', '9999999999', 'heartbeatS'],
  ] as const)('%s=%j is said and the default is used', (env, text, name) => {
    const problems: string[] = [];
    const config = readConfig({ [env]: text }, (message) => problems.push(message));
    expect(config[name]).toEqual(readConfig({}, ignore)[name]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(env);
  });

  it('gives each variable one setting and each setting a sentence', () => {
    const names: string[] = Object.values(SETTINGS).flatMap(({ env }) => [...env]);
    expect(new Set(names).size).toBe(names.length);
    for (const { doc } of Object.values(SETTINGS)) expect(doc).toMatch(/[.]$/);
  });

  it('has the version of the package', () => {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(SCOPE_VERSION).toBe((JSON.parse(text) as { version: string }).version);
  });
});
