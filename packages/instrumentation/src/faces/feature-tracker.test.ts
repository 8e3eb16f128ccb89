/** The feature tracker: what it records, and what it reads back. */
import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openAnswering } from '../../testing/answering-server.ts';
import { registerMemory } from '../../testing/memory.ts';
import { FeatureCategory, FeatureStatus } from '../index.ts';
import { configure } from '../settings/config.ts';
import { FeatureTracker, featureTracker } from './feature-tracker.ts';

const memory = registerMemory();
const tracker = new FeatureTracker();

afterEach(() => {
  configure({ enabled: true, exclude: [] });
  memory.take();
});

const onlySpan = () => {
  const [span, ...others] = memory.take();
  expect(others).toEqual([]);
  return span ?? expect.fail('no span');
};

/** What TypeScript makes of a decorator before a method. */
function decorateMethod(
  target: object,
  key: string,
  decorate: (target: object, key: string, method: PropertyDescriptor) => PropertyDescriptor,
): void {
  const method = Object.getOwnPropertyDescriptor(target, key)!;
  Object.defineProperty(target, key, decorate(target, key, method));
}

describe('a tracker', () => {
  it('S1-01: is made without arguments; a database path is answered with where it belongs', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(() => new FeatureTracker()).not.toThrow();
    expect(warned).not.toHaveBeenCalled();
    const given = '~/.cloudcurio/feature_tracking.db' as never;
    expect(() => new FeatureTracker(given).trackFeature('f', 'other')(() => 1)()).not.toThrow();
    expect(warned.mock.calls.flat().join()).toContain('FEATURE_TRACKING_DB_PATH');
    warned.mockRestore();
  });

  it('S1-08: there is one for the whole process', () => {
    expect(featureTracker).toBeInstanceOf(FeatureTracker);
    featureTracker.trackFeature('shared', FeatureCategory.OTHER)(() => {})();
    expect(onlySpan().name).toBe('shared');
  });
});

describe('trackFeature', () => {
  it('S1-02: wraps a function, with a user', () => {
    const search = tracker.trackFeature('search', FeatureCategory.DATABASE_OPERATION, {
      userId: 'ada',
    })((words: string) => words.length);
    expect(search('oak')).toBe(3);
    expect(onlySpan().attributes).toMatchObject({
      'feature.name': 'search',
      'feature.category': 'database_operation',
      'user.hash': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('S1-02: decorates a method', () => {
    class Shop {
      readonly size = 4;
      count(factor: number): number {
        return this.size * factor;
      }
    }
    decorateMethod(Shop.prototype, 'count', tracker.trackFeature('count_shop', 'other'));
    expect(new Shop().count(2)).toBe(8);
    expect(onlySpan().name).toBe('count_shop');
  });

  it('S1-03: needs a name and a category, nothing more', () => {
    expect(tracker.trackFeature('bare', FeatureCategory.OTHER)(() => 'result')()).toBe('result');
    expect(onlySpan().attributes).toMatchObject({ 'feature.status': 'success' });
  });

  it('S1-09: gives the result and throws the error of the function, unchanged', async () => {
    const result = { id: 1 };
    const failure = new Error('no');
    const wrap = tracker.trackFeature('same', FeatureCategory.OTHER);
    expect(wrap(() => result)()).toBe(result);
    const promise = Promise.resolve(result);
    expect(wrap(() => promise)()).toBe(promise);
    expect(() =>
      wrap(() => {
        throw failure;
      })(),
    ).toThrow(failure);
    await expect(wrap(async () => Promise.reject(failure))()).rejects.toBe(failure);
  });

  it('S1-110: an AI call with options', async () => {
    const generate = tracker.trackFeature(
      'ai_generation',
      FeatureCategory.AI_PROVIDER,
    )(
      async (prompt: string, provider = 'local', options: { temperature?: number } = {}) =>
        `${provider}: ${prompt} ${options.temperature}`,
    );
    expect(await generate('hello', undefined, { temperature: 0 })).toBe('local: hello 0');
    expect(onlySpan().attributes).toMatchObject({
      'feature.name': 'ai_generation',
      'feature.category': 'ai_provider',
    });
  });

  it('S1-111: an endpoint of an MCP server', async () => {
    const run = tracker.trackFeature(
      'crew_execution',
      FeatureCategory.MCP_SERVER,
    )(async (crewId: string) => ({ crewId, status: 'done' }));
    expect(await run('c-1')).toEqual({ crewId: 'c-1', status: 'done' });
    expect(onlySpan().attributes).toMatchObject({ 'feature.category': 'mcp_server' });
  });

  it('S1-112: a method with an argument that has a default', () => {
    class Sysmon {
      readonly #snapshots: string[] = [];
      create(name = 'default'): readonly string[] {
        this.#snapshots.push(name);
        return this.#snapshots;
      }
    }
    const decorate = tracker.trackFeature('create_config_snapshot', FeatureCategory.SYSMON);
    decorateMethod(Sysmon.prototype, 'create', decorate);
    expect(new Sysmon().create()).toEqual(['default']);
    expect(onlySpan().attributes).toMatchObject({ 'feature.category': 'sysmon' });
  });
});

describe('tracking by hand', () => {
  it('S1-04: gives the id of the record', () => {
    const id = tracker.startCustomTracking('complex_operation', FeatureCategory.OTHER, 'ada', {
      operation_type: 'data_processing',
      data_size: 'large',
    });
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(memory.take()).toEqual([]);
    tracker.completeCustomTracking(id, FeatureStatus.SUCCESS);
    const span = onlySpan();
    expect(span.spanContext().spanId).toBe(id);
    expect(span.attributes).toMatchObject({
      'feature.metadata.operation_type': 'data_processing',
      'feature.metadata.data_size': 'large',
      'user.hash': expect.any(String),
    });
  });

  it('S1-05: ends it with what is known, all of it optional', () => {
    const id = tracker.startCustomTracking('f', FeatureCategory.OTHER);
    tracker.completeCustomTracking(id, FeatureStatus.SUCCESS, {
      inputSize: 1000,
      outputSize: 2500,
      efficiencyScore: 0.95,
      iterations: 3,
      metadata: { mode: 'fast' },
    });
    expect(onlySpan().attributes).toMatchObject({
      'feature.status': 'success',
      'feature.input.size': 1000,
      'feature.output.size': 2500,
      'feature.efficiency': 0.95,
      'feature.iterations': 3,
      'feature.metadata.mode': 'fast',
    });
  });

  it.each([
    [FeatureStatus.FAILED, SpanStatusCode.ERROR, 'out of paper'],
    [FeatureStatus.TIMEOUT, SpanStatusCode.ERROR, 'out of paper'],
    [FeatureStatus.PARTIAL, SpanStatusCode.UNSET, undefined],
    [FeatureStatus.CANCELLED, SpanStatusCode.UNSET, undefined],
  ])('S1-51: with the status %s', (status, code, message) => {
    const id = tracker.startCustomTracking('f', FeatureCategory.OTHER);
    tracker.completeCustomTracking(id, status, {
      efficiencyScore: 0,
      errorMessage: 'out of paper',
    });
    const span = onlySpan();
    expect(span.status.code).toBe(code);
    expect(span.status.message).toBe(message);
    expect(span.attributes).toMatchObject({ 'feature.status': status, 'feature.efficiency': 0 });
    // What is no failure has no message as OpenTelemetry has it; it is a fact like others.
    const fact = span.attributes['feature.metadata.error_message'];
    expect(fact).toBe(message === undefined ? 'out of paper' : undefined);
  });

  it.each([
    ['FAILED', undefined, 'failed', false],
    ['Timeout', undefined, 'timeout', false],
    [' PARTIAL ', undefined, 'partial', false],
    ['done', undefined, 'success', true],
    ['broken', 'no paper', 'failed', true],
    [undefined, 'no paper', 'failed', true],
  ])('S1-05: a status written %j, with the error %j, is %s', (word, errorMessage, status, said) => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const id = tracker.startCustomTracking('printing', FeatureCategory.OTHER);
    tracker.completeCustomTracking(
      id,
      word as never,
      errorMessage === undefined ? {} : { errorMessage },
    );
    expect(onlySpan().attributes).toMatchObject({ 'feature.status': status });
    expect(warned.mock.calls.length).toBe(said ? 1 : 0);
    warned.mockRestore();
  });

  it('S1-124: what makes no sense harms nobody', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const id = tracker.startCustomTracking('', undefined as never, 7 as never, 'x' as never);
    tracker.completeCustomTracking(id, 'nonsense' as never, null as never);
    tracker.completeCustomTracking(id, FeatureStatus.SUCCESS);
    tracker.completeCustomTracking('unknown', FeatureStatus.FAILED);
    expect(warned.mock.calls.flat().join()).toContain('each ends once');
    expect(memory.take()).toHaveLength(1);
    warned.mockRestore();
  });

  it('S1-76: an excluded feature has an id and leaves no record', () => {
    configure({ exclude: ['secret'] });
    const ids = [1, 2].map(() => tracker.startCustomTracking('secret', FeatureCategory.OTHER));
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) tracker.completeCustomTracking(id, FeatureStatus.SUCCESS);
    expect(memory.take()).toEqual([]);
  });

  it('S1-120: thousands at a time have ids of their own, in any order', () => {
    const ids = Array.from({ length: 2000 }, () =>
      tracker.startCustomTracking('many', FeatureCategory.OTHER),
    );
    expect(new Set(ids).size).toBe(2000);
    for (const id of ids.toReversed()) tracker.completeCustomTracking(id, FeatureStatus.SUCCESS);
    expect(memory.take().map((span) => span.spanContext().spanId)).toEqual(ids.toReversed());
  });

  it('S1-122: what is never completed is bounded: the oldest are cancelled', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const own = new FeatureTracker();
    const ids = Array.from({ length: 10_002 }, () => own.startCustomTracking('left', 'other'));
    const ended = memory.take();
    expect(ended.map((span) => span.spanContext().spanId)).toEqual(ids.slice(0, 2));
    expect(ended[0]?.attributes).toMatchObject({ 'feature.status': 'cancelled' });
    expect(warned.mock.calls.flat().join()).toContain('not completed');
    for (const id of ids.slice(2)) own.completeCustomTracking(id, FeatureStatus.SUCCESS);
    warned.mockRestore();
  });
});

const ROW = {
  seq: '7',
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  feature: 'search',
  category: 'database_operation',
  component: 'shop',
  version: null,
  service: 'shop',
  status: 'failed',
  tier: 'good',
  startTime: '2026-11-21T09:30:00.123456789Z',
  endTime: '2026-11-21T09:30:01.623456789Z',
  durationMs: 1500,
  inputSizeBytes: 10,
  outputSizeBytes: 20,
  iterations: 2,
  efficiency: 0.5,
  user: 'c'.repeat(32),
  session: 's-1',
  errorType: 'Error',
  errorMessage: 'no',
  metadata: { mode: 'fast' },
  mapped: false,
};

describe('reading back', () => {
  it('S1-06: numbers of a feature, or of all', async () => {
    const server = await openAnswering(() => ({ body: { data: { runs: 3 }, meta: {} } }));
    const reading = new FeatureTracker(server);
    expect(await reading.getFeatureStats('GET /a/:id', { since: '7d' })).toEqual({ runs: 3 });
    await reading.getFeatureStats();
    expect(server.asked.map(({ url }) => url)).toEqual([
      '/api/v1/features/GET%20%2Fa%2F%3Aid?since=7d',
      '/api/stats',
    ]);
  });

  it('S1-07: records by filters; a user is asked for as the server knows them', async () => {
    configure({ hashKey: 'test' });
    const server = await openAnswering(() => ({ body: { data: [ROW], meta: {} } }));
    const [record] = await new FeatureTracker(server).getAllRecords({
      featureName: 'search',
      status: FeatureStatus.FAILED,
      userId: 'ada',
      sessionId: 's-1',
      startDate: new Date('2026-11-21T00:00:00Z'),
      limit: 5,
    });
    const query = new URL(server.asked[0]?.url ?? '', server.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      feature: 'search',
      status: 'failed',
      user: expect.stringMatching(/^[0-9a-f]{32}$/),
      session: 's-1',
      from: '2026-11-21T00:00:00.000Z',
      limit: '5',
    });
    expect(record).toMatchObject({ featureName: 'search' });
  });

  it.each([
    ['S1-20', 'recordId', 'b'.repeat(16)],
    ['S1-21', 'featureName', 'search'],
    ['S1-22', 'category', FeatureCategory.DATABASE_OPERATION],
    ['S1-23', 'status', FeatureStatus.FAILED],
    ['S1-24', 'duration', 1.5],
    ['S1-25', 'startTime', new Date('2026-11-21T09:30:00.123Z')],
    ['S1-26', 'endTime', new Date('2026-11-21T09:30:01.623Z')],
    ['S1-27', 'inputSize', 10],
    ['S1-28', 'outputSize', 20],
    ['S1-29', 'metadata', { mode: 'fast' }],
    ['S1-30', 'userId', 'c'.repeat(32)],
    ['S1-31', 'sessionId', 's-1'],
    ['S1-32', 'errorMessage', 'no'],
    ['S1-33', 'efficiencyScore', 0.5],
    ['S1-34', 'iterations', 2],
  ])('%s: a record has %s', async (_, key, value) => {
    const server = await openAnswering(() => ({ body: { data: [ROW], meta: {} } }));
    const [record] = await new FeatureTracker(server).getAllRecords();
    expect(record).toHaveProperty(key, value);
  });

  it('S1-31: a record without a session has its trace in that place', async () => {
    const bare = {
      ...ROW,
      session: null,
      user: null,
      errorMessage: null,
      efficiency: null,
      category: null,
      durationMs: null,
      endTime: null,
    };
    const server = await openAnswering(() => ({ body: { data: [bare], meta: {} } }));
    const [record] = await new FeatureTracker(server).getAllRecords();
    expect(record).toEqual({
      recordId: 'b'.repeat(16),
      featureName: 'search',
      category: 'other',
      status: 'failed',
      duration: undefined,
      startTime: expect.any(Date),
      endTime: undefined,
      inputSize: 10,
      outputSize: 20,
      metadata: { mode: 'fast' },
      userId: undefined,
      sessionId: 'a'.repeat(32),
      errorMessage: undefined,
      efficiencyScore: undefined,
      iterations: 2,
    });
  });
});
