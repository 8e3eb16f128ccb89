/** Analytics: what leaves as events and runs, and what is thrown where. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openAnswering } from '../../testing/answering-server.ts';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { withFeatureContext } from '../context/context.ts';
import { configure } from '../settings/config.ts';
import { setTrackingPlan } from '../work/plan-check.ts';
import {
  AnalyticsConfigurationError,
  AnalyticsError,
  AnalyticsSchemaError,
  EventTrackingError,
  MetricsRetrievalError,
} from './analytics-errors.ts';
import { AnalyticsManager, type Analytics } from './analytics-manager.ts';
import type { EventRecorder } from './app-event.ts';
import { ContentAnalyticsTracker } from './content-analytics-tracker.ts';
import { SystemPerformanceTracker } from './system-performance-tracker.ts';
import { UserInteractionTracker } from './user-interaction-tracker.ts';

const memory = registerMemory();
const outlets = installOutlets();
const analytics = new AnalyticsManager();

afterEach(() => {
  configure({ errors: 'message', enabled: true });
  setTrackingPlan(undefined);
  outlets.takeEvents();
  memory.take();
});

const onlyEvent = () => {
  const [event, ...others] = outlets.takeEvents();
  expect(others).toEqual([]);
  return event ?? expect.fail('no event');
};

/** A recorder that keeps what it is told. */
function keeping(): EventRecorder & { readonly told: unknown[][] } {
  const told: unknown[][] = [];
  return { told, trackEvent: (...event) => void told.push(event) };
}

describe('the manager', () => {
  it('S4-01: is behind an interface that a test can stand in for', () => {
    const told: string[] = [];
    const stub: Analytics = {
      trackEvent: (type) => void told.push(type),
      trackError: () => void told.push('error'),
      trackPerformance: (operation) => void told.push(operation),
    };
    const upload = (to: Analytics): void => to.trackEvent('file_upload_completed');
    upload(stub);
    upload(analytics);
    expect(told).toEqual(['file_upload_completed']);
    expect(onlyEvent().eventName).toBe('file_upload_completed');
  });

  it('S4-02: tracks events, with user, session and context', () => {
    analytics.trackEvent(
      'file_upload_completed',
      { file_type: 'pdf', nested: { pages: 3 } },
      {
        userId: 'ada',
        sessionId: 's-1',
      },
    );
    const { attributes } = onlyEvent();
    expect(attributes).toMatchObject({
      file_type: 'pdf',
      'nested.pages': 3,
      'session.id': 's-1',
      'user.hash': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(JSON.stringify(attributes)).not.toContain('"ada"');
  });

  it('S4-02: tracks errors with type, message and stack, as far as the settings let them leave', () => {
    analytics.trackError(new RangeError('too far'), { file_id: 'f-1' });
    const event = onlyEvent();
    expect(event).toMatchObject({ eventName: 'error_occurred', severity: 17 });
    expect(event.attributes).toMatchObject({
      file_id: 'f-1',
      'error.type': 'RangeError',
      'exception.type': 'RangeError',
      'exception.message': 'too far',
      'exception.stacktrace': expect.stringContaining('analytics-manager.test'),
    });
    configure({ errors: 'type' });
    for (const thrown of [
      'text',
      undefined,
      Object.create(null),
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    ]) {
      analytics.trackError(thrown);
      expect(onlyEvent().attributes).not.toHaveProperty('exception.message');
    }
  });

  it('S4-03: records a duration that is known as a run that ends now', () => {
    const before = Date.now();
    analytics.trackPerformance('index_file', 1234.5, { file_type: 'pdf' });
    analytics.trackPerformance('index_file', 80, { success: false });
    analytics.trackPerformance('index_file', Number.NaN);
    const [done, failed, odd] = memory.take();
    expect(done?.name).toBe('index_file');
    expect(done?.attributes).toMatchObject({
      'feature.status': 'success',
      'feature.performance.tier': 'slow',
      'feature.metadata.file_type': 'pdf',
    });
    const tookMs = (done?.duration[0] ?? 0) * 1000 + (done?.duration[1] ?? 0) / 1e6;
    expect(tookMs).toBeGreaterThanOrEqual(1234.5);
    expect(tookMs).toBeLessThan(1300);
    const startedMs = (done?.startTime[0] ?? 0) * 1000;
    expect(startedMs).toBeLessThanOrEqual(before - 234);
    expect(failed?.attributes).toMatchObject({ 'feature.status': 'failed' });
    expect(odd?.duration[0]).toBe(0);
  });

  it('S4-02: reads usage statistics and a timeline back', async () => {
    const server = await openAnswering(() => ({ body: { data: [{ runs: 1 }], meta: {} } }));
    const reading = new AnalyticsManager(server);
    await reading.getUsageStatistics({ since: '7d' });
    await reading.getPerformanceMetrics('index file', { component: 'shop' });
    expect(await reading.getTimeline({ featureName: 'a', interval: '1d' })).toEqual([{ runs: 1 }]);
    expect(server.asked.map(({ url }) => url)).toEqual([
      '/api/stats?since=7d',
      '/api/v1/features/index%20file?component=shop',
      '/api/v1/usage?feature=a&interval=1d',
    ]);
  });
});

describe('errors', () => {
  const plan = {
    file_upload_started: {
      required_properties: ['file_type'],
      property_types: { file_type: 'string' },
    },
  };

  it('S4-55: what breaks the plan is thrown in strict mode, and nowhere else', () => {
    const strict = new AnalyticsManager({ trackingPlan: plan, strict: true });
    strict.trackEvent('file_upload_started', { file_type: 'pdf' });
    expect(onlyEvent().eventName).toBe('file_upload_started');
    const attempt = (): void => strict.trackEvent('file_upload_started', { size: 7 });
    expect(attempt).toThrow(EventTrackingError);
    expect(attempt).toThrow(AnalyticsError);
    expect(attempt).toThrow(
      expect.objectContaining({
        code: 'ANALYTICS_EVENT_INVALID',
        eventType: 'file_upload_started',
        context: { size: 7 },
        message: expect.stringContaining('Missing required property: file_type'),
      }),
    );
    expect(outlets.takeEvents()).toEqual([]);
  });

  it('S4-55: without strict mode the finding is said, and the event sent', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    new AnalyticsManager({ trackingPlan: JSON.stringify(plan) }).trackEvent('not_planned_done');
    expect(onlyEvent().eventName).toBe('not_planned_done');
    expect(warned.mock.calls.flat().join()).toContain("'not_planned_done' not in tracking plan");
    warned.mockRestore();
  });

  it.each([
    [
      'a plan that is no JSON',
      () => new AnalyticsManager({ trackingPlan: '{' }),
      AnalyticsSchemaError,
      'ANALYTICS_SCHEMA_INVALID',
    ],
    [
      'strict without a plan',
      () => new AnalyticsManager({ strict: true }),
      AnalyticsConfigurationError,
      'ANALYTICS_CONFIGURATION_INVALID',
    ],
    [
      'an interval of nothing',
      () => analytics.system.startBackgroundTracking(0),
      AnalyticsConfigurationError,
      'ANALYTICS_CONFIGURATION_INVALID',
    ],
  ])('S4-55: %s is refused with a code', (_, attempt, type, code) => {
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(expect.objectContaining({ code, retryable: false }));
  });

  it('S4-55: numbers that cannot be read name the metric, the filters and the cause', async () => {
    const gone = await openAnswering(() => undefined);
    await gone.close();
    const error: unknown = await new AnalyticsManager(gone)
      .getPerformanceMetrics('search', { since: '1h' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MetricsRetrievalError);
    expect(error).toMatchObject({
      code: 'ANALYTICS_METRICS_UNAVAILABLE',
      metric: 'search',
      filters: { since: '1h' },
      retryable: true,
      cause: { code: 'TRACKER_UNREACHABLE' },
    });
  });

  it('S4-11: tracking never throws, whatever it is given', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    analytics.trackEvent('', {});
    analytics.trackEvent(undefined as never);
    analytics.trackEvent('odd_event_done', null as never, { timestamp: new Date('never') });
    analytics.trackError(undefined, null as never);
    analytics.trackPerformance(undefined as never, 'x' as never, null as never);
    analytics.userInteractions.trackSearchQuery({ queryText: undefined as never });
    warned.mockRestore();
    expect(outlets.takeEvents().length).toBeGreaterThan(0);
  });
});

describe('a user interaction tracker', () => {
  it('S4-65: sends file views with who, for how long and from where', () => {
    analytics.userInteractions.trackFileView({
      fileId: 'f-1',
      userId: 'ada',
      sessionId: 's-1',
      viewDurationMs: 1500,
      source: 'search',
    });
    const { eventName, attributes } = onlyEvent();
    expect(eventName).toBe('file_view');
    expect(attributes).toMatchObject({
      file_id: 'f-1',
      view_duration_ms: 1500,
      source: 'search',
      'session.id': 's-1',
      'user.hash': expect.any(String),
    });
  });

  it('S4-65: honours the time it happened; the time it was noted tells late ones', () => {
    const timestamp = new Date('2026-01-02T03:04:05.678Z');
    analytics.userInteractions.trackFileView({ fileId: 'f-1', timestamp });
    const { time, observedTime } = onlyEvent();
    expect(time).toEqual([timestamp.getTime() / 1000 - 0.678, 678_000_000]);
    expect(Math.abs((observedTime?.[0] ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });

  it('S4-66: sends searches; their words only as a hash, the same for the same words', () => {
    for (const queryText of ['Ada  Lovelace', ' ada lovelace', 'else']) {
      analytics.userInteractions.trackSearchQuery({
        queryText,
        resultCount: 3,
        filters: { type: 'pdf' },
        selectedResult: 'f-1',
      });
    }
    const events = outlets.takeEvents();
    const [first, second, third] = events.map(({ attributes }) => attributes);
    expect(events[0]?.eventName).toBe('search_performed');
    expect(first).toMatchObject({
      query_hash: expect.stringMatching(/^[0-9a-f]{32}$/),
      query_length: 12,
      result_count: 3,
      'filters.type': 'pdf',
      selected_result: 'f-1',
    });
    expect(first).not.toHaveProperty('query');
    expect(second?.['query_hash']).toBe(first?.['query_hash']);
    expect(third?.['query_hash']).not.toBe(first?.['query_hash']);
  });

  it('S4-66: sends the words of searches where it is told to', () => {
    const plain = new AnalyticsManager({ queryText: 'plain' });
    plain.userInteractions.trackSearchQuery({ queryText: 'oak table' });
    expect(onlyEvent().attributes).toMatchObject({ query: 'oak table', result_count: 0 });
  });

  it('S4-69: a user who is not signed in is told apart by the session', () => {
    withFeatureContext({ sessionId: 'visit-7' }, () =>
      analytics.userInteractions.trackFileView({ fileId: 'f-1' }),
    );
    const { attributes } = onlyEvent();
    expect(attributes['session.id']).toBe('visit-7');
    expect(attributes).not.toHaveProperty('user.hash');
  });

  it('S4-10, S4-11: takes any recorder', () => {
    const recorder = keeping();
    new UserInteractionTracker(recorder).trackFileView({ fileId: 'f-1', userId: 'ada' });
    expect(recorder.told).toEqual([
      ['file_view', expect.objectContaining({ file_id: 'f-1' }), { userId: 'ada' }],
    ]);
  });
});

describe('a content tracker', () => {
  it('S4-67: sends how an extraction went', () => {
    analytics.content.trackExtractionPerformance({
      fileId: 'f-1',
      fileType: 'pdf',
      extractionType: 'metadata',
      durationMs: 321,
      success: false,
      extractedFields: ['title', 'author'],
      error: 'no text layer',
    });
    const { eventName, attributes } = onlyEvent();
    expect(eventName).toBe('content_extraction');
    expect(attributes).toMatchObject({
      file_id: 'f-1',
      file_type: 'pdf',
      extraction_type: 'metadata',
      duration_ms: 321,
      success: false,
      extracted_fields: ['title', 'author'],
      error: 'no text layer',
    });
  });

  it('S4-67: leaves out what is not known', () => {
    const recorder = keeping();
    new ContentAnalyticsTracker(recorder).trackExtractionPerformance({
      fileId: 'f-1',
      fileType: 'pdf',
      extractionType: 'text',
      durationMs: 1,
      success: true,
    });
    expect(recorder.told[0]?.[1]).toMatchObject({ success: true, error: undefined });
  });
});

describe('a system tracker', () => {
  it('S4-68: sends use of processors, memory and disk', async () => {
    const busyUntil = performance.now() + 50;
    while (performance.now() < busyUntil);
    const usage = await analytics.system.trackSystemMetrics();
    const { eventName, attributes } = onlyEvent();
    expect(eventName).toBe('system_metrics');
    expect(Object.keys(attributes)).toEqual(
      expect.arrayContaining([
        'cpu.percent',
        'memory.percent',
        'memory.used_mb',
        'disk.percent',
        'disk.used_gb',
      ]),
    );
    for (const percent of [usage?.cpu?.percent, usage?.memory.percent, usage?.disk?.percent]) {
      expect(percent).toBeGreaterThan(0);
      expect(percent).toBeLessThanOrEqual(100);
    }
  });

  it('S4-68: leaves out a disk that cannot be read', async () => {
    using tracker = new SystemPerformanceTracker(keeping(), { diskPath: '/no/such/folder' });
    expect(await tracker.trackSystemMetrics()).not.toHaveProperty('disk');
  });

  it('S4-68: goes on in the background: once however often it is started, past failures, until it is stopped', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    let calls = 0;
    const failing: EventRecorder = {
      trackEvent() {
        calls += 1;
        throw new Error('full');
      },
    };
    using tracker = new SystemPerformanceTracker(failing);
    tracker.startBackgroundTracking();
    tracker.startBackgroundTracking();
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(59_999);
    await delay(20);
    expect(calls).toBe(0);
    vi.advanceTimersByTime(120_001);
    await vi.waitUntil(() => calls === 3);
    tracker.stopBackgroundTracking();
    expect(tracker.isTracking).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    warned.mockRestore();
  });
});
