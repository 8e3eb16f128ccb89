/** The seed's record of one use: each of its facts is on the span, with the meaning that the documents give it. */
import { SpanStatusCode } from '@opentelemetry/api';
import {
  efficiency,
  FEATURE_STATUSES,
  FeatureCategory,
  FeatureStatus,
  PERFORMANCE_TIERS,
  performanceTier,
} from '@heartwood/semconv';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { currentFeature, withFeatureContext } from '../context/context.ts';
import { writeMetadata } from '../facts/metadata.ts';
import { configure, currentConfig } from '../settings/config.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';
import { startFeature } from './run.ts';

const memory = registerMemory();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['hrtime', 'performance', 'Date'] });
  configure({ hashKey: 'k'.repeat(32) });
});

afterEach(() => {
  vi.useRealTimers();
  memory.take();
  configure({
    failuresOnly: false,
    minDurationS: 0,
    anonymize: true,
    exclude: [],
    maxMetadataBytes: 10_240,
  });
});

const only = (): ReturnType<typeof memory.take>[number] => {
  const [span, ...others] = memory.take();
  if (span === undefined || others.length > 0) throw new Error('expected one span');
  return span;
};
const milliseconds = ([seconds, ns]: readonly [number, number]): number => seconds * 1e3 + ns / 1e6;

/** A run of 1.5 s with everything that the seed's record has. */
function seedRecord(): ReturnType<typeof only> {
  withFeatureContext({ userId: 'ada', sessionId: 'session-1' }, () => {
    const run = startFeature('my_complex_operation', { category: FeatureCategory.FILE_OPERATION });
    run
      .setMetadata({ operation_type: 'data_processing', data_size: 'large' })
      .setInputSize(120)
      .setOutputSize(2048)
      .setIterations(3);
    vi.advanceTimersByTime(1500);
    run.complete();
  });
  return only();
}

describe('the record', () => {
  it('S1-20: has an id of its own', () => {
    const ids = new Set([1, 2, 3].map(() => seedRecord().spanContext().spanId));
    expect(ids.size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, string, unknown]>([
    ['S1-21', 'feature.name', 'my_complex_operation'],
    ['S1-22', 'feature.category', 'file_operation'],
    ['S1-23', 'feature.status', 'success'],
    ['S1-27', 'feature.input.size', 120],
    ['S1-28', 'feature.output.size', 2048],
    ['S1-29', 'feature.metadata.operation_type', 'data_processing'],
    ['S1-29', 'feature.metadata.data_size', 'large'],
    ['S1-31', 'session.id', 'session-1'],
    ['S1-33', 'feature.efficiency', expect.closeTo(0.125 + 0.2 + 0.2 / 3, 9)],
    ['S1-34', 'feature.iterations', 3],
    ['S3-20', 'feature.performance.tier', 'slow'],
    ['S3-84', 'feature.training.operation_successful', true],
    ['S3-85', 'feature.training.performance_tier', 'slow'],
  ])('%s: has %s', (_, key, value) => {
    expect(seedRecord().attributes[key]).toEqual(value);
  });

  it('S1-24, S1-25, S1-26: has start, end and duration that agree', () => {
    const span = seedRecord();
    expect(milliseconds(span.duration)).toBe(1500);
    expect(milliseconds(span.endTime) - milliseconds(span.startTime)).toBeCloseTo(1500, 3);
  });

  it('S1-30: has the user, as a hash', () => {
    const { attributes } = seedRecord();
    expect(attributes['user.hash']).toMatch(/^[0-9a-f]{32}$/);
    expect(attributes).not.toHaveProperty(['user.id']);
  });

  it('S1-31: has a session always, that of the process where no other is said', () => {
    startFeature('f').complete();
    const first = only().attributes['session.id'];
    startFeature('g').complete();
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(only().attributes['session.id']).toBe(first);
  });

  it('S1-32: has a message when it failed, and none when it did not', () => {
    startFeature('f').fail(new RangeError('page 9 of 8'));
    const span = only();
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'page 9 of 8' });
    expect(span.attributes['error.type']).toBe('RangeError');
    expect(seedRecord().status).toEqual({ code: SpanStatusCode.UNSET });
  });

  it('S1-34: has one iteration when nobody says more', () => {
    startFeature('f').complete();
    expect(only().attributes['feature.iterations']).toBe(1);
  });

  it('S3-86, S3-87: has labels of quality and of how things went, where the app says so', () => {
    startFeature('f')
      .setTrainingLabel('data_quality', 0.99)
      .setTrainingLabel('error_recovery', 2)
      .setTrainingLabel('operation_successful', false)
      .complete();
    expect(only().attributes).toMatchObject({
      'feature.training.data_quality': 'high',
      'feature.training.error_recovery': true,
      // The word of the app goes before what follows from the run.
      'feature.training.operation_successful': false,
      'feature.status': 'success',
    });
  });
});

describe('the sets', () => {
  it.each(Object.values(FeatureCategory))('S1-50: category %s is written as it is', (category) => {
    startFeature('f', { category }).complete();
    expect(only().attributes['feature.category']).toBe(category);
  });

  it.each(FEATURE_STATUSES)('S1-51: status %s travels as an attribute', (status) => {
    startFeature('f').setStatus(status).complete();
    const span = only();
    expect(span.attributes['feature.status']).toBe(status);
    const isError = status === FeatureStatus.FAILED || status === FeatureStatus.TIMEOUT;
    expect(span.status.code).toBe(isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
    expect(span.attributes['error.type']).toBe(
      status === FeatureStatus.TIMEOUT ? 'timeout' : isError ? '_OTHER' : undefined,
    );
  });
});

describe('the score', () => {
  it.each<[number, number, number, number]>([
    // [milliseconds, bytes, rounds, score], worked out by hand from the formula of version 1.
    [0, 0, 1, 0.7],
    [500, 0, 1, 0.45],
    [500, 1024, 1, 0.6],
    [500, 1024, 2, 0.5],
    [1500, 3072, 4, 0.4],
    [4500, 9216, 10, 0.34],
    [49_500, 101_376, 100, 0.304],
  ])('S1-60: of %d ms, %d bytes and %d rounds is %d', (ms, bytes, rounds, score) => {
    const run = startFeature('f').setOutputSize(bytes).setIterations(rounds);
    vi.advanceTimersByTime(ms);
    run.complete();
    expect(only().attributes['feature.efficiency']).toBeCloseTo(score, 9);
  });

  const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
  const rounds = fc.integer({ min: 1, max: 1e6 });
  it('S1-61, S1-62, S1-63: falls with time and rounds, rises with output, and stays from 0 to 1', () => {
    fc.assert(
      fc.property(amount, amount, rounds, amount, fc.nat(1e6), (ms, bytes, count, more, extra) => {
        const score = efficiency('success', ms, bytes, count);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(efficiency('success', ms + more, bytes, count)).toBeLessThanOrEqual(score);
        expect(efficiency('success', ms, bytes + more, count)).toBeGreaterThanOrEqual(score);
        expect(efficiency('success', ms, bytes, count + extra)).toBeLessThanOrEqual(score);
      }),
    );
  });

  it.each([
    ['success', 0.95],
    ['failed', 0],
  ])('S1-64: is what the app sets it to: %s %d', (status, score) => {
    const run = startFeature('f').setEfficiency(score);
    if (status === 'failed') run.fail(new Error('x'));
    else run.complete();
    expect(only().attributes).toMatchObject({
      'feature.efficiency': score,
      'feature.efficiency.version': 0,
    });
  });

  it('TRAP S1-a: has its scale per feature, and its version beside it', () => {
    const options = { efficiencyReference: { durationMs: 1500, outputBytes: 100 } };
    const run = startFeature('f', options).setOutputSize(300);
    vi.advanceTimersByTime(500);
    run.complete();
    expect(only().attributes).toMatchObject({
      'feature.efficiency': expect.closeTo(0.5 * 0.75 + 0.3 * 0.75 + 0.2, 9) as number,
      'feature.efficiency.version': 1,
    });
  });

  it.each([0, -1, Infinity, Number.NaN, '1500' as unknown as number])(
    'with a scale of %s has the usual one',
    (durationMs) => {
      const run = startFeature(`f ${durationMs}`, { efficiencyReference: { durationMs } });
      vi.advanceTimersByTime(500);
      run.complete();
      expect(only().attributes['feature.efficiency']).toBeCloseTo(0.5 * 0.5 + 0.2, 9);
    },
  );
});

describe('S3-20: the tier', () => {
  it.each<[number, string]>([
    [150.5, 'excellent'],
    [199.999, 'excellent'],
    [200, 'good'],
    [499.999, 'good'],
    [500, 'acceptable'],
    [999.999, 'acceptable'],
    [1000, 'slow'],
    [2500, 'slow'],
    [4999.999, 'slow'],
    [5000, 'very_slow'],
  ])('of %d ms is %s', (ms, tier) => {
    expect(performanceTier(ms)).toBe(tier);
    const run = startFeature('f');
    vi.advanceTimersByTime(Math.floor(ms));
    run.complete();
    expect(only().attributes['feature.performance.tier']).toBe(performanceTier(Math.floor(ms)));
  });

  it('has the limits of its feature: 2500 ms of a sync are good', () => {
    const run = startFeature('sync', { tierLimitsMs: [1000, 3000, 10_000, 60_000] });
    vi.advanceTimersByTime(2500);
    run.complete();
    expect(only().attributes['feature.performance.tier']).toBe('good');
  });

  it('never gets better with time', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (a, b) => {
        const rank = (ms: number): number => PERFORMANCE_TIERS.indexOf(performanceTier(ms));
        expect(rank(a + b)).toBeGreaterThanOrEqual(rank(a));
      }),
    );
  });
});

describe('the settings', () => {
  it('S1-72, TRAP S1-d: FEATURE_TRACKING_FAILURES_ONLY keeps failures and timeouts, each marked', () => {
    configure({ failuresOnly: true });
    for (const status of FEATURE_STATUSES) startFeature(status).setStatus(status).complete();
    expect(
      memory.take().map(({ name, attributes }) => [name, attributes['feature.filter']]),
    ).toEqual([
      ['failed', 'failures_only'],
      ['timeout', 'failures_only'],
    ]);
  });

  it('S1-73, TRAP S1-d: FEATURE_TRACKING_MIN_DURATION leaves out short successes alone, and marks what is left', () => {
    configure({ minDurationS: 1 });
    for (const status of FEATURE_STATUSES) startFeature(status).setStatus(status).complete();
    const long = startFeature('long');
    vi.advanceTimersByTime(1000);
    long.complete();
    const spans = memory.take();
    expect(spans.map(({ name }) => name)).toEqual([
      'failed',
      'partial',
      'timeout',
      'cancelled',
      'long',
    ]);
    for (const { attributes } of spans) expect(attributes['feature.filter']).toBe('min_duration');
  });

  it('S1-74, S1-122, TRAP S1-e: metadata is cut in UTF-8 bytes, whole characters, with a marker', () => {
    configure({ maxMetadataBytes: 10 });
    startFeature('f').setMetadata({ note: 'äöüäöü' }).complete();
    expect(only().attributes).toMatchObject({
      'feature.metadata.note': 'äöü',
      'feature.truncated': true,
    });
  });

  it('S1-75, TRAP S1-f: a user has the same hash each time, and with each installation another', () => {
    const hashes = ['k', 'k', 'l'].map((key) => {
      configure({ hashKey: key.repeat(32) });
      startFeature('f').setUser('ada').complete();
      return only().attributes['user.hash'];
    });
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
    configure({ anonymize: false });
    startFeature('f').setUser('ada').complete();
    expect(only().attributes['user.id']).toBe('ada');
  });

  it('S1-76, S1-123: FEATURE_TRACKING_EXCLUDE keeps a feature and all that is said inside it back', () => {
    configure({ exclude: ['secret*'] });
    const inner = tracedFeature('secret_plan', () => {
      currentFeature()?.setMetadata('leak', 1);
      return 5;
    });
    expect(tracedFeature('outer', () => inner())()).toBe(5);
    expect(only().attributes).not.toHaveProperty(['feature.metadata.leak']);
  });

  it('S3-42: what names a person is not sent, neither under its key nor in a text', () => {
    const lead = {
      lead_id: 'L-7',
      email: 'ada@example.org',
      fullName: 'Ada Lovelace',
      phone: '555',
    };
    const attributes = {};
    writeMetadata(attributes, { lead, note: 'wrote to ada@example.org' }, currentConfig());
    expect(attributes).toEqual({
      'feature.metadata.lead.lead_id': 'L-7',
      'feature.metadata.note': 'wrote to [redacted]',
    });
  });

  it('S1-124: an error is recorded, and thrown on as it was', () => {
    const error = new TypeError('own');
    expect(
      tracedFeature('f', () => {
        throw error;
      }),
    ).toThrow(error);
    expect(only().attributes['feature.status']).toBe('failed');
  });
});
